"""The closed union of everything that handeye can do, as data.

A pointer action names its `Target` by a phrase, by a point, or by both. A planner writes phrases;
grounding fills in the points; an environment sends only what has points. Points are screenshot
pixels. Prevents: two half-compatible action types for "what is meant" and "where it is".
"""

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, field_validator, model_validator

from handeye.actions.geometry import Box, Point
from handeye.actions.keys import normalise_key
from handeye.actions.model import Value

Button = Literal["left", "right", "middle", "back", "forward"]
"""The last two are the thumb's buttons."""
Modifier = Literal["Control", "Shift", "Alt", "Meta"]


class Target(Value):
    """What is meant (`phrase`), where it is (`point`, screenshot pixels), or both."""

    phrase: str = ""
    point: Point | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.phrase.strip() and self.point is None:
            raise ValueError("a target needs a phrase or a point")
        return self

    def __str__(self) -> str:
        if self.phrase.strip():
            return self.phrase
        assert self.point is not None
        return f"({self.point.x:g}, {self.point.y:g})"


class Click(Value):
    kind: Literal["click"] = "click"
    target: Target
    button: Button = "left"
    count: int = Field(default=1, ge=1, le=3)
    modifiers: tuple[Modifier, ...] = ()


class Hover(Value):
    kind: Literal["hover"] = "hover"
    target: Target


class Drag(Value):
    """Press at the first target, move through the others, release at the last."""

    kind: Literal["drag"] = "drag"
    path: tuple[Target, ...] = Field(min_length=2)
    button: Button = "left"


class MouseDown(Value):
    kind: Literal["mouse_down"] = "mouse_down"
    target: Target
    button: Button = "left"


class MouseUp(Value):
    kind: Literal["mouse_up"] = "mouse_up"
    target: Target
    button: Button = "left"


class Scroll(Value):
    """Turn the wheel: `dx` to the right and `dy` down, in input units; one wheel tick is 100.

    Without a target the wheel turns over the middle of the screen.
    """

    kind: Literal["scroll"] = "scroll"
    target: Target | None = None
    dx: float = 0.0
    dy: float = 0.0


