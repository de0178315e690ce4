"""Traces of Playwright (`trace.zip`): its actions, with the film's frames from before them.

Prevents: a click without a place that is recorded as if it had one.
"""

import re
import zipfile
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import Any

from handeye.actions import (
    Action,
    Back,
    Click,
    Forward,
    Goto,
    Hover,
    Point,
    Press,
    Reload,
    Scroll,
    SelectOption,
    Target,
    Type,
    Upload,
)
from handeye.actions.geometry import ScreenSpace
from handeye.actions.keys import parse_chord
from handeye.episodes.imports.build import (
    MALFORMED,
    Builder,
    Screen,
    Unreadable,
    parsed,
    phrase_of,
    screenshot,
    why,
)

_NAME = re.compile(
    r'internal:(?:role=(?P<role>\w+)\[name=|text=|label=|attr=\[\w+=)"(?P<name>(?:[^"\\]|\\.)*)"'
)
_TYPING = {"fill", "type"}
# Calls that only look at a page or belong to the browser: no person would have done them.
_QUIET = {
    "newPage", "close", "waitForSelector", "boundingBox", "dispose", "textContent", "innerText",
    "isVisible", "isEnabled", "isChecked", "getAttribute", "content", "title", "screenshot",
    "waitForTimeout", "waitForLoadState", "waitForEventInfo", "queryCount", "inputValue", "expect",
}  # fmt: skip


def read(source: Path, builder: Builder) -> None:
    """Raises Unreadable when the file is no trace."""
    try:
        with zipfile.ZipFile(source) as archive:
            _read(archive, builder)
    except zipfile.BadZipFile as error:
        raise Unreadable("it is no zip file") from error


def _read(archive: zipfile.ZipFile, builder: Builder) -> None:
    names = [name for name in archive.namelist() if name.endswith(".trace")]
    if not names:
        raise Unreadable("it has no .trace file")
    lines = [line for name in sorted(names) for line in archive.read(name).splitlines() if line]
    events = [parsed(line, "a line of the trace") for line in lines]
    after = {each["callId"]: each for each in events if each.get("type") == "after"}
    film = _Film(archive, events, builder)
    url = ""
    for event in events:
        if event.get("type") == "console":
            builder.leave_out(f"a line on the console: {event.get('text', '')}")
        if event.get("type") != "before":
            continue
        call, method = event.get("apiName") or event.get("method", ""), event.get("method", "")
        ended = after.get(event.get("callId"), {})
        try:
            action = _action(method, event.get("params", {}), ended)
        except MALFORMED as error:
            builder.leave_out(f"{call}: {why(error)}")
            continue
        if action is None or ended.get("error"):
            if method not in _QUIET:
                failed = "it failed" if action is not None else "an episode has no such action"
                builder.leave_out(f"{call}: {failed}")
            continue
        if isinstance(action, Goto):
            builder.url = builder.url or action.url
        builder.add(film.scaled(action, event["startTime"]), film.before(event["startTime"], url))
        url = action.url if isinstance(action, Goto) else url
    builder.end(film.before(float("inf"), url))


class _Film:
    """The frames of a trace, by time."""

    def __init__(
        self, archive: zipfile.ZipFile, events: list[dict[str, Any]], builder: Builder
    ) -> None:
        there = set(archive.namelist())
        shown = [each for each in events if each.get("type") == "screencast-frame"]
        for each in shown:
            if f"resources/{each['sha1']}" not in there:
                builder.leave_out(f"the picture {each['sha1']} is not in the file")
        options: dict[str, Any] = next(
            (e["options"] for e in events if e.get("type") == "context-options"), {}
        )
        self._viewport = options.get("viewport")
        self._archive = archive
        self._frames = sorted(
            (each["timestamp"], each["sha1"])
            for each in shown
            if f"resources/{each['sha1']}" in there
        )

    def before(self, when: float, url: str) -> Screen | None:
        at = bisect_right([time for time, _ in self._frames], when)
        if at == 0:
            return None
        data = self._archive.read(f"resources/{self._frames[at - 1][1]}")
        space = screenshot(data).space
        if self._viewport and self._viewport["width"]:
            scale = space.size.width / self._viewport["width"]
            space = ScreenSpace(size=space.size, scale_x=scale, scale_y=scale)
        return Screen(data, url=url, space=space)

    def scaled(self, action: Action, when: float) -> Action:
        """The action with its points in pixels of the frame."""
        from handeye.actions import map_targets

        screen = self.before(when, "")
        if screen is None or screen.space is None:
            return action
        space = screen.space

        def place(target: Target) -> Target:
            point = target.point and space.from_input(target.point)
            return target.model_copy(update={"point": point})

        return map_targets(action, place)


def _action(method: str, params: dict[str, Any], after: dict[str, Any]) -> Action | None:
    make = _MAKE.get(method)
    role = "field" if method in _TYPING else ""
    return make(params, _target(params, after, role)) if make else None


def _target(params: dict[str, Any], after: dict[str, Any], role: str) -> Target | None:
    """Where it was, if the trace says so, and what its selector calls it; a `role` where that says
    none."""
    selector = str(params.get("selector", ""))
    named = list(_NAME.finditer(selector))
    last = named[-1] if named else None
    phrase = phrase_of(last["name"], last["role"] or "", role) if last else selector
    found = params if "x" in params and "y" in params else after.get("point")
    at = Point(x=found["x"], y=found["y"]) if found else None
    return Target(phrase=phrase, point=at) if phrase or at else None


def _on(make: Callable[[dict[str, Any], Target], Action]) -> Callable[..., Action | None]:
    return lambda params, target: make(params, target) if target is not None else None


_MAKE: dict[str, Callable[..., Action | None]] = {
    "goto": lambda params, _: Goto(url=params["url"]),
    "goBack": lambda *_: Back(),
    "goForward": lambda *_: Forward(),
    "reload": lambda *_: Reload(),
    "click": _on(lambda params, at: Click(target=at, button=params.get("button", "left"))),
    "check": _on(lambda _, at: Click(target=at)),
    "uncheck": _on(lambda _, at: Click(target=at)),
    "dblclick": _on(lambda _, at: Click(target=at, count=2)),
    "mouseClick": _on(
        lambda params, at: Click(
            target=at, button=params.get("button", "left"), count=params.get("clickCount", 1)
        )
    ),
    "hover": _on(lambda _, at: Hover(target=at)),
    "mouseWheel": lambda params, _: Scroll(dx=params["deltaX"], dy=params["deltaY"]),
    "fill": _on(lambda params, at: Type(text=params["value"], target=at, clear=True)),
    "type": _on(lambda params, at: Type(text=params["text"], target=at)),
    "keyboardType": lambda params, _: Type(text=params["text"]),
    "keyboardInsertText": lambda params, _: Type(text=params["text"]),
    "press": lambda params, _: Press(keys=parse_chord(params["key"])),
    "keyboardPress": lambda params, _: Press(keys=parse_chord(params["key"])),
    "selectOption": _on(
        lambda params, at: SelectOption(
            target=at,
            options=tuple(
                str(each.get("valueOrLabel") or each.get("label") or each.get("value"))
                for each in params.get("options", [])
            ),
        )
    ),
    "setInputFiles": _on(
        lambda params, at: Upload(target=at, paths=tuple(params.get("localPaths") or ("file",)))
    ),
}
