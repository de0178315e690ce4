"""Every kind of action survives JSON, refuses what it does not know, and can be put in words."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handeye.actions import (
    Action,
    AskUser,
    Back,
    Batch,
    Box,
    Click,
    CloseTab,
    Dialog,
    Done,
    Download,
    Drag,
    Forward,
    Goto,
    Hold,
    Hover,
    MouseDown,
    MouseUp,
    NewTab,
    Point,
    Press,
    Reload,
    Scroll,
    SelectOption,
    SwitchTab,
    Target,
    Type,
    Upload,
    Wait,
    Zoom,
    action_adapter,
    describe,
    is_grounded,
    map_targets,
    targets,
)

CORNER = Target(point=Point(x=0, y=0))
SAVE = Target(phrase="the Save button")
BOTH = Target(phrase="the Save button", point=Point(x=0, y=12.5))

# Each action with what `describe` says of it.
EXAMPLES: list[tuple[Action, str]] = [
    (Click(target=SAVE), "click the Save button"),
    (Click(target=CORNER), "click (0, 0)"),
    (Click(target=SAVE, button="right"), "right-click the Save button"),
    (Click(target=SAVE, count=2, modifiers=("Control",)), "Control+double-click the Save button"),
    (Click(target=SAVE, count=3), "triple-click the Save button"),
    (Hover(target=BOTH), "hover over the Save button"),
    (Drag(path=(SAVE, CORNER)), "drag the Save button to (0, 0)"),
    (MouseDown(target=SAVE), "press the left mouse button on the Save button"),
    (MouseUp(target=SAVE, button="middle"), "release the middle mouse button on the Save button"),
    (Scroll(dy=-300), "scroll up by 300"),
    (Scroll(dx=-5, dy=1), "scroll left by 5 and down by 1"),
    (Scroll(dy=1e6), "scroll to the bottom"),
    (Scroll(), "scroll nowhere"),
    (Scroll(dx=100, target=SAVE), "scroll right by 100 over the Save button"),
    (Type(text="Ünïcode 漢字 👍"), "type 'Ünïcode 漢字 👍'"),
    (Type(text="a: 'b' <c>\n", target=SAVE, clear=True),
     """type "a: 'b' <c>\\n" into the Save button"""),
    (Type(text=""), "type ''"),
    (Press(keys=("ctrl", "+")), "press Control++"),
    (Hold(keys=("Shift",), seconds=0.5), "hold Shift for 0.5 s"),
    (Wait(), "wait until the screen is quiet"),
    (Wait(until="time", seconds=0), "wait 0 s"),
    (Wait(until="time", seconds=5), "wait 5 s"),
    (Wait(until="text", text="Saved"), "wait for 'Saved'"),
    (Goto(url="http://127.0.0.1/"), "go to http://127.0.0.1/"),
    (Back(), "back"),
    (Forward(), "forward"),
    (Reload(), "reload"),
    (NewTab(), "open a new tab"),
    (NewTab(url="http://127.0.0.1/"), "open a new tab http://127.0.0.1/"),
    (SwitchTab(index=0), "switch to tab 1"),
    (CloseTab(), "close the tab"),
    (CloseTab(index=0), "close tab 1"),
    (SelectOption(target=SAVE, options=("A", "B")), "select A, B in the Save button"),
    (Upload(target=SAVE, paths=("a b.txt",)), "upload a b.txt to the Save button"),
    (Download(target=SAVE), "download the Save button"),
    (Dialog(accept=False), "dismiss the next dialog"),
    (Dialog(accept=True, text="42"), "accept the next dialog with '42'"),
    (Zoom(region=Box(x1=0, y1=0, x2=10, y2=20)), "look closer at 5, 10"),
    (Batch(actions=(Click(target=SAVE), Batch(actions=(Back(), Hover(target=CORNER))))),
     "click the Save button; back; hover over (0, 0)"),
    (AskUser(question="Which one?"), "ask: Which one?"),
    (Done(), "done"),
    (Done(answer="42"), "done: 42"),
    (Done(success=False, answer="no such page"), "give up: no such page"),
]  # fmt: skip

every_kind = pytest.mark.parametrize(
    "action", [action for action, _ in EXAMPLES], ids=[words for _, words in EXAMPLES]
)


def test_the_examples_cover_the_whole_union() -> None:
    members = set(get_args(get_args(Action)[0]))
    assert {type(action) for action, _ in EXAMPLES} == members
    assert len({member.model_fields["kind"].default for member in members}) == len(members)


@pytest.mark.parametrize(("action", "words"), EXAMPLES)
def test_an_action_in_words(action: Action, words: str) -> None:
    assert describe(action) == words


def test_a_long_text_is_cut_in_words_but_not_in_the_action() -> None:
    action = Type(text="x" * 20_000)
    assert len(describe(action)) < 80
    assert len(action.text) == 20_000


def test_every_end_of_a_line_is_one_enter() -> None:
    """Else a browser would strike Enter where the guard saw no line to end."""
    assert Type(text="a\rb\r\nc\n").text == "a\nb\nc\n"


@every_kind
def test_json_and_back(action: Action) -> None:
    assert action_adapter.validate_json(action_adapter.dump_json(action)) == action
    assert action_adapter.validate_python(action.model_dump(mode="json")) == action


@every_kind
def test_a_field_that_nobody_knows_is_refused(action: Action) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        action_adapter.validate_python({**action.model_dump(), "colour": "red"})


@every_kind
def test_an_action_cannot_be_changed(action: Action) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        action.kind = "click"  # type: ignore[assignment]


@every_kind
def test_targets_are_seen_and_replaced_in_order(action: Action) -> None:
    before = targets(action)
    seen = []

    def place(target: Target) -> Target:
        seen.append(target)
        return target.model_copy(update={"point": Point(x=0, y=len(seen))})

    placed = map_targets(action, place)
    assert tuple(seen) == before
    assert [target.point for target in targets(placed)] == [
        Point(x=0, y=number + 1) for number in range(len(before))
    ]
    assert is_grounded(placed)
    assert targets(action) == before  # the original is untouched
    assert map_targets(action, lambda target: target) == action


@pytest.mark.parametrize(
    ("action", "grounded"),
    [
        (Click(target=SAVE), False),
        (Click(target=CORNER), True),
        (Click(target=BOTH), True),
        (Drag(path=(CORNER, SAVE)), False),
        (Scroll(), True),
        (Scroll(target=SAVE), False),
        (Back(), True),
        (Batch(actions=(Back(), Batch(actions=(Hover(target=SAVE),)))), False),
    ],
)
def test_grounded_means_that_every_target_has_a_point(action: Action, grounded: bool) -> None:
    assert is_grounded(action) is grounded


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "fly"},
        {"target": {"phrase": "Save"}},
        {"kind": "click"},
        {"kind": "click", "target": {}},
        {"kind": "click", "target": {"phrase": "  "}},
        {"kind": "click", "target": {"phrase": "Save"}, "count": 0},
        {"kind": "click", "target": {"phrase": "Save"}, "count": 4},
        {"kind": "click", "target": {"phrase": "Save"}, "button": "side"},
        {"kind": "click", "target": {"point": {"x": 0}}},
        {"kind": "drag", "path": [{"phrase": "Save"}]},
        {"kind": "scroll", "dy": float("inf")},
        {"kind": "type"},
        {"kind": "type", "text": "\ud83d"},
        {"kind": "press", "keys": []},
        {"kind": "press", "keys": ["nokey"]},
        {"kind": "hold", "keys": ["a"], "seconds": 0},
        {"kind": "hold", "keys": ["a"], "seconds": float("nan")},
        {"kind": "wait", "until": "text"},
        {"kind": "wait", "text": "Saved"},
        {"kind": "wait", "seconds": -1},
        {"kind": "goto", "url": ""},
        {"kind": "switch_tab", "index": -1},
        {"kind": "select_option", "target": {"phrase": "Size"}, "options": []},
        {"kind": "zoom", "region": {"x1": 0, "y1": 0, "x2": 1, "y2": 1}, "factor": 1},
        {"kind": "batch", "actions": []},
        {"kind": "ask_user", "question": ""},
    ],
    ids=json.dumps,
)
def test_an_action_that_makes_no_sense_is_refused(bad: object) -> None:
    with pytest.raises(ValidationError):
        action_adapter.validate_python(bad)


def nested(depth: int) -> str:
    return '{"kind":"batch","actions":[' * depth + '{"kind":"back"}' + "]}" * depth


@pytest.mark.parametrize("depth", [9, 100, 5_000])
def test_a_batch_nested_beyond_reason_is_refused_not_a_crash(depth: int) -> None:
    with pytest.raises(ValidationError):
        action_adapter.validate_json(nested(depth))


def test_the_deepest_batch_survives_json() -> None:
    action = action_adapter.validate_json(nested(8))
    assert action_adapter.validate_json(action_adapter.dump_json(action)) == action


@given(st.text())
def test_any_text_survives_json(text: str) -> None:
    action = Type(text=text)
    assert action_adapter.validate_json(action_adapter.dump_json(action)) == action


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_any_point_survives_json(x: float, y: float) -> None:
    action = Click(target=Target(point=Point(x=x, y=y)))
    assert action_adapter.validate_json(action_adapter.dump_json(action)) == action
