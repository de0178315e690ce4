"""Which text names a field, a box or a switch.

Above it, left of it or inside it for a field; beside it for a box. Prevents: a field being called
by the help text or the value of its neighbour.
"""

from collections.abc import Sequence
from statistics import median

from handeye.actions import Box
from handeye.grounding.elements.pixels.lines import Text

_LEFT_REACH = 12.0  # lines of text
_ABOVE_REACH = 1.3
_LARGE = 1.35  # a heading names no single field


def field_labels(
    boxes: Sequence[Box], texts: Sequence[Text], free: Sequence[int], unit: float
) -> list[tuple[str, ...]]:
    """For each field the texts that name it, best first; `free` are texts in no control."""
    above = [_above(box, texts, free, boxes, unit) for box in boxes]
    left = [_left(box, texts, free, boxes, unit) for box in boxes]
    sided = sum(1 for one, other in zip(above, left, strict=True) if other and not one)
    topped = sum(1 for one, other in zip(above, left, strict=True) if one and not other)
    named: list[tuple[str, ...]] = []
    for over, beside in zip(above, left, strict=True):
        first, second = (beside, over) if sided > topped else (over, beside)
        names = first or second
        named.append(tuple(texts[n].text for n in names))
    return named


def _above(
    box: Box, texts: Sequence[Text], free: Sequence[int], fields: Sequence[Box], unit: float
) -> list[int]:
    """The lines that end right over the field, the nearest first; a label and its help text."""
    found: list[int] = []
    edge = box.y1
    for n in sorted(free, key=lambda n: -texts[n].box.y2):
        text = texts[n].box
        if text.y1 >= edge or text.y2 > edge + 0.5 * text.height or len(found) == 3:
            continue
        if edge - text.y2 > _ABOVE_REACH * unit * (1.0 if not found else 0.6):
            break
        if not -1.2 * unit < text.x1 - box.x1 < min(1.5 * unit, 0.5 * box.width):
            continue
        if (found and text.height > _LARGE * unit) or _names_another(text, box, fields, unit):
            break
        found.append(n)
        edge = text.y1
    return found


def _names_another(text: Box, box: Box, fields: Sequence[Box], unit: float) -> bool:
    """Whether the text stands left of another field, or that field's own text stands over it."""
    middle = text.center.y
    return any(
        other is not box and other.y1 < middle < other.y2 and -4 < other.x1 - text.x2 < 8 * unit
        for other in fields
    )


def _left(
    box: Box, texts: Sequence[Text], free: Sequence[int], fields: Sequence[Box], unit: float
) -> list[int]:
    best, nearest = -1, _LEFT_REACH * unit
    middle = (box.y1 + min(box.y2, box.y1 + 2.4 * unit)) / 2
    for n in free:
        text = texts[n].box
        gap = box.x1 - text.x2
        if abs(texts[n].middle - middle) > 0.75 * unit or not -4 < gap < nearest:
            continue
        if any(
            text.x2 - 2 < other.x1 and other.x2 < box.x1 + 2 and other.y1 < middle < other.y2
            for other in fields
        ):
            continue
        best, nearest = n, gap
    return [best] if best >= 0 else []


def beside_check(box: Box, texts: Sequence[Text], unit: float, stops: Sequence[Box]) -> int | None:
    """The text right of a box, else left of it; none behind another box (`stops`)."""
    middle = (box.y1 + box.y2) / 2
    right, after = None, 2.2 * unit
    left, before = None, 40 * unit
    for n, text in enumerate(texts):
        if abs(text.middle - middle) > 0.6 * max(unit, box.height):
            continue
        gap = text.box.x1 - box.x2
        if -0.5 * unit < gap < after:
            right, after = n, gap
        gap = box.x1 - text.box.x2
        if -2 < gap < before and not any(
            text.box.x1 < stop.center.x < box.x1 and abs(stop.center.y - middle) < unit
            for stop in stops
        ):
            left, before = n, gap
    return right if right is not None else left


def usual_height(lines: Sequence[Box]) -> float:
    """The height of the usual line."""
    return median(line.height for line in lines) if lines else 20.0
