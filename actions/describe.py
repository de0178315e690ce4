"""Actions in words, for people: one short line each. Prevents: logs that show raw JSON."""

from collections.abc import Callable
from typing import Any

from handeye.actions.union import Action, Click, Dialog, Done, Scroll, Type, Wait


def describe(action: Action) -> str:
    """One short line for people: "click the Save button", "type 'desk lamp' into Search"."""
    return _DESCRIBE.get(action.kind, _describe_plain)(action)


def _describe_plain(action: Any) -> str:
    return str(action.kind).replace("_", " ")


def _describe_click(action: Click) -> str:
    times = {1: "", 2: "double-", 3: "triple-"}[action.count]
    button = "" if action.button == "left" else f"{action.button}-"
    held = "".join(f"{key}+" for key in action.modifiers)
    return f"{held}{button}{times}click {action.target}"


def _describe_type(action: Type) -> str:
    text = action.text if len(action.text) <= 60 else action.text[:57] + "…"
    return f"type {text!r}" + (f" into {action.target}" if action.target else "")


WHOLE_PAGE = 100_000
"""A scroll of so many input units is meant to reach the end, whatever the page's length."""


def _describe_scroll(action: Scroll) -> str:
    where = f" over {action.target}" if action.target else ""
    if not action.dx and abs(action.dy) >= WHOLE_PAGE:
        return f"scroll to the {'bottom' if action.dy > 0 else 'top'}{where}"
    ways = {"right": action.dx, "left": -action.dx, "down": action.dy, "up": -action.dy}
    told = " and ".join(f"{way} by {far:g}" for way, far in ways.items() if far > 0)
    return f"scroll {told or 'nowhere'}{where}"


def _describe_wait(action: Wait) -> str:
    if action.until == "time":
        return f"wait {action.seconds:g} s"
    if action.until == "text":
        return f"wait for {action.text!r}"
    return "wait until the screen is quiet"


def _describe_dialog(action: Dialog) -> str:
    text = f" with {action.text!r}" if action.text else ""
    return f"{'accept' if action.accept else 'dismiss'} the next dialog{text}"


def _describe_done(action: Done) -> str:
    answer = f": {action.answer}" if action.answer else ""
    return ("done" if action.success else "give up") + answer


_DESCRIBE: dict[str, Callable[[Any], str]] = {
    "click": _describe_click,
    "hover": lambda action: f"hover over {action.target}",
    "drag": lambda action: "drag " + " to ".join(str(target) for target in action.path),
    "mouse_down": lambda action: f"press the {action.button} mouse button on {action.target}",
    "mouse_up": lambda action: f"release the {action.button} mouse button on {action.target}",
    "scroll": _describe_scroll,
    "type": _describe_type,
    "press": lambda action: "press " + "+".join(action.keys),
    "hold": lambda action: f"hold {'+'.join(action.keys)} for {action.seconds:g} s",
    "wait": _describe_wait,
    "goto": lambda action: f"go to {action.url}",
    "new_tab": lambda action: f"open a new tab {action.url}".rstrip(),
    "switch_tab": lambda action: f"switch to tab {action.index + 1}",
    "close_tab": lambda action: (
        "close the tab" if action.index is None else f"close tab {action.index + 1}"
    ),
    "select_option": lambda action: f"select {', '.join(action.options)} in {action.target}",
    "upload": lambda action: f"upload {', '.join(action.paths)} to {action.target}",
    "download": lambda action: f"download {action.target}",
    "dialog": _describe_dialog,
    "zoom": lambda action: f"look closer at {action.region.center.x:g}, {action.region.center.y:g}",
    "batch": lambda action: "; ".join(describe(part) for part in action.actions),
    "ask_user": lambda action: f"ask: {action.question}",
    "done": _describe_done,
}
