"""Decides whether a condition holds on the present screen.

Prevents: "if you see a popup" taken as true because some text has similar letters.
"""

import re

from handeye.agent.instructions.commands import WINDOWS
from handeye.agent.instructions.kinds import is_control
from handeye.agent.instructions.program import Condition
from handeye.agent.instructions.stage import Stage
from handeye.envs import Element

_WINDOW_ROLES = ("dialog", "alertdialog", "alert")
_SURE = 0.6


def is_quoted_text(phrase: str) -> bool:
    return len(phrase) > 2 and phrase[0] == phrase[-1] == '"' and '"' not in phrase[1:-1]


def holds(stage: Stage, condition: Condition) -> bool:
    """Whether the condition is true now."""
    if condition.state == "visible":
        return _visible(stage, condition.phrase) != condition.negated
    element = stage.look(condition.phrase, "controls").element
    if element is None:
        return False
    is_on = element.enabled if condition.state == "enabled" else element.checked is True
    return is_on != condition.negated


def _visible(stage: Stage, phrase: str) -> bool:
    if is_quoted_text(phrase):
        wanted = phrase[1:-1].casefold()
        within = stage.row.elements(stage.elements) if stage.row else stage.elements
        texts = (text for each in within for text in (each.name, each.value, each.region))
        if any(wanted in text.casefold() for text in texts):
            return True
    window = WINDOWS.search(phrase)
    if window is not None and _window_open(stage, phrase[: window.start()]):
        return True
    found = stage.look(phrase)
    return found.status != "missing" and found.confidence >= _SURE


def _window_open(stage: Stage, name: str) -> bool:
    """Whether a dialog or alert with this name is open."""
    words = set(re.findall(r"\w+", name.casefold())) - {"a", "an", "the", "any"}
    regions = (each.region.casefold() for each in stage.elements)
    open_ones = [region for region in regions if region.split(" ")[0] in _WINDOW_ROLES]
    return any(words <= set(re.findall(r"\w+", region)) for region in open_ones)


def literal(stage: Stage, phrase: str) -> Element | None:
    """The one control whose very name is the last word of a phrase: a sign or a number."""
    last = phrase.split()[-1] if phrase.split() else ""
    if last.isalpha():
        return None
    same = [e for e in stage.elements if is_control(e) and last in (e.name, *e.hints)]
    return same[0] if len(same) == 1 else None


def labelled(stage: Stage, label: Element) -> Element | None:
    """The control that stands behind a text like "Phone:", which itstage does nothing."""
    if label.role not in ("text", "label") or not label.name.endswith(":"):
        return None
    behind = [
        each
        for each in stage.elements
        if is_control(each)
        and abs(each.box.center.y - label.box.center.y) < label.box.height
        and each.box.x2 > label.box.x2
    ]
    return min(behind, key=lambda each: each.box.x1) if behind else None
