"""Looks where the page does not show yet: other tabs, closed sections and folders, further pages.

Prevents: a thing reported as missing that one click would have shown.
"""

import re

from handeye.agent.instructions.looked import Locate, Through
from handeye.agent.instructions.stage import GaveUp, Row, Script, Stage, at
from handeye.envs import Element
from handeye.grounding import Grounding
from handeye.grounding.elements.vocabulary import ORDINALS

_MOST = 30
_COUNTED = re.compile(r"(?:the )?(?P<nth>\d+(?:st|nd|rd|th)|[a-z]+) (?P<rest>.+)", re.IGNORECASE)
_NEXT = ("next page", "next", "more results", "load more", "show more")
_FOLDED = re.compile(r"\b(?:expandable|collapsed|closed)\b", re.IGNORECASE)


def through(stage: Stage, step: Through) -> Script[None]:
    """What follows may be behind these."""
    stage.through = step.over
    return
    yield


def locate(stage: Stage, step: Locate) -> Script[None]:
    """Find a thing, on this page or on one after it, and stay with its row."""
    found = yield from sought(stage, step.phrase)
    if found.status == "missing":
        raise GaveUp(groundings=[found])
    stage.located = step.phrase
    element = found.element
    if found.status == "ambiguous" and found.alternatives:
        element = found.alternatives[0].element
    if element is not None and element.item_text:
        stage.row = Row(element.item_text, item=element.item)


def sought(stage: Stage, phrase: str) -> Script[Grounding]:
    """The phrase on this page, or where `stage.through` says that it may be, or on later pages."""
    found = stage.look(phrase)
    if found.status != "missing":
        return found
    opened: set[tuple[str, int, int]] = set()
    left = _ordinal(phrase)
    for _ in range(_MOST):
        if left:
            left -= _on_page(stage, phrase)
        opener = _opener(stage, opened)
        if opener is None:
            break
        opened.add(_key(opener))
        yield from stage.click(at(opener, opener.name or "the next part"))
        wanted = _COUNTED.sub(rf"{_nth(left)} \g<rest>", phrase) if left else phrase
        found = stage.look(wanted)
        if found.status != "missing":
            return found
    return (yield from stage.find(phrase))


def _opener(stage: Stage, opened: set[tuple[str, int, int]]) -> Element | None:
    """What to click to see more: the next closed thing of the kind that was said."""
    if stage.through in ("", "pages"):
        return _next_page(stage)
    for element in stage.elements:
        if _key(element) in opened or not element.enabled:
            continue
        if stage.through == "tabs" and element.role == "tab" and not element.selected:
            return element
        if stage.through in ("sections", "tree") and _is_closed(element):
            return element
    return None


def _is_closed(element: Element) -> bool:
    if element.expanded is not None:
        return not element.expanded
    return any(_FOLDED.search(hint) for hint in element.hints)


def _next_page(stage: Stage) -> Element | None:
    for label in _NEXT:
        found = stage.look(label, "controls", pixels=False)
        if found.status == "found" and found.element is not None and found.element.enabled:
            return found.element
    return None


def _key(element: Element) -> tuple[str, int, int]:
    return element.name, round(element.box.x1), round(element.box.width)


def _ordinal(phrase: str) -> int:
    match = _COUNTED.fullmatch(phrase)
    if match is None:
        return 0
    word = match["nth"].lower()
    return int(word[:-2]) if word[0].isdigit() else max(0, ORDINALS.get(word, 0))


def _nth(number: int) -> str:
    last = 0 if number % 100 // 10 == 1 else number % 10
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th') }"


def _on_page(stage: Stage, phrase: str) -> int:
    """How many of what is counted are on this page."""
    match = _COUNTED.fullmatch(phrase)
    count = 0
    while match is not None and count < _MOST:
        found = stage.look(f"{_nth(count + 1)} {match['rest']}", pixels=False)
        if found.status == "missing":
            break
        count += 1
    return count


def in_menu(stage: Stage, phrase: str) -> Script[Grounding]:
    """What a row does not show: behind its "more", or in the row once it is opened."""
    more = stage.look("more", "controls")
    if stage.row is None or more.status != "found" or more.element is None:
        return stage.look(phrase)
    if more.element.item_text == stage.row.text:
        yield from stage.click(more)
        stage.row = None
    return stage.look(phrase)
