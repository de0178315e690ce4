"""What a phrase may mean, before any screen is looked at."""

import pytest

from handeye.grounding.elements.phrase import Reading, Relation, readings


def named(phrase: str) -> list[tuple[str, str]]:
    return [(reading.name, reading.role_word) for reading in readings(phrase)]


def test_the_literal_phrase_comes_first() -> None:
    assert readings("Log in with Google")[0] == Reading(name="Log in with Google")


@pytest.mark.parametrize(
    ("phrase", "name", "role"),
    [
        ("the Save button", "Save", "button"),
        ("please the Save button", "Save", "button"),
        ("field Email", "Email", "field"),
        ("the button with the text 'OK'", "OK", "button"),
        ("the checkbox labelled “HR Team”", "HR Team", "checkbox"),
        ("File menu item", "File", "menu item"),
        ("drop-down menu Size", "Size", "dropdown menu"),
        ("search field", "search", "field"),
    ],
)
def test_role_words_are_found_before_and_after_the_name(phrase: str, name: str, role: str) -> None:
    assert (name, role) in named(phrase)


@pytest.mark.parametrize(
    ("phrase", "ordinal"),
    [
        ("the first result", 1),
        ("3rd link", 3),
        ("the last link", -1),
        ("second to last row", -2),
        ("#2 link", 2),
        ("link number 4", 4),
    ],
)
def test_ordinals(phrase: str, ordinal: int) -> None:
    assert ordinal in {reading.ordinal for reading in readings(phrase)}


@pytest.mark.parametrize(
    ("phrase", "relation"),
    [
        ("checkbox next to HR Team", Relation(kind="near", anchor="HR Team")),
        ("the field under 'Email'", Relation(kind="below", anchor="'Email'")),
        ("Delete for Alice", Relation(kind="row", anchor="Alice")),
        ("Alice's Delete button", Relation(kind="row", anchor="Alice")),
        ("Edit in the second row", Relation(kind="row", anchor="the second row")),
        ("Save in the dialog", Relation(kind="inside", anchor="the dialog")),
        ("button to the left of Cancel", Relation(kind="left", anchor="Cancel")),
        ("icon between A and B", Relation(kind="between", anchor="A", other="B")),
    ],
)
def test_relations(phrase: str, relation: Relation) -> None:
    assert any(relation in reading.relations for reading in readings(phrase))


def test_a_corner_is_a_place() -> None:
    phrase = "the menu icon in the top-right corner of the page"
    assert (1.0, 0.0) in {reading.place for reading in readings(phrase)}


def test_states() -> None:
    assert (("checked", False),) in {r.states for r in readings("the first unchecked checkbox")}
    assert (("enabled", False),) in {r.states for r in readings("the button that is disabled")}


def test_an_apostrophe_opens_no_quote() -> None:
    assert all(not reading.exact for reading in readings("Don't ask again, it's fine"))


@pytest.mark.parametrize(
    "phrase", ["", " ", "the", "please the", "?!", "\ue0005", "'a' in \ue0009"]
)
def test_a_phrase_that_says_nothing_never_fails(phrase: str) -> None:
    assert all(reading.means_something for reading in readings(phrase))


@pytest.mark.parametrize("phrase", ["in " * 5000, "'" * 999, "a of " * 300, "Ω" * 20_000])
def test_a_long_phrase_stays_cheap(phrase: str) -> None:
    assert len(readings(phrase)) <= 40
