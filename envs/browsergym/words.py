"""handeye's actions as the calls that BrowserGym reads: `mouse_click(120.0, 40.5)`.

They are those of its action subsets chat, infeas, bid, coord, nav and tab, all with plain literals;
nothing that a page or a model wrote is more than a quoted string in them. Prevents: an action that
is sent as something near it, without a word.
"""

import itertools
import sys
from collections.abc import Callable, Sequence
from typing import Any

from handeye.actions import (
    Action,
    Batch,
    Click,
    CloseTab,
    Drag,
    Goto,
    Hold,
    Hover,
    MouseDown,
    MouseUp,
    NewTab,
    Press,
    Scroll,
    SelectOption,
    SwitchTab,
    Target,
    Type,
    Upload,
    Wait,
)
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind, Observation

ACTION_SPACE = frozenset({
    "click", "hover", "drag", "mouse_down", "mouse_up", "scroll", "type", "press", "hold", "wait",
    "goto", "back", "forward", "reload", "new_tab", "switch_tab", "close_tab", "select_option",
    "upload", "batch",
})  # fmt: skip
_DRAG_STEPS = 5
_QUIET_MS = 500
_ALL = "Meta+a" if sys.platform == "darwin" else "Control+a"

Number = Callable[[float, float, frozenset[str]], str]
"""BrowserGym's number of the element of these roles at a place; "" for none."""


def words_of(action: Action, seen: Observation, number: Number) -> str:
    """One or more calls, a line each. Raises Refused for what BrowserGym has no call for."""
    return "\n".join(_lines(action, seen, number))


def _lines(action: Action, seen: Observation, number: Number) -> list[str]:
    if isinstance(action, Batch):
        return [line for part in action.actions for line in _lines(part, seen, number)]
    if action.kind in ("back", "forward"):
        return [_call(f"go_{action.kind}")]
    if action.kind == "reload":
        return [_call("goto", seen.url)]
    if isinstance(action, SelectOption):
        return [_call("select_option", _list_at(action.target, number), [*action.options])]
    if isinstance(action, Scroll):
        return _scroll(action, seen)
    write = _WRITE.get(action.kind)
    if write is None:
        what = action.kind.replace("_", " ")
        raise Refused(ActionErrorKind.UNSUPPORTED, f"BrowserGym has no call for {what}.")
    return write(action)


def _call(name: str, *arguments: Any) -> str:
    return f"{name}({', '.join(map(repr, arguments))})"


def _at(target: Target) -> tuple[float, float]:
    if target.point is None:
        message = "A target of the action has no point on the screen."
        raise Refused(ActionErrorKind.UNGROUNDED, message)
    return target.point.x, target.point.y


def _button(name: str) -> str:
    if name in ("back", "forward"):
        message = f"BrowserGym has no {name} button of the mouse; use the action {name!r}."
        raise Refused(ActionErrorKind.INVALID, message)
    return name


def _held(keys: Sequence[str], lines: list[str]) -> list[str]:
    down = [_call("keyboard_down", key) for key in keys]
    return [*down, *lines, *(_call("keyboard_up", key) for key in reversed(keys))]


def _click(action: Click) -> list[str]:
    if action.count == 3:
        raise Refused(ActionErrorKind.UNSUPPORTED, "BrowserGym has no call for a triple click.")
    name = "mouse_click" if action.count == 1 else "mouse_dblclick"
    line = _call(name, *_at(action.target), _button(action.button))
    return _held(action.modifiers, [line])


def _hover(action: Hover) -> list[str]:
    return [_call("mouse_move", *_at(action.target))]


def _drag(action: Drag) -> list[str]:
    """With moves between: pages that are dragged on listen to those."""
    places, button = [_at(target) for target in action.path], _button(action.button)
    lines = [_call("mouse_down", *places[0], button)]
    for (x1, y1), (x2, y2) in itertools.pairwise(places):
        for step in range(1, _DRAG_STEPS + 1):
            part = step / _DRAG_STEPS
            lines.append(_call("mouse_move", x1 + (x2 - x1) * part, y1 + (y2 - y1) * part))
    return [*lines, _call("mouse_up", *places[-1], button)]


def _press_button(action: MouseDown | MouseUp) -> list[str]:
    return [_call(action.kind, *_at(action.target), _button(action.button))]


def _scroll(action: Scroll, seen: Observation) -> list[str]:
    """BrowserGym counts in pixels of the screenshot here too."""
    space = seen.screenshot.space
    middle = space.size.width / 2, space.size.height / 2
    place = _at(action.target) if action.target else middle
    turn = _call("scroll", action.dx * space.scale_x, action.dy * space.scale_y)
    return [_call("mouse_move", *place), turn]


def _type(action: Type) -> list[str]:
    lines = [_call("mouse_click", *_at(action.target))] if action.target else []
    if action.clear:
        lines += [_call("keyboard_press", _ALL), _call("keyboard_press", "Delete")]
    return lines + ([_call("keyboard_type", action.text)] if action.text else [])


def _press(action: Press) -> list[str]:
    return [_call("keyboard_press", "+".join(action.keys))]


def _hold(action: Hold) -> list[str]:
    return _held(action.keys, [_call("noop", action.seconds * 1000)])


def _wait(action: Wait) -> list[str]:
    """BrowserGym looks for rest before each observation itself."""
    if action.until == "text":
        raise Refused(ActionErrorKind.UNSUPPORTED, "BrowserGym has no call to wait for a text.")
    return [_call("noop", action.seconds * 1000 if action.until == "time" else _QUIET_MS)]


def _goto(action: Goto) -> list[str]:
    return [_call("goto", action.url)]


def _new_tab(action: NewTab) -> list[str]:
    return [_call("new_tab"), *([_call("goto", action.url)] if action.url else [])]


def _switch_tab(action: SwitchTab) -> list[str]:
    return [_call("tab_focus", action.index)]


def _close_tab(action: CloseTab) -> list[str]:
    first = [] if action.index is None else [_call("tab_focus", action.index)]
    return [*first, _call("tab_close")]


def _upload(action: Upload) -> list[str]:
    return [_call("mouse_upload_file", *_at(action.target), [*action.paths])]


def _list_at(target: Target, number: Number) -> str:
    found = number(*_at(target), frozenset({"combobox", "listbox"}))
    if not found:
        raise Refused(ActionErrorKind.INVALID, "There is no list at that place.")
    return found


_WRITE: dict[str, Callable[[Any], list[str]]] = {
    "click": _click,
    "hover": _hover,
    "drag": _drag,
    "mouse_down": _press_button,
    "mouse_up": _press_button,
    "type": _type,
    "press": _press,
    "hold": _hold,
    "wait": _wait,
    "goto": _goto,
    "new_tab": _new_tab,
    "switch_tab": _switch_tab,
    "close_tab": _close_tab,
    "upload": _upload,
}
