"""What a page tells of a person (`listen.js`), one line of JSON each, as actions.

Prevents: a press and a release taken for two steps, and a page's own opening of an address taken
for something that the person typed.
"""

from typing import Literal

from pydantic import ConfigDict

from handeye.actions import (
    Action,
    Click,
    Drag,
    Point,
    Press,
    Scroll,
    SelectOption,
    Target,
    Type,
    Upload,
    Value,
)
from handeye.actions.keys import normalise_key
from handeye.actions.union import Modifier

_HELD: tuple[Modifier, ...] = ("Control", "Shift", "Alt", "Meta")
_BUTTONS: tuple[Literal["left", "middle", "right"], ...] = ("left", "middle", "right")


class Told(Value):
    """One event of the page, checked. `left`, `top` and `up` say where its frame lies."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal[
        "down", "up", "wheel", "key", "text", "select", "upload", "came", "closing", "front"
    ]  # fmt: skip
    time: float
    left: float = 0.0
    top: float = 0.0
    up: int = 0
    at: tuple[float, float] | None = None
    by: tuple[float, float] = (0.0, 0.0)
    button: int = 0
    count: int = 1
    keys: tuple[str, ...] = ()
    field: str = ""
    page: str | None = None
    far: bool = False
    text: str = ""
    secret: bool = False
    replaces: bool = False
    label: str = ""
    parameter: str = ""
    options: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    how: str = ""
    url: str = ""


def press_of(down: Told, at: Point, to: Point | None) -> Action:
    """The click or the drag that a press and a release are; `to` only where they lie apart."""
    if to is not None:
        path = (Target(point=at), Target(point=to))
        return Drag(path=path, button=_BUTTONS[min(down.button, 2)])
    return Click(
        target=Target(point=at),
        button=_BUTTONS[min(down.button, 2)],
        count=max(1, min(3, down.count)),
        modifiers=tuple(key for key in _HELD if key in down.keys),
    )


def action_of(told: Told, at: Point | None) -> Action | None:
    """The action that an event is by itself; None where it is a part of one, or none."""
    spot = Target(point=at) if at is not None else None
    if told.kind == "wheel":
        return Scroll(target=spot, dx=told.by[0], dy=told.by[1])
    if told.kind == "key":
        return Press(keys=told.keys) if _all_known(told.keys) else None
    if told.kind == "text":
        return Type(text=told.text, target=spot, clear=told.replaces)
    if told.kind == "select" and told.options and spot:
        return SelectOption(target=spot, options=told.options)
    if told.kind == "upload" and told.files:
        return Upload(target=spot or Target(phrase=told.label or "file"), paths=told.files)
    return None


def _all_known(keys: tuple[str, ...]) -> bool:
    try:
        return bool([normalise_key(key) for key in keys])
    except ValueError:
        return False
