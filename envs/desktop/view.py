"""Which part of the desktop is looked at: all monitors, one of them, one window, or a region.

Prevents: a misspelt view that shows the wrong part of the screen.
"""

import re
from typing import Literal

from handeye.actions import Box, Value
from handeye.actions.errors import UsageError

_FIX = "Write all, monitor:1, window:TITLE or region:LEFT,TOP,WIDTH,HEIGHT."


class View(Value):
    """`monitor` counts from 1; `region` is in input units of the whole desktop."""

    kind: Literal["all", "monitor", "window", "region"] = "all"
    monitor: int = 1
    title: str = ""
    region: Box | None = None


def parse_view(text: str) -> View:
    """The view that "monitor:2" or "window:Editor" names. Raises UsageError."""
    kind, _, rest = text.strip().partition(":")
    if kind == "all" and not rest:
        return View()
    if kind == "monitor" and re.fullmatch(r"[1-9]\d?", rest):
        return View(kind="monitor", monitor=int(rest))
    if kind == "window" and rest.strip():
        return View(kind="window", title=rest.strip())
    if kind == "region" and (sides := re.fullmatch(r"(-?\d+),(-?\d+),(\d+),(\d+)", rest)):
        left, top, width, height = map(int, sides.groups())
        if width and height:
            region = Box(x1=left, y1=top, x2=left + width, y2=top + height)
            return View(kind="region", region=region)
    raise UsageError(f"{text!r} is no part of a desktop.", _FIX)
