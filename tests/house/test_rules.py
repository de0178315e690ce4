"""The house rules that a machine can check, on every module that ships."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "handeye"
MODULES = sorted(SOURCE.glob("*.py")) + sorted(
    path for folder in SOURCE.iterdir() if folder.is_dir() for path in folder.rglob("*.py")
)
every_module = pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(SOURCE).as_posix() for path in MODULES]
)

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 50

# Where anything may be caught: the outermost boundary of a process or thread, and why it is one.
BOUNDARIES: dict[str, str] = {}

NAPS = {"sleep", "wait_for_timeout"}
# Functions that may nap outside a loop: the pause of a poll, and the action that holds a key.
NAPPERS = {"pause", "_hold"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def called(node: ast.AST) -> str:
    """The dotted name that a call calls, as written; "" for anything else."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def catches_all(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = any(
        kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in caught
    )
    raised_again = any(
        isinstance(node, ast.Raise) and node.exc is None
        for statement in handler.body
        for node in ast.walk(statement)
    )
    return broad and not raised_again


def test_the_modules_are_found() -> None:
    assert SOURCE / "actions" / "union.py" in MODULES
    assert SOURCE / "cli" / "__init__.py" in MODULES


@every_module
def test_a_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert len(text.splitlines()) <= MOST_LINES


@every_module
def test_functions_are_short(path: Path) -> None:
    """The body is counted: the signature of a command is the documentation of its options."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = [(f.name, (f.end_lineno or 0) - f.body[0].lineno + 1) for f in functions(tree)]
    assert [(name, n) for name, n in lines if n > MOST_LINES_OF_A_FUNCTION] == []


@every_module
def test_nothing_catches_everything_inside_the_boundary(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    handlers = (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
    broad = [node.lineno for node in handlers if catches_all(node)]
    assert broad == [] or path.relative_to(SOURCE).as_posix() in BOUNDARIES


@every_module
def test_no_text_is_executed(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [
        node.lineno for node in ast.walk(tree) if called(node) in {"eval", "exec", "compile"}
    ] == []


@every_module
def test_naps_only_inside_a_poll(path: Path) -> None:
    """A poll looks again after each nap; nothing waits blindly for a page."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    polls = [node for node in ast.walk(tree) if isinstance(node, ast.While | ast.For)]
    nappers = [function for function in functions(tree) if function.name in NAPPERS]
    polled = {id(node) for poll in (*polls, *nappers) for node in ast.walk(poll)}
    naps = [node for node in ast.walk(tree) if called(node).split(".")[-1] in NAPS]
    assert [nap.lineno for nap in naps if id(nap) not in polled] == []
