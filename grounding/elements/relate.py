"""How boxes lie to each other: reading order, neighbours, directions and places.

All in screenshot pixels. Closeness goes from 1.0 (touching, or right there) to 0.0.
"""

from collections.abc import Iterable, Sequence

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.phrase import Kind

_SCALE = 60.0  # pixels at which closeness has fallen to a half
_NEXT, _FAR = 0.15, 0.05  # closeness at about 340 and 1,140 pixels
_LABEL_REACH = 160.0


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Positions in `boxes`, line by line and from left to right."""
    order = sorted(range(len(boxes)), key=lambda n: (boxes[n].y1 + boxes[n].y2, boxes[n].x1))
    lines: list[list[int]] = []
    for number in order:
        if lines and _same_line(boxes[lines[-1][0]], boxes[number]):
            lines[-1].append(number)
        else:
            lines.append([number])
    return [number for line in lines for number in sorted(line, key=lambda n: boxes[n].x1)]


def _same_line(first: Box, other: Box) -> bool:
    shared = min(first.y2, other.y2) - max(first.y1, other.y1)
    return shared > 0.5 * min(first.height, other.height)


def gaps(first: Box, other: Box) -> tuple[float, float]:
    """Empty pixels between two boxes, across and down; 0 where they overlap."""
    across = max(first.x1 - other.x2, other.x1 - first.x2, 0.0)
    down = max(first.y1 - other.y2, other.y1 - first.y2, 0.0)
    return across, down


def closeness(kind: Kind, box: Box, anchor: Box) -> float:
    """How well `box` lies `kind` of `anchor`; 0.0 where the direction is wrong, or too far."""
    fit = _closeness(kind, box, anchor)
    return fit if fit >= (_NEXT if kind == "near" else _FAR) else 0.0


def _closeness(kind: Kind, box: Box, anchor: Box) -> float:
    if kind == "row" and not _same_line(box, anchor):
        return 0.0
    across, down = gaps(box, anchor)
    slack = 4.0
    aside = abs(box.x1 + box.x2 - anchor.x1 - anchor.x2) / 2
    off = abs(box.y1 + box.y2 - anchor.y1 - anchor.y2) / 2
    if kind == "near":
        return _fall(across + 2 * down + 0.1 * off)
    if kind == "left":
        return _fall(across + 2 * down + 0.2 * off) if box.x2 <= anchor.x1 + slack else 0.0
    if kind == "right":
        return _fall(across + 2 * down + 0.2 * off) if box.x1 >= anchor.x2 - slack else 0.0
    if kind == "below":
        return _fall(down + 2 * across + 0.1 * aside) if box.y1 >= anchor.y2 - slack else 0.0
    if kind == "above":
        return _fall(down + 2 * across + 0.1 * aside) if box.y2 <= anchor.y1 + slack else 0.0
    if kind == "row":
        return _fall(across * 0.1)
    return 1.0 if covered(box, anchor) > 0.8 else 0.0


def _fall(distance: float) -> float:
    return _SCALE / (_SCALE + distance)


def covered(box: Box, other: Box) -> float:
    """The part of the smaller box that lies in the other, 0.0 to 1.0."""
    shared = box.intersection(other)
    smaller = min(box.area, other.area)
    return shared.area / smaller if shared is not None and smaller > 0 else 0.0


def at_place(
    box: Box, place: tuple[float | None, float | None], width: float, height: float
) -> float:
    """How near `box` lies to a place on a screen of `width` x `height`, 0.0 to 1.0."""
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    far = [
        abs(position / size - wanted)
        for position, size, wanted in ((x, width, place[0]), (y, height, place[1]))
        if wanted is not None
    ]
    return max(0.0, 1.0 - sum(far) / len(far)) if far else 1.0


def beside(control: Element, texts: Iterable[Element], *, after: bool) -> Element | None:
    """The text that labels `control`: right of it (`after`), else left of it or above it."""
    best, reach = None, _LABEL_REACH
    for text in texts:
        across, down = gaps(control.box, text.box)
        side = text.box.x1 >= control.box.x2 - 4 if after else text.box.x1 < control.box.x1
        if side and _same_line(control.box, text.box):
            distance = across
        elif (
            not after
            and text.box.y2 <= control.box.y1 + 4
            and abs(text.box.x1 - control.box.x1) < 24
        ):
            distance = down * 4
        else:
            continue
        if distance < reach:
            best, reach = text, distance
    return best
