"""The moves that a model may answer with: few, flat, and each made into one action.

The closed `Action` union has points, nested targets and defaults that only confuse a small model;
here a target is a number or a phrase, every field is required, and a scroll has a direction.
Prevents: answers that fit a schema and mean nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from handeye.actions import ScreenSpace
from handeye.actions.keys import parse_chord

Fields = Mapping[str, Any]
"""The fields of one answered move, its targets made into `Target`s."""

AIMED = ("target", "from", "to")
"""The fields that hold a target."""

SCREENFUL = 0.8
"""The part of the screen's height or width that one scroll moves."""

_WAYS = {"down": (0, 1), "up": (0, -1), "right": (1, 0), "left": (-1, 0)}


@dataclass(frozen=True)
class Move:
    """`name` and `fields` as the model writes them; `kind` of the action that `make` describes."""

    name: str
    kind: str
    fields: tuple[str, ...]
    says: str
    make: Callable[[Fields, ScreenSpace], dict[str, Any]] = lambda fields, _: dict(fields)


def _scroll(fields: Fields, space: ScreenSpace) -> dict[str, Any]:
    across, down = _WAYS[fields["direction"]]
    return {
        "target": fields.get("target"),
        "dx": round(across * SCREENFUL * space.size.width / space.scale_x),
        "dy": round(down * SCREENFUL * space.size.height / space.scale_y),
    }


def _click(**more: Any) -> Callable[[Fields, ScreenSpace], dict[str, Any]]:
    return lambda fields, _: {"target": fields["target"], **more}


MOVES = (
    Move("click", "click", ("target",), "click it", _click()),
    Move("double_click", "click", ("target",), "click it twice", _click(count=2)),
    Move("right_click", "click", ("target",), "open its menu", _click(button="right")),
    Move("hover", "hover", ("target",), "move the mouse over it"),
    Move(
        "type",
        "type",
        ("target", "text"),
        "click a field and replace its text",
        lambda fields, _: {**fields, "clear": True},
    ),
    Move("type_here", "type", ("text",), "type where the cursor is"),
    Move("select", "select_option", ("target", "options"), "choose options of a list"),
    Move(
        "press",
        "press",
        ("keys",),
        'strike a key or chord, such as "Enter" or "Control+a"',
        lambda fields, _: {"keys": parse_chord(fields["keys"])},
    ),
    Move("scroll", "scroll", ("direction",), "scroll the page by a screen", _scroll),
    Move(
        "scroll_in",
        "scroll",
        ("target", "direction"),
        "scroll a list or box on the page",
        _scroll,
    ),
    Move(
        "drag",
        "drag",
        ("from", "to"),
        "drag one thing onto another",
        lambda fields, _: {"path": (fields["from"], fields["to"])},
    ),
    Move("goto", "goto", ("url",), "open an address"),
    Move("back", "back", (), "go back to the page before"),
    Move("switch_tab", "switch_tab", ("index",), "show another tab; the first is 0"),
    Move("close_tab", "close_tab", (), "close this tab"),
    Move("upload", "upload", ("target", "paths"), "put files into a file field"),
    Move("download", "download", ("target",), "click it and wait for the file"),
    Move("dialog", "dialog", ("accept", "text"), "say how to answer the page's next dialog"),
    Move("wait", "wait", ("seconds",), "wait", lambda fields, _: {**fields, "until": "time"}),
    Move("ask_user", "ask_user", ("question",), "ask the person who gave you the task"),
    Move("done", "done", ("answer",), "the task is done; the answer, if one was asked for"),
    Move(
        "give_up",
        "done",
        ("reason",),
        "everything was tried, and the task cannot be done",
        lambda fields, _: {"success": False, "answer": fields["reason"]},
    ),
)

ENDS = ("ask_user", "done", "give_up")
"""The moves that are for the run and not for the screen."""

_FIELDS: dict[str, dict[str, Any]] = {
    "options": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "paths": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    "direction": {"type": "string", "enum": list(_WAYS)},
    "index": {"type": "integer"},
    "seconds": {"type": "number"},
    "accept": {"type": "boolean"},
}
TEXT: dict[str, Any] = {"type": "string"}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def moves_for(action_space: Collection[str]) -> dict[str, Move]:
    """The moves that make these kinds of action, by name; a run can always be ended."""
    return {move.name: move for move in MOVES if move.kind in {*action_space, "done"}}


def schema_of(move: Move, target: dict[str, Any] | None, answer: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a move, with those of its targets and of the answer to the task."""
    known = {**_FIELDS, **dict.fromkeys(AIMED, target), "answer": answer}
    fields = {name: known.get(name, TEXT) for name in move.fields}
    return {
        "type": "object",
        "properties": {"kind": {"type": "string", "const": move.name}, **fields},
        "required": ["kind", *fields],
        "additionalProperties": False,
    }


def fits(name: str, value: Any) -> bool:
    """Whether a value may stand in a field that is no target and no answer."""
    schema = _FIELDS.get(name, TEXT)
    if schema["type"] == "array":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(value, bool) and schema["type"] != "boolean":
        return False
    return isinstance(value, _TYPES[schema["type"]]) and value in schema.get("enum", [value])
