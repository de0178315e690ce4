"""Sliders and underlined fields: things that are mostly one long line.

Prevents: fields of designs without frames being missed, and rules between sections being taken
for them.
"""

from collections.abc import Sequence

from handeye.actions import Box
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


def underlined_on(
    picture: Picture, texts: Sequence[Text], taken: Sequence[Box]
) -> list[tuple[Box, int | None]]:
    """Fields that are only a line: their box above it, and the text that stands on it."""
    unit = picture.unit
    rules = [
        shape
        for shape in picture.outlines
        if shape.height <= max(5, 0.25 * unit)
        and 4 * unit <= shape.width <= 0.6 * picture.width
        and shape.area >= 0.9 * shape.width
    ]
    found = []
    for rule in rules:
        box = Box(
            x1=rule.x, y1=max(0.0, rule.y - 1.6 * unit), x2=rule.x + rule.width, y2=rule.y + 1
        )
        if any(other.intersection(box) for other in taken):
            continue
        within = [
            n
            for n, text in enumerate(texts)
            if text.box.x2 > box.x1 and text.box.x1 < box.x2 and box.y1 < text.middle < box.y2
        ]
        if len(within) > 1 or _is_table(rule, rules, texts):
            continue
        if within and not -2 <= texts[within[0]].box.x1 - box.x1 <= 1.2 * unit:
            continue
        if within and texts[within[0]].box.x2 > box.x2:
            continue
        found.append((box, within[0] if within else None))
    return found


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
