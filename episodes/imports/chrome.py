"""Recordings of the Chrome DevTools Recorder (JSON of @puppeteer/replay).

They have no pictures and no places, only selectors: the steps are kept as what was planned, with
phrases, and `handeye run --planner scripted:EPISODE` carries them out. Prevents: made-up screens.
"""

from pathlib import Path
from typing import Any

from handeye.actions import Action, Click, Goto, Hover, Press, Scroll, Target, Type, Wait
from handeye.actions.keys import normalise_key
from handeye.episodes.imports.build import MALFORMED, Builder, Unreadable, parsed, why

_BUTTONS = {"primary": "left", "auxiliary": "middle", "secondary": "right"}


def read(source: Path, builder: Builder) -> None:
    """Raises Unreadable when the file is no such recording."""
    flow = parsed(source.read_bytes(), "it")
    if not isinstance(flow, dict) or not isinstance(flow.get("steps"), list):
        raise Unreadable("it has no list of steps")
    builder.task = str(flow.get("title", ""))
    for number, step in enumerate(flow["steps"], 1):
        kind = step.get("type") if isinstance(step, dict) else None
        if kind == "navigate" and not builder.url:
            builder.url = str(step.get("url", ""))
        where = f"step {number} ({kind})"
        try:
            action = _action(step)
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


def _action(step: dict[str, Any]) -> Action | None:
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
            return Type(text=str(step["value"]), target=_target(step), clear=True)
        case "keyDown":
            return Press(keys=(normalise_key(step["key"]),))
        case "scroll":
            target = _target(step) if step.get("selectors") else None
            return Scroll(target=target, dx=step.get("x", 0), dy=step.get("y", 0))
        case "waitForElement":
            return Wait(until="text", text=_target(step).phrase)
    return None


def _target(step: dict[str, Any]) -> Target:
    """The phrase of the most speaking selector: its accessible name, its text, else the last."""
    chains = [one if isinstance(one, list) else [one] for one in step["selectors"]]
    last = [str(chain[-1]) for chain in chains if chain]
    for mark in ("aria/", "text/"):
        for selector in last:
            if selector.startswith(mark):
                name = selector.removeprefix(mark)
                return Target(phrase='"' + name.partition("[role=")[0].strip() + '"')
    if not last:
        raise ValueError("it has no selector")
    return Target(phrase=last[0].strip("#."))
