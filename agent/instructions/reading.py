"""Reads the value that belongs to a label: in the field, behind a colon, to the right, or below.

Prevents: "Total" as the answer to "what is the total".
"""

import re

from handeye.actions import Box
from handeye.agent.instructions.stage import GaveUp, Script, Stage
from handeye.envs import Element

INDENT = 60
"""A value below its label may stand so many pixels to the right, as in a definition list."""

_OF = re.compile(r"(?P<what>.+) (?:of|for|in the row of) (?P<row>.+)", re.IGNORECASE)
_PAGE = re.compile(
    r"(?:the )?(?:page'?s? |tab )?(?P<what>title|url|address)(?: of the page)?", re.I
)
_SIGN = r"(?:[$€£¥₹₺₽₩₪₫฿]|zł|kr|[A-Z]{3})"
_MONEY = re.compile(rf"{_SIGN}\s?\d[\d.,' ]*|\d[\d.,' ]*\s?{_SIGN}")
_PRICE_WORDS = {"price", "cost", "costs", "it", "its"}
_LARGER = 1.2
_STATIC = ("text", "cell", "gridcell", "heading", "status", "alert", "label", "link", "rowheader")


def read(stage: Stage, phrase: str) -> Script[str]:
    """The value at a phrase. Gives up when nothing on the page fits."""
    page = _PAGE.fullmatch(phrase)
    if page is not None and not any(
        each.name.casefold() == page["what"] for each in stage.elements
    ):
        return stage.observation.title if page["what"] == "title" else stage.observation.url
    of = _OF.fullmatch(phrase)
    if of is not None:
        value = _in_row(stage.elements, of["what"], of["row"])
        if value:
            return value
    if _words(phrase) and _words(phrase) <= _PRICE_WORDS and not _labelled(stage, phrase):
        price = _price(stage.elements)
        if price:
            return price
    found = yield from stage.find(phrase)
    if found.status != "found":
        raise GaveUp(groundings=[found])
    if found.element is None:
        return next((each.label for each in found.alternatives), "")
    return value_of(found.element, phrase, stage.elements)


def _labelled(stage: Stage, phrase: str) -> bool:
    return stage.look(phrase, pixels=False).status != "missing"


def _price(elements: tuple[Element, ...]) -> str:
    """The one amount of money on the screen, or the one in the largest letters; else nothing."""
    amounts = [each for each in elements if each.role in _STATIC and _MONEY.fullmatch(each.name)]
    tallest = max((each.box.height for each in amounts), default=0.0)
    largest = {each.name for each in amounts if each.box.height >= tallest / _LARGER}
    return largest.pop() if len(largest) == 1 else ""


def value_of(element: Element, phrase: str, elements: tuple[Element, ...]) -> str:
    """The value that an element has or labels; its own text when it is no label."""
    if element.checked is not None:
        return "checked" if element.checked is True else "not checked"
    if element.value or element.editable:
        return element.value
    _, colon, behind = element.name.partition(":")
    if colon and behind.strip():
        return behind.strip()
    if _words(element.name) - _words(phrase) and not colon:
        return element.name
    near = _right_of(element.box, elements) or _below(element.box, elements)
    return _text(near) if near is not None else element.name


def _in_row(elements: tuple[Element, ...], what: str, row: str) -> str:
    """The cell under the header `what`, or the value labelled so, in the row that holds `row`."""
    wanted = row.strip().strip('"').casefold().removeprefix("the ")
    inside = [each for each in elements if each.item_text and wanted in each.item_text.casefold()]
    if len({each.item for each in inside}) != 1:
        return ""
    words = _words(what)
    for element in inside:
        name, _, behind = element.name.partition(":")
        if words == _words(name) or (words and words <= _words(" ".join(element.hints))):
            return behind.strip() or value_of(element, what, tuple(inside))
    for header in elements:
        if header.role == "columnheader" and words == _words(header.name):
            under = [each for each in inside if _overlap_x(header.box, each.box) > 0.5]
            return _text(under[0]) if under else ""
    return ""


def _right_of(box: Box, elements: tuple[Element, ...]) -> Element | None:
    beside = [
        each
        for each in elements
        if _overlap_y(box, each.box) > 0.5 and each.box.x1 >= box.x2 - 2 and _text(each)
    ]
    return min(beside, key=lambda each: each.box.x1, default=None)


def _below(box: Box, elements: tuple[Element, ...]) -> Element | None:
    under = [
        each
        for each in elements
        if each.role in _STATIC
        and (_overlap_x(box, each.box) > 0.5 or 0 <= each.box.x1 - box.x1 <= INDENT)
        and 0 <= each.box.y1 - box.y2 + 2 < 3 * box.height + 20
    ]
    return min(under, key=lambda each: each.box.y1, default=None)


def _overlap_x(one: Box, other: Box) -> float:
    shared = min(one.x2, other.x2) - max(one.x1, other.x1)
    return shared / max(1.0, min(one.width, other.width))


def _overlap_y(one: Box, other: Box) -> float:
    shared = min(one.y2, other.y2) - max(one.y1, other.y1)
    return shared / max(1.0, min(one.height, other.height))


def _text(element: Element) -> str:
    if element.value or element.editable:
        return element.value
    return element.name if element.role in _STATIC else ""


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold())) - {"the", "a", "an", "text", "value", "field"}
