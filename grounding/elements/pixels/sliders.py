"""Sliders and underlined fields: things that are mostly one long line.

Prevents: fields of designs without frames being missed, and rules between sections being taken
for them.
"""

from collections.abc import Sequence
from typing import NamedTuple

from handeye.actions import Box
from handeye.grounding.elements.pixels.controls import has_arrow
from handeye.grounding.elements.pixels.ink import Picture, Shape
from handeye.grounding.elements.pixels.lines import Text


def sliders_on(picture: Picture) -> list[Shape]:
    """A track with a knob on it."""
    unit = picture.unit
    return [
        shape
        for shape in picture.outlines
        if shape.width >= 3.5 * unit
        and 0.45 * unit <= shape.height <= 1.8 * unit
        and _has_knob(picture, shape)
    ]


def _has_knob(picture: Picture, shape: Shape) -> bool:
    import numpy as np

    part = picture.edges[shape.y : shape.y + shape.height, shape.x : shape.x + shape.width]
    high = part.shape[0]
    middle = part[round(high * 0.2) : round(high * 0.8) + 1]
    if middle.any(axis=0).mean() < 0.95:
        return False
    for edge in (part[: max(2, high // 5)], part[-max(2, high // 5) :]):
        columns = np.flatnonzero(edge.any(axis=0))
        if not len(columns) or np.ptp(columns) > 1.5 * high:
            return False
    return True


_BOTH_SIDES = 1.7  # edges for each pixel of a line: it has two, the border between two grounds one


class Ruled(NamedTuple):
    """A field that is only a line: its box above the line, the text on it, an arrow at its end."""

    box: Box
    text: int | None
    arrow: bool


def underlined_on(picture: Picture, texts: Sequence[Text], taken: Sequence[Box]) -> list[Ruled]:
    """Fields that are only a line, where nothing that is `taken` stands on it."""
    unit = picture.unit
    rules = [
        shape
        for shape in picture.outlines
        if shape.height <= max(5, 0.25 * unit)
        and 4 * unit <= shape.width <= 0.6 * picture.width
        and shape.area >= _BOTH_SIDES * shape.width
    ]
    found = []
    for rule in rules:
        box = rule.box.model_copy(update={"y1": max(0.0, rule.y - 1.6 * unit)})
        if any(other.intersection(box) for other in taken) or _is_table(rule, rules, texts):
            continue
        within = [
            n
            for n, text in enumerate(texts)
            if text.box.x2 > box.x1 and text.box.x1 < box.x2 and box.y1 < text.middle < box.y2
        ]
        ends = [n for n in within if _is_end(texts[n], box, unit)]
        within = [n for n in within if n not in ends]
        if not within and ends:  # a grip: a field of several lines
            box = box.model_copy(update={"y1": _top(box, texts, unit)})
        if not within or (len(within) == 1 and _stands_on(texts[within[0]].box, box, unit)):
            text = within[0] if within else None
            found.append(Ruled(box, text, bool(ends and within) or has_arrow(picture, box)))
    return found


def _is_end(text: Text, box: Box, unit: float) -> bool:
    """Whether a text is an arrow or grip at the right end."""
    return len(text.text) < 3 and box.x2 - text.box.x2 < unit and text.box.x1 - box.x1 > 2 * unit


def _top(box: Box, texts: Sequence[Text], unit: float) -> float:
    """Where a field of several lines begins: under the next text above it."""
    above = [
        text.box.y2 + 1
        for text in texts
        if text.box.x1 < box.x2 and text.box.x2 > box.x1 and text.box.y2 < box.y1 + 2
    ]
    return max([box.y1 - 5 * unit, *above])


def _stands_on(text: Box, box: Box, unit: float) -> bool:
    return -2 <= text.x1 - box.x1 <= 1.2 * unit and text.x2 <= box.x2


def _is_table(rule: Shape, rules: Sequence[Shape], texts: Sequence[Text]) -> bool:
    """Whether a rule is one of several of its width with several texts in a row between them."""
    for other in rules:
        alike = other is not rule and abs(other.x - rule.x) < 4
        if not alike or abs(other.width - rule.width) > 4:
            continue
        low, high = sorted((other.y, rule.y))
        between = [
            t
            for t in texts
            if low < t.middle < high and rule.x <= t.box.x1 and t.box.x2 <= rule.x + rule.width
        ]
        if any(
            abs(one.middle - two.middle) < 0.5 * one.box.height and one.box.x2 < two.box.x1
            for one in between
            for two in between
        ):
            return True
    return False
