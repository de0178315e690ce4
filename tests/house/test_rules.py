"""The house rules that a machine can check, on every module that ships."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parents[2] / "src" / "handeye"


class Module(NamedTuple):
    name: str
    text: str
    tree: ast.Module


def read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path.relative_to(SOURCE).as_posix(), text, ast.parse(text))


@cache
def modules() -> list[Module]:
    # `src/handeye` links to folders, which a search from there does not follow.
    folders = sorted(each for each in SOURCE.iterdir() if each.is_dir())
    paths = [*SOURCE.glob("*.py"), *(path for each in folders for path in each.rglob("*.py"))]
    return [read(path) for path in paths]


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
    assert {"actions/union.py", "cli/__init__.py"} <= {module.name for module in modules()}
    assert len(modules()) > 400


def test_modules_are_short_and_say_what_they_are_for() -> None:
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []
    lines = {module.name: len(module.text.splitlines()) for module in modules()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_functions_are_short() -> None:
    """The body is counted: the signature of a command is the documentation of its options."""
    lines = {
        (module.name, f.name): (f.end_lineno or 0) - f.body[0].lineno + 1
        for module in modules()
        for f in functions(module.tree)
    }
    assert {what: n for what, n in lines.items() if n > MOST_LINES_OF_A_FUNCTION} == {}


def test_nothing_catches_everything_inside_the_boundary() -> None:
    broad = [
        (module.name, node.lineno)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    ]
    assert [where for where in broad if where[0] not in BOUNDARIES] == []


def test_no_text_is_executed() -> None:
    assert [
        (module.name, node.lineno)
        for module in modules()
        for node in ast.walk(module.tree)
        if called(node) in {"eval", "exec", "compile"}
    ] == []


def blind_naps(tree: ast.Module) -> list[int]:
    polls = [node for node in ast.walk(tree) if isinstance(node, ast.While | ast.For)]
    nappers = [function for function in functions(tree) if function.name in NAPPERS]
    polled = {id(node) for poll in (*polls, *nappers) for node in ast.walk(poll)}
    naps = [node for node in ast.walk(tree) if called(node).split(".")[-1] in NAPS]
    return [nap.lineno for nap in naps if id(nap) not in polled]


def test_naps_only_inside_a_poll() -> None:
    """A poll looks again after each nap; nothing waits blindly for a page."""
    naps = {module.name: blind_naps(module.tree) for module in modules()}
    assert {name: lines for name, lines in naps.items() if lines} == {}
