"""Any text of a model becomes a valid action or a reason; a good answer means what it says."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handeye.actions import Action, Box, Point, ScreenSpace, Size, action_adapter, targets
from handeye.agent.planner.aims import ByNumber, ByPhrase, ByPoint, Unusable
from handeye.agent.planner.answers import Answer, Reader
from handeye.agent.planner.moves import MOVES, moves_for, schema_of
from handeye.agent.planner.prompt import answer_schema
from handeye.envs import Element
from handeye.envs.browser.perform import ACTION_SPACE
from handeye.grounding.chat.profiles import Profile

SPACE = ScreenSpace(size=Size(width=200, height=100))
FIELD = Element(role="textbox", name="User", box=Box(x1=10, y1=10, x2=30, y2=20), editable=True)
SAVE = Element(role="button", name="Save", box=Box(x1=40, y1=10, x2=60, y2=20))
EVERY = moves_for({*ACTION_SPACE, "ask_user"})
NUMBER = Reader(EVERY, ByNumber((FIELD, SAVE)), SPACE)
PHRASE = Reader(EVERY, ByPhrase(), SPACE)
POINT = Reader(EVERY, ByPoint(Profile(name="x", space="1000", axes="yx"), SPACE.size), SPACE)


def read(reader: Reader, *moves: dict[str, Any]) -> Answer:
    return reader.read(json.dumps({"thought": "So.", "actions": moves}))


def test_every_kind_of_action_that_a_browser_knows_can_be_asked_for() -> None:
    left_out = {"mouse_down", "mouse_up", "hold", "zoom", "batch", "forward", "reload", "new_tab"}
    assert {move.kind for move in MOVES} - {"done", "ask_user"} == set(ACTION_SPACE) - left_out


@pytest.mark.parametrize("target", [2, "2", "[2]", '[2] button "Save"', " 2 "])
def test_a_number_is_an_element(target: Any) -> None:
    answer = read(NUMBER, {"kind": "click", "target": target})
    (found,) = answer.named.values()
    assert (found.element, found.point, found.status) == (SAVE, SAVE.box.center, "found")
    assert targets(answer.actions[0])[0].phrase == found.phrase == "button “Save” [2]"


def test_words_are_left_to_the_grounder() -> None:
    for reader, phrase in ((NUMBER, "2 items"), (PHRASE, "2")):
        answer = read(reader, {"kind": "hover", "target": phrase})
        assert targets(answer.actions[0])[0].phrase == phrase
        assert answer.named == {}


def test_a_place_is_mapped_to_pixels_in_the_axes_of_the_family() -> None:
    answer = read(POINT, {"kind": "click", "target": {"phrase": "Save", "at": [0, 500]}})
    assert targets(answer.actions[0])[0].point == Point(x=100, y=0)


@pytest.mark.parametrize(
    ("move", "action"),
    [
        ({"kind": "type", "target": "A", "text": "b"},
         {"kind": "type", "target": {"phrase": "A"}, "text": "b", "clear": True}),
        ({"kind": "press", "keys": "ctrl+a"}, {"kind": "press", "keys": ["Control", "a"]}),
        ({"kind": "scroll", "direction": "up"}, {"kind": "scroll", "dy": -80}),
        ({"kind": "scroll_in", "target": "A", "direction": "right"},
         {"kind": "scroll", "dx": 160, "target": {"phrase": "A"}}),
        ({"kind": "drag", "from": "A", "to": "B"},
         {"kind": "drag", "path": [{"phrase": "A"}, {"phrase": "B"}]}),
        ({"kind": "double_click", "target": "A"},
         {"kind": "click", "target": {"phrase": "A"}, "count": 2}),
        ({"kind": "give_up", "reason": "No."}, {"kind": "done", "success": False, "answer": "No."}),
        ({"kind": "done", "answer": 7}, {"kind": "done", "answer": "7"}),
    ],
)  # fmt: skip
def test_a_move_becomes_an_action(move: dict[str, Any], action: dict[str, Any]) -> None:
    assert read(PHRASE, move).actions[0] == action_adapter.validate_python(action)


def test_an_end_waits_for_what_comes_before_it() -> None:
    press, done = {"kind": "press", "keys": "Enter"}, {"kind": "done", "answer": "x"}
    for moves, kinds in [((press, press), 2), ((press, done), 1), ((done,), 1)]:
        assert len(read(PHRASE, *moves).actions) == kinds
    with pytest.raises(Unusable, match="'done' must be the only action"):
        read(PHRASE, done, press)


@pytest.mark.parametrize(
    "text",
    [
        'Sure!\n```json\n{"actions": [{"kind": "back"}]}\n```\nDone.',
        'So: {"actions": [{"kind": "back"}]} and then',
        '{"kind": "back"}',
    ],
)
def test_json_is_found_in_talk(text: str) -> None:
    assert PHRASE.read(text).actions[0].kind == "back"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON object"),
        ("[1]", "no JSON object"),
        ("{" * 100_000, "no JSON object"),
        ('{"actions": []}', "no action"),
        ('{"actions": [{"kind": "fly"}]}', 'no kind "fly"'),
        ('{"actions": [{"kind": ["click"]}]}', "no kind"),
        ('{"actions": [{"kind": "click"}]}', "needs these fields and no others: target"),
        ('{"actions": [{"kind": "back", "target": 1}]}', "no other field"),
        ('{"actions": [{"kind": "click", "target": 0}]}', "no element 0"),
        ('{"actions": [{"kind": "click", "target": 3}]}', "no element 3"),
        ('{"actions": [{"kind": "click", "target": true}]}', "number of an element"),
        ('{"actions": [{"kind": "press", "keys": "Warp"}]}', "no key is called 'Warp'"),
        ('{"actions": [{"kind": "scroll", "direction": "in"}]}', 'cannot be "in"'),
        ('{"actions": [{"kind": "scroll", "direction": []}]}', r"cannot be \[\]"),
        ('{"actions": [{"kind": "wait", "seconds": -1}]}', "seconds: Input should be greater"),
        ('{"actions": [{"kind": "wait", "seconds": NaN}]}', "no JSON object"),
        ('{"actions": [{"kind": "type_here", "text": "\\ud800"}]}', "no JSON object"),
    ],
)
def test_what_is_wrong_is_said(text: str, reason: str) -> None:
    with pytest.raises(Unusable, match=reason):
        NUMBER.read(text)


huge = st.sampled_from([10**400, -(10**4200), 1e308])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | huge | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
places = st.fixed_dictionaries({"phrase": st.just("A"), "at": st.lists(huge | st.integers())})
known = st.sampled_from(["7", "Enter", "down", "2", 2, 1.5, True, ["Blue"]])
values = json_values | places | known
moves = st.sampled_from(MOVES).flatmap(
    lambda move: st.fixed_dictionaries(
        {"kind": st.just(move.name), **dict.fromkeys(move.fields, values)}
    )
)
answers = st.one_of(
    st.text(),
    json_values.map(json.dumps),
    st.lists(moves | json_values, max_size=3).map(lambda rows: json.dumps({"actions": rows})),
)


@settings(max_examples=400)
@given(text=answers, reader=st.sampled_from([NUMBER, PHRASE, POINT]))
def test_any_text_is_a_valid_action_or_a_reason(text: str, reader: Reader) -> None:
    with suppress(Unusable):
        actions: tuple[Action, ...] = reader.read(text).actions
        assert actions
        for action in actions:
            assert action_adapter.validate_json(action_adapter.dump_json(action)) == action
            assert all(target.phrase for target in targets(action))


@pytest.mark.parametrize("reader", [NUMBER, PHRASE, POINT])
def test_the_schema_and_the_reader_know_the_same_fields(reader: Reader) -> None:
    kinds = kinds_in(reader)
    gone = {"select", "upload"} if reader is NUMBER else set()
    assert [kind for kind in EVERY if kind not in gone] == list(kinds)
    for kind in kinds.values():
        assert kind["required"] == list(kind["properties"])
        answer = {name: _example(schema) for name, schema in kind["properties"].items()}
        assert read(reader, answer).actions


def kinds_in(reader: Reader) -> dict[str, Any]:
    """The schemas of the moves, by kind."""
    whole = answer_schema(EVERY, reader.aim, None)
    moves = whole["properties"]["actions"]["items"]["anyOf"]
    return {move["properties"]["kind"]["const"]: move for move in moves}


def test_the_schema_knows_what_each_kind_is_for() -> None:
    team = SAVE.model_copy(update={"role": "combobox", "options": ("Red",)})
    kinds = kinds_in(Reader(EVERY, ByNumber((FIELD, SAVE, team)), SPACE))
    told = {kind: kinds[kind]["properties"]["target"] for kind in ("click", "type", "select")}
    assert told == {
        "click": {"type": "integer", "minimum": 1, "maximum": 3},
        "type": {"type": "integer", "enum": [1]},
        "select": {"type": "integer", "enum": [3]},
    }


def _example(schema: dict[str, Any]) -> Any:
    """A value of a schema, as a model that is held to it could write."""
    if "const" in schema or "enum" in schema:
        return schema.get("const") or schema["enum"][0]
    if schema["type"] == "object":
        return {name: _example(part) for name, part in schema["properties"].items()}
    if schema["type"] == "array":
        return [_example(schema["items"])] * schema["minItems"]
    return {"string": "7", "integer": 1, "number": 1.5, "boolean": True}[schema["type"]]


def test_on_an_empty_screen_nothing_has_a_target() -> None:
    kinds = kinds_in(Reader(EVERY, ByNumber(()), SPACE))
    assert {"press", "scroll", "goto", "done"} < set(kinds)
    assert not any("target" in kind["properties"] for kind in kinds.values())


def test_a_move_is_described_by_a_flat_schema() -> None:
    assert schema_of(EVERY["back"], None, {}) == {
        "type": "object",
        "properties": {"kind": {"type": "string", "const": "back"}},
        "required": ["kind"],
        "additionalProperties": False,
    }


@pytest.mark.timeout(20)
@pytest.mark.parametrize("blank", ["\n", " "])
def test_a_model_that_writes_only_blanks_is_read_to_the_end(blank: str) -> None:
    """They do, when a schema holds them; a pattern must not try every way to divide the blanks."""
    with pytest.raises(Unusable):
        NUMBER.read("```\n" + blank * 200_000)
    assert read(NUMBER, {"kind": "click", "target": blank * 200_000 + "x"}).named == {}
