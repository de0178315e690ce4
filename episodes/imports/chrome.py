"""Recordings of the Chrome DevTools Recorder (JSON of @puppeteer/replay).

They have no pictures and no places, only selectors: the steps are kept as what was planned, with
phrases, and `handeye run --planner scripted:EPISODE` carries them out. Prevents: made-up screens.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handeye.actions import Action, Click, Goto, Hover, Press, Scroll, Target, Type, Wait
from handeye.actions.keys import normalise_key
from handeye.episodes.imports.build import (
    MALFORMED,
    Builder,
    Unreadable,
    parsed,
    phrase_of,
    why,
)

_BUTTONS = {"primary": "left", "auxiliary": "middle", "secondary": "right"}
_MODIFIERS = ("Alt", "Control", "Meta", "Shift")
_ARIA = re.compile(r'aria/(?P<name>.*?)(?:\[role="(?P<role>\w+)"\])?', re.DOTALL)


@dataclass
class _Page:
    """What earlier steps left: modifiers that are down, with whether another key was pressed
    under them, and how far each thing is scrolled, as recordings say where and not how far."""

    held: dict[str, bool] = field(default_factory=dict)
    scrolled: dict[str, tuple[float, float]] = field(default_factory=dict)


def read(source: Path, builder: Builder) -> None:
    """Raises Unreadable when the file is no such recording."""
    flow = parsed(source.read_bytes(), "it")
    if not isinstance(flow, dict) or not isinstance(flow.get("steps"), list):
        raise Unreadable("it has no list of steps")
    builder.task = str(flow.get("title", ""))
    page = _Page()
    for number, step in enumerate(flow["steps"], 1):
        kind = step.get("type") if isinstance(step, dict) else None
        if kind == "navigate" and not builder.url:
            builder.url = str(step.get("url", ""))
        where = f"step {number} ({kind})"
        try:
            if _is_half_a_key(step, page):
                continue
            action = _action(step, page)
        except MALFORMED as error:
            builder.leave_out(f"{where}: {why(error)}")
            continue
        if action is None:
            builder.leave_out(f"{where}: an episode has no such action")
            continue
        builder.add(action, None)
        _leave_out_rest(step, where, builder)


def _leave_out_rest(step: dict[str, Any], where: str, builder: Builder) -> None:
    for name in ("assertedEvents", "frame", "target", "timeout", "duration", "deviceType"):
        if step.get(name) not in (None, [], "main", "mouse"):
            builder.leave_out(f"{where}: {name} = {step[name]}")


def _is_half_a_key(step: dict[str, Any], page: _Page) -> bool:
    """Whether it only begins or ends a chord: a modifier that goes down, another key that comes up,
    a modifier that comes up after another key."""
    kind, key = step["type"], step.get("key")
    if kind == "keyDown" and key in _MODIFIERS:
        page.held[key] = False
        return True
    return kind == "keyUp" and page.held.pop(str(key), True)


def _action(step: dict[str, Any], page: _Page) -> Action | None:
    if step["type"] == "navigate" or step.get("assertedEvents"):
        page.scrolled.clear()
    match step["type"]:
        case "navigate":
            return Goto(url=step["url"])
        case "click" | "doubleClick":
            count = 2 if step["type"] == "doubleClick" else 1
            button = _BUTTONS.get(step.get("button", "primary"), "left")
            return Click(target=_target(step), count=count, button=button)  # type: ignore[arg-type]
        case "hover":
            return Hover(target=_target(step))
        case "change":
            return Type(text=str(step["value"]), target=_target(step, "field"), clear=True)
        case "keyDown" | "keyUp":
            held = tuple(page.held)
            page.held = dict.fromkeys(held, True)
            return Press(keys=(*held, normalise_key(step["key"])))
        case "scroll":
            return _scroll(step, page)
        case "waitForElement":
            texts = [last for last in _lasts(step) if last.startswith("text/")]
            return Wait(until="text", text=texts[0].removeprefix("text/")) if texts else None
    return None


def _scroll(step: dict[str, Any], page: _Page) -> Scroll:
    what = json.dumps(step.get("selectors") or [])
    x, y = page.scrolled.get(what, (0.0, 0.0))
    to = page.scrolled[what] = (step.get("x", 0), step.get("y", 0))
    target = _target(step) if step.get("selectors") else None
    return Scroll(target=target, dx=to[0] - x, dy=to[1] - y)


def _target(step: dict[str, Any], role: str = "") -> Target:
    """The phrase of the most speaking selector: its accessible name, with its role or `role`, its
    text, else the last."""
    last = _lasts(step)
    for selector in last:
        if found := _ARIA.fullmatch(selector):
            return Target(phrase=phrase_of(found["name"], found["role"] or "", role))
    for selector in last:
        if selector.startswith("text/"):
            return Target(phrase=phrase_of(selector.removeprefix("text/"), "", role))
    if not last:
        raise ValueError("it has no selector")
    return Target(phrase=last[0].strip("#."))


def _lasts(step: dict[str, Any]) -> list[str]:
    """The selectors of the element itself, without those of the frames and shadows around it."""
    chains = [one if isinstance(one, list) else [one] for one in step["selectors"]]
    return [str(chain[-1]) for chain in chains if chain]
