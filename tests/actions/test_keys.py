"""Key names are the web's own; what people and models write is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handeye.actions import Hold, Press
from handeye.actions.keys import ALIASES, NAMED_KEYS, normalise_key, parse_chord

printable = st.characters().filter(str.isprintable)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ctrl", "Control"), ("CTRL", "Control"), ("Cmd", "Meta"), ("option", "Alt"),
        ("return", "Enter"), ("esc", "Escape"), ("space", " "), (" ", " "), ("del", "Delete"),
        ("page up", "PageUp"), ("Page_Down", "PageDown"), ("page-down", "PageDown"),
        ("up", "ArrowUp"), ("arrow up", "ArrowUp"), ("Arrow_Left", "ArrowLeft"),
        ("down arrow", "ArrowDown"), ("back space", "Backspace"), ("BackSpace", "Backspace"),
        ("plus", "+"), ("+", "+"), ("-", "-"), ("_", "_"), ("f5", "F5"), ("F24", "F24"),
        ("a", "a"), ("A", "A"), (" A ", "A"), ("é", "é"), ("ß", "ß"), ("👍", "👍"),
    ],
)  # fmt: skip
def test_a_key_goes_by_its_name_and_its_aliases(written: str, key: str) -> None:
    assert normalise_key(written) == key


@pytest.mark.parametrize("unknown", ["", "  ", "F25", "ctrll", "ab", "ctrl+s", "\n", "\x00"])
def test_an_unknown_key_is_named_in_the_error(unknown: str) -> None:
    with pytest.raises(ValueError, match="no key is called") as caught:
        normalise_key(unknown)
    assert repr(unknown) in str(caught.value)


def test_aliases_lead_to_keys_that_exist() -> None:
    for alias, key in ALIASES.items():
        assert key in NAMED_KEYS or len(key) == 1, alias


@given(st.sampled_from(sorted(NAMED_KEYS)) | printable)
def test_a_normal_name_stays_as_it_is(key: str) -> None:
    assert normalise_key(key) == key


@pytest.mark.parametrize(
    ("text", "chord"),
    [
        ("ctrl+s", ("Control", "s")),
        ("ctrl+shift+t", ("Control", "Shift", "t")),
        ("Ctrl + T", ("Control", "T")),
        ("ctrl++", ("Control", "+")),
        ("ctrl + +", ("Control", "+")),
        ("ctrl+plus", ("Control", "+")),
        ("ctrl+-", ("Control", "-")),
        ("ctrl+space", ("Control", " ")),
        ("+", ("+",)),
        (" + ", ("+",)),
        (" ", (" ",)),
        ("enter", ("Enter",)),
        (" Page Up ", ("PageUp",)),
        ("cmd+page down", ("Meta", "PageDown")),
    ],
)
def test_a_chord_is_split_into_its_keys(text: str, chord: tuple[str, ...]) -> None:
    assert parse_chord(text) == chord


@pytest.mark.parametrize("text", ["", "   ", "ctrl+", "+s", "++", "ctrl+nokey", "ctrl+++"])
def test_a_broken_chord_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="no key is called"):
        parse_chord(text)


@given(st.lists(st.sampled_from(sorted(NAMED_KEYS)), min_size=1, max_size=4), printable)
def test_any_chord_that_is_written_is_read_back(held: list[str], last: str) -> None:
    if last != " ":  # written as "space"
        assert parse_chord("+".join([*held, last])) == (*held, last)


def test_actions_hold_normal_key_names() -> None:
    assert Press.model_validate({"keys": ["ctrl", "page up"]}).keys == ("Control", "PageUp")
    assert Hold.model_validate({"keys": ("shift",), "seconds": 1}).keys == ("Shift",)


def test_an_unknown_key_in_an_action_is_refused() -> None:
    with pytest.raises(ValidationError, match="no key is called 'hyperdrive'"):
        Press.model_validate({"keys": ["hyperdrive"]})