class Type(Value):
    """Type any text; "\\n" is Enter. With a target, click it first; `clear` replaces its text."""

    kind: Literal["type"] = "type"
    text: str
    target: Target | None = None
    clear: bool = False

    @field_validator("text")
    @classmethod
    def _whole_characters(cls, text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # all of them are Enter
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ValueError("half a character (a lone surrogate) cannot be typed")
        return text


class Press(Value):
    """Press a chord once: all but the last key are held while the last one is struck."""

    kind: Literal["press"] = "press"
    keys: tuple[str, ...] = Field(min_length=1)

    _keys = field_validator("keys", mode="before")(lambda keys: _normalised(keys))


class Hold(Value):
    """Hold a chord down for `seconds`."""

    kind: Literal["hold"] = "hold"
    keys: tuple[str, ...] = Field(min_length=1)
    seconds: float = Field(gt=0, le=60)

    _keys = field_validator("keys", mode="before")(lambda keys: _normalised(keys))


class Wait(Value):
    """Wait for a time, until a text is on the page, or until the screen is quiet.

    `seconds` is the time to wait, or the longest time to wait for the text or the quiet.
    """

    kind: Literal["wait"] = "wait"
    until: Literal["time", "text", "quiet"] = "quiet"
    text: str = ""
    seconds: float = Field(default=10.0, ge=0, le=3600)

    @model_validator(mode="after")
    def _text_given(self) -> Self:
        if (self.until == "text") != bool(self.text):
            raise ValueError("a text is needed to wait for text, and only then")
        return self


class Goto(Value):
    kind: Literal["goto"] = "goto"
    url: str = Field(min_length=1)


class Back(Value):
    kind: Literal["back"] = "back"


class Forward(Value):
    kind: Literal["forward"] = "forward"


class Reload(Value):
    kind: Literal["reload"] = "reload"


class NewTab(Value):
    kind: Literal["new_tab"] = "new_tab"
    url: str = ""


class SwitchTab(Value):
    """`index` counts from 0 in the order in which the tabs were opened."""

    kind: Literal["switch_tab"] = "switch_tab"
    index: int = Field(ge=0)


class CloseTab(Value):
    """Without an index, the current tab."""

    kind: Literal["close_tab"] = "close_tab"
    index: int | None = Field(default=None, ge=0)


class SelectOption(Value):
    """Choose options of a native list by label or value; several only in a multiple list."""

    kind: Literal["select_option"] = "select_option"
    target: Target
    options: tuple[str, ...] = Field(min_length=1)


class Upload(Value):
    kind: Literal["upload"] = "upload"
    target: Target
    paths: tuple[str, ...] = Field(min_length=1)


class Download(Value):
    """Click what starts a download and wait until the file is whole."""

    kind: Literal["download"] = "download"
    target: Target


class Dialog(Value):
    """Say how to answer the page's next dialog (alert, confirm, prompt); else it is dismissed."""

    kind: Literal["dialog"] = "dialog"
    accept: bool
    text: str = ""


class Zoom(Value):
    """Take a closer look at a part of the screen (screenshot pixels); changes nothing."""

    kind: Literal["zoom"] = "zoom"
    region: Box
    factor: float = Field(default=2.0, gt=1, le=8)


class Batch(Value):
    """Several actions decided on one look at the screen; stops at the first that fails.

    Nested at most 8 deep: JSON writers give up on deep values, and nobody means them.
    """

    kind: Literal["batch"] = "batch"
    actions: "tuple[Action, ...]" = Field(min_length=1)

    @model_validator(mode="after")
    def _shallow(self) -> Self:
        if _depth(self) > 8:
            raise ValueError("batches are nested more than 8 deep")
        return self


class AskUser(Value):
    kind: Literal["ask_user"] = "ask_user"
    question: str = Field(min_length=1)


class Done(Value):
    kind: Literal["done"] = "done"
    answer: str = ""
    success: bool = True


Action = Annotated[
    Click | Hover | Drag | MouseDown | MouseUp | Scroll | Type | Press | Hold | Wait | Goto | Back
    | Forward | Reload | NewTab | SwitchTab | CloseTab | SelectOption | Upload | Download | Dialog
    | Zoom | Batch | AskUser | Done,
    Field(discriminator="kind"),
]  # fmt: skip

Batch.model_rebuild()

action_adapter: TypeAdapter[Action] = TypeAdapter(Action)


def _normalised(keys: Any) -> Any:
    if isinstance(keys, (list, tuple)) and all(isinstance(key, str) for key in keys):
        return tuple(normalise_key(key) for key in keys)
    return keys


def _depth(action: Action) -> int:
    return 1 + max(map(_depth, action.actions)) if isinstance(action, Batch) else 0


def targets(action: Action) -> tuple[Target, ...]:
    """The targets of an action, in the order in which they are used."""
    if isinstance(action, Drag):
        return action.path
    if isinstance(action, Batch):
        return tuple(target for part in action.actions for target in targets(part))
    target = getattr(action, "target", None)
    return (target,) if isinstance(target, Target) else ()


def map_targets(action: Action, change: Callable[[Target], Target]) -> Action:
    """A copy of the action with each target replaced by `change(target)`, in order of use."""
    if isinstance(action, Drag):
        return action.model_copy(update={"path": tuple(change(spot) for spot in action.path)})
    if isinstance(action, Batch):
        parts = tuple(map_targets(part, change) for part in action.actions)
        return action.model_copy(update={"actions": parts})
    target = getattr(action, "target", None)
    if not isinstance(target, Target):
        return action
    return action.model_copy(update={"target": change(target)})


def is_grounded(action: Action) -> bool:
    """Whether every target has a point, so that an environment can send the action."""
    return all(target.point is not None for target in targets(action))
