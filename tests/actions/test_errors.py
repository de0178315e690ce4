"""The tree of errors is complete, drawn where people look, and mapped to exit codes."""

import pickle
import re

import pytest

from handeye.actions import HandeyeError, errors
from handeye.actions.errors import InstructionError


def tree(root: type[HandeyeError]) -> list[type[HandeyeError]]:
    return [root, *(found for child in root.__subclasses__() for found in tree(child))]


OURS = [error for error in tree(HandeyeError) if error.__module__ == errors.__name__]
every_error = pytest.mark.parametrize("error", OURS, ids=lambda error: error.__name__)


def drawn() -> dict[str, tuple[int, int | None]]:
    """Name → (depth in the drawing, exit code where one is written)."""
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"    ([│├└─ ]*)(\w+Error)(?:\s+(\d))?", line)
        if match:
            found[match[2]] = (len(match[1]) // 4, int(match[3]) if match[3] else None)
    return found


def test_the_drawing_names_every_error_and_no_other() -> None:
    assert set(drawn()) == {error.__name__ for error in OURS}


@every_error
def test_the_drawing_shows_its_place_and_exit_code(error: type[HandeyeError]) -> None:
    depth, code = drawn()[error.__name__]
    assert depth == error.__mro__.index(HandeyeError)
    if code is not None:
        assert error.exit_code == code
    else:
        assert error.exit_code == error.__mro__[1].exit_code


@every_error
def test_every_error_has_a_title_of_its_own(error: type[HandeyeError]) -> None:
    assert error.title
    assert [other for other in OURS if other.title == error.title] == [error]


@every_error
def test_message_and_fix_are_one_line_and_survive_another_process(
    error: type[HandeyeError],
) -> None:
    made = error("The page did not answer.", "Check the address.")
    assert str(made) == "The page did not answer. Check the address."
    assert str(error("The page did not answer.")) == "The page did not answer."
    again = pickle.loads(pickle.dumps(made))
    assert (type(again), again.message, again.fix) == (error, made.message, made.fix)


def test_an_instruction_error_names_the_part() -> None:
    error = InstructionError("Not understood.", part="juggle the boxes")
    assert pickle.loads(pickle.dumps(error)).part == "juggle the boxes"
