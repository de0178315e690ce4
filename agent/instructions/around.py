"""Makers for moving around: scrolling, waiting, tabs, and the browser's dialogs.

Prevents: a tab or a time that does not exist reaching the browser.
"""

import re
from collections.abc import Callable

from handeye.actions import CloseTab, Scroll, Target, Wait
from handeye.agent.instructions.program import AnswerDialog, Do, Instruction, ScrollTo, ToTab
from handeye.agent.instructions.words import Words, number

Match = re.Match[str]

PAGE = 600.0
"""One "scroll down", in input units: most of a screen, so that nothing is jumped over."""
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_STEPS = {"next": 1, "previous": -1, "other": 1}


def _scroll(match: Match, words: Words) -> Instruction:
    unit = 1.0 if match["pixels"] else PAGE / 3 if match["little"] else PAGE
    amount = number(match["amount"] or "1") * unit
    dx, dy = {"up": (0, -1), "left": (-1, 0), "right": (1, 0)}.get(match["way"].lower(), (0, 1))
    target = Target(phrase=words.phrase(match["what"])) if match["what"] else None
    return Do(action=Scroll(target=target, dx=dx * amount, dy=dy * amount))


def _scroll_to(match: Match, words: Words) -> Instruction:
    return ScrollTo(phrase=words.phrase(match["what"]))


def _scroll_edge(match: Match, _: Words) -> Instruction:
    up = match["edge"].lower() in ("top", "start", "beginning")
    return ScrollTo(edge="top" if up else "bottom")


def _wait(match: Match, _: Words) -> Instruction | None:
    unit = match["unit"].lower()
    scale = 0.001 if (unit.startswith("m") and "s" in unit[:2]) or unit.startswith("milli") else 1.0
    scale = 60.0 if unit.startswith("min") else scale
    seconds = number(match["amount"]) * scale
    return Do(action=Wait(until="time", seconds=seconds)) if seconds <= 3600 else None


def _tab(match: Match, words: Words) -> Instruction | None:
    which = words.text(match["which"])
    if which.isdecimal():
        return ToTab(number=int(which[:4])) if int(which[:4]) > 0 else None
    if which.lower() in _ORDER:
        return ToTab(number=_ORDER[which.lower()])
    if which.lower() in _STEPS:
        return ToTab(step=_STEPS[which.lower()])
    return ToTab(title=which)


def _close_tab(match: Match, _: Words) -> Instruction | None:
    index = match["index"]
    if index == "0":
        return None
    return Do(action=CloseTab(index=int(index) - 1 if index else None))


def _dialog(match: Match, words: Words) -> Instruction:
    accept = match["verb"].lower() in ("accept", "confirm", "ok", "okay", "approve", "answer")
    return AnswerDialog(accept=accept, text=words.text(match["text"]) if match["text"] else "")


def _prompt(match: Match, words: Words) -> Instruction:
    return AnswerDialog(accept=True, text=words.text(match["text"]))


MAKERS: dict[str, Callable[[Match, Words], Instruction | None]] = {
    "close_tab": _close_tab,
    "dialog": _dialog,
    "prompt": _prompt,
    "scroll": _scroll,
    "scroll_edge": _scroll_edge,
    "scroll_to": _scroll_to,
    "tab": _tab,
    "wait": _wait,
}
