"""Checkboxes, radio buttons and switches by their look, and whether they are on.

Prevents: the text beside a box being clicked where only the box reacts (rows of tables), and
letters like O and D being taken for radio buttons.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from handeye.actions import Box
from handeye.grounding.elements.pixels.ink import Picture, Shape, is_ring
from handeye.grounding.ocr import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SMALLEST = 10
_LEAST, _MOST = 0.5, 2.4  # lines of text: how high a box or switch may be
_BESIDE_LETTER, _BESIDE_BOX = 0.22, 0.14  # of the width: what no letter has free beside it
_HIGH = 0.76  # of the line: no letter is as high
_GOING_ON = 3  # of the eight ends of its edges
_LARGE = 1.15  # lines of text: what is higher and has a sign inside must have a tick
_INSET, _INK = 0.12, 60  # of the height; levels of a channel between what is drawn and its ground
_FALL = 0.12  # of the height: how far a tick goes down at first
_FILLED = 0.05  # part of the inside that has edges when there is a tick or dot


class Check(NamedTuple):
    """What looks like a box (square), a radio (round) or a switch (long and round)."""

    role: str
    shape: Shape
    checked: bool


def checks_on(picture: Picture, rectangles: Sequence[Shape], texts: Sequence[Line]) -> list[Check]:
    """The boxes, radios and switches; signs inside of words are none."""
    low, high = max(_SMALLEST, _LEAST * picture.unit), max(24.0, _MOST * picture.unit)
    found: list[Check] = []
    for shape in (*rectangles, *picture.outlines):
        if not low <= shape.height <= high or not 0.85 <= shape.width / shape.height <= 2.6:
            continue
        check = _check(picture, shape)
        if not check or _is_cell(picture, shape) or _holds_words(shape, texts):
            continue
        if not _in_word(picture, check, texts):
            found.append(check)
    found.sort(key=lambda each: -each.shape.width * each.shape.height)
    kept: list[Check] = []
    for check in found:
        if not any(_overlap(check.shape, other.shape) for other in kept):
            kept.append(check)
    return kept


def _check(picture: Picture, shape: Shape) -> Check | None:
    part = picture.edges[shape.y : shape.y + shape.height, shape.x : shape.x + shape.width]
    ratio = shape.width / shape.height
    if ratio >= 1.35:
        return _switch(part, shape)
    if ratio > 1.18:
        return None
    inner = _inner(part, 0.28)
    filled = bool(inner.size) and float(inner.mean()) > _FILLED
    if _is_round(part):
        return Check("radio", shape, _has_dot(part))
    if is_ring(picture.edges, shape, max(2, shape.height // 4)):
        large = shape.height > _LARGE * picture.unit
        return (
            None
            if large and filled and not _is_tick(picture, shape)
            else Check("checkbox", shape, filled)
        )
    return None


def _is_tick(picture: Picture, shape: Shape) -> bool:
    """Whether what is drawn inside goes down a little and then up far; a logo has other signs."""
    import numpy as np

    inset = max(2, round(_INSET * shape.height))
    box = Box(
        x1=shape.x + inset, y1=shape.y + inset,
        x2=shape.x + shape.width - inset, y2=shape.y + shape.height - inset,
    )  # fmt: skip
    part = picture.cut(picture.pixels, box)
    ink = np.abs(part - picture.color_at(shape.box)).max(axis=2) > _INK
    columns = np.flatnonzero(ink.any(axis=0))
    if len(columns) < len(part) / 3:
        return False
    rows = [np.flatnonzero(ink[:, column]) for column in columns]
    height, middles = len(part), np.array([row.mean() for row in rows])
    lowest = int(middles.argmax())
    thin = np.median([len(row) for row in rows]) < 0.5 * height
    falls = middles[lowest] - middles[0] > _FALL * height
    rises = middles[lowest] - middles[-1] > 2 * _FALL * height
    return bool(thin and falls and rises and lowest < 0.7 * len(columns))


def _inner(part: "NDArray[np.uint8]", margin: float) -> "NDArray[np.uint8]":
    top, left = round(part.shape[0] * margin), round(part.shape[1] * margin)
    return part[top : part.shape[0] - top, left : part.shape[1] - left]


def _has_dot(part: "NDArray[np.uint8]") -> bool:
    """Whether edges lie across the middle of a circle, away from its outline."""
    height, width = part.shape
    rows = slice(height // 2 - 1, height // 2 + 2)
    return bool(part[rows, round(0.2 * width) : round(0.8 * width)].any())


def _is_round(part: "NDArray[np.uint8]") -> bool:
    """Whether edges lie on a circle and none in the corners."""
    import numpy as np

    height, width = part.shape
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    hit = np.zeros(len(angles), dtype=bool)
    for inset in (0.5, 1.5, 2.5):
        rows = np.round((height - 1) / 2 + (height / 2 - inset) * np.sin(angles)).astype(int)
        columns = np.round((width - 1) / 2 + (width / 2 - inset) * np.cos(angles)).astype(int)
        hit |= part[rows.clip(0, height - 1), columns.clip(0, width - 1)] > 0
    if hit.mean() < 0.93:
        return False
    size = min(height, width)
    steps = np.arange(size // 2)
    gaps = [
        int(np.argmax(line > 0)) if line.any() else size
        for line in (
            part[steps, steps],
            part[steps, width - 1 - steps],
            part[height - 1 - steps, steps],
            part[height - 1 - steps, width - 1 - steps],
        )
    ]
    return bool(np.mean(gaps) >= 0.085 * size + 0.3)


def _switch(part: "NDArray[np.uint8]", shape: Shape) -> Check | None:
    """A track with a knob in its left or right half."""
    height, width = part.shape
    knob = height // 2
    top = part[:4, knob : width - knob].max(axis=0) if width > 2 * knob else part[:4].max(axis=0)
    bottom = part[-4:, knob : width - knob].max(axis=0) if width > 2 * knob else top
    if top.size and (top.mean() < 0.9 or bottom.mean() < 0.9):
        return None
    if part[:3, :2].any() and part[-3:, :2].any() and part[:3, -3:].any():
        return _square_switch(part, shape)
    inner = part[round(height * 0.12) : round(height * 0.88)]
    left, right = inner[:, : width // 2].sum(), inner[:, width - width // 2 :].sum()
    if max(left, right) < 1.25 * min(left, right) + 2:
        return None  # no knob, or signs all over
    return Check("switch", shape, bool(right > left))


def _square_switch(part: "NDArray[np.uint8]", shape: Shape) -> Check | None:
    """A frame with square corners needs a round knob: a number stands in such frames too."""
    import numpy as np

    inset = max(4, shape.height // 6)
    inner = part[inset:-inset, inset:-inset]
    rows, columns = np.flatnonzero(inner.any(axis=1)), np.flatnonzero(inner.any(axis=0))
    if len(rows) < 5 or len(columns) < 5:
        return None
    knob = inner[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if not 0.85 <= knob.shape[1] / knob.shape[0] <= 1.18 or not _is_round(knob):
        return None
    middle = (columns[0] + columns[-1]) / 2 / inner.shape[1]
    return None if 0.4 < middle < 0.6 else Check("switch", shape, bool(middle > 0.5))


def _is_cell(picture: Picture, shape: Shape) -> bool:
    """Whether its edges go on beyond its corners: the cell of a table."""
    x1, y1 = shape.x, shape.y
    x2, y2 = x1 + shape.width, y1 + shape.height
    edges = picture.edges
    ends = [
        edges[max(0, y - 2) : y + 2, x : x + 3] for y in (y1, y2) for x in (max(0, x1 - 6), x2 + 3)
    ]
    ends += [
        edges[y : y + 3, max(0, x - 2) : x + 2].T
        for x in (x1, x2)
        for y in (max(0, y1 - 6), y2 + 3)
    ]
    return sum(bool(end.size) and bool(end.any(axis=0).all()) for end in ends) > _GOING_ON


def _in_word(picture: Picture, check: Check, texts: Sequence[Line]) -> bool:
    """Whether the shape is a letter: within a text, or close to what follows it."""
    shape = check.shape
    x2, middle = shape.x + shape.width, shape.y + shape.height / 2
    for text in texts:
        box = text.box
        if len(text.text.strip()) == 1 and shape.box.contains(box.center):
            continue  # a box that was read as a sign
        if not box.y1 < middle < box.y2 or x2 < box.x1 or shape.x > box.x2:
            continue
        if shape.x - box.x1 > 0.6 * box.height and not _stands_alone(picture, shape, box):
            return True
        large = check.role == "checkbox" and shape.height > _HIGH * box.height
        room = _BESIDE_BOX if large else _BESIDE_LETTER
        after = picture.edges[
            shape.y : shape.y + shape.height, x2 : x2 + max(2, round(room * shape.width))
        ]
        if after.size and after.any():
            return True
        if shape.height < 0.5 * box.height:
            return True
    return False


def _stands_alone(picture: Picture, shape: Shape, line: Box) -> bool:
    """Whether a box inside a line has the room around it that no letter has."""
    room = round(0.3 * line.height)
    rows = slice(shape.y, shape.y + shape.height)
    before = picture.edges[rows, max(0, shape.x - room) : shape.x]
    after = picture.edges[rows, shape.x + shape.width : shape.x + shape.width + room // 2 + 1]
    return shape.height > 0.55 * line.height and not before.any() and not after.any()


def without_checks(line: Line, checks: Sequence[Check]) -> Line | None:
    """The line without the box at its left end that was read as its first letter.

    None where it was nothing else.
    """
    for check in checks:
        box = check.shape.box
        if not line.box.y1 < box.center.y < line.box.y2 or box.x2 > line.box.x2 + 3:
            continue
        if box.x2 < line.box.x1 or box.center.x > line.box.x1 + 1.3 * line.box.height:
            continue
        covered = box.x2 - line.box.x1 > 0.25 * box.width
        text = _without_sign(line.text.strip(), covered, check.checked)
        if not text or box.x2 + 3 > line.box.x2:
            return None
        left = max(line.box.x1, box.x2 + 1)
        return line.model_copy(
            update={"text": text, "box": line.box.model_copy(update={"x1": left})}
        )
    return line


def _without_sign(text: str, covered: bool, ticked: bool) -> str:
    """The text without a first sign that is no letter, or a lone one where a box was seen."""
    first, _, rest = text.partition(" ")
    if covered and len(first) == 1 and rest and (first not in "AIa" or not first.isascii()):
        return rest
    if covered and len(text) > 1 and (not text[0].isascii() or text[0] in "□☐☑✓√○●◯"):
        return text[1:].lstrip()
    if covered and text[0] in ("O0oQVv" if ticked else "O0oQ") and text[1:2].isupper():
        return text[1:]
    return text if len(text) > 1 or not covered else ""


def _holds_words(shape: Shape, texts: Sequence[Line]) -> bool:
    box = shape.box
    return any(sum(map(str.isalnum, t.text)) > 1 and box.contains(t.box.center) for t in texts)


def _overlap(one: Shape, other: Shape) -> bool:
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return wide > 0 and high > 0
