"""What a frame is: a field, a list to choose from, a button, or something that holds others.

A field's text stands at its left edge, a button's in its middle; a list has an arrow at its right
end. Prevents: table cells and list rows being taken for fields, as they have frames too.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from handeye.actions import Box
from handeye.grounding.elements.pixels.ink import Picture, Shape
from handeye.grounding.elements.pixels.lines import Text
from handeye.grounding.elements.pixels.rectangles import corners

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TOUCHING = 2.5  # pixels between cells; fields that stand close have more
_BEFORE = 0.14  # lines of text: between an arrow and what is written
_SIGNS = 0.12  # of the columns in the middle
_LOOSE = 1.2  # lines of text between words that are no one text

Kind = Literal["field", "list", "area", "button", "icon", "panel"]


class Control(NamedTuple):
    """A frame, what it is, and the texts inside (positions in the list of texts)."""

    kind: Kind
    shape: Shape
    texts: tuple[int, ...] = ()


def controls_on(
    picture: Picture, rectangles: Sequence[Shape], texts: Sequence[Text]
) -> list[Control]:
    """Every rectangle with its kind, the largest first."""
    if not rectangles:
        return []
    table = corners(rectangles)
    middles = [text.box.center for text in texts]
    stacked = _stacked(table)
    found = []
    for place, shape in enumerate(rectangles):
        x1, y1, x2, y2 = table[place]
        inside = tuple(
            n for n, middle in enumerate(middles) if x1 < middle.x < x2 and y1 < middle.y < y2
        )
        holds = _holds(table, place, picture.unit)
        kind = _kind(picture, shape, [texts[n] for n in inside], holds, bool(stacked[place]))
        if kind in ("field", "button") and _is_row(table, place, [texts[n] for n in inside]):
            kind = "panel"
        if kind:
            found.append(Control(kind, shape, inside))
    return found


def _is_row(table: "NDArray[np.float64]", place: int, texts: Sequence[Text]) -> bool:
    """Whether it is as wide as what it stands in, and its text at the left: a row of a menu."""
    import numpy as np

    x1, y1, x2, y2 = table[place]
    if not texts or (y2 - y1) * 3.5 > x2 - x1:
        return False
    first = min(text.box.x1 for text in texts) - x1
    if first * 3 > x2 - max(text.box.x2 for text in texts) and len(texts) == 1:
        return False
    wide = (np.abs(table[:, 0] - x1) < 3) & (np.abs(table[:, 2] - x2) < 3)
    around = (table[:, 1] <= y1 + 3) & (table[:, 3] >= y2 - 3)
    around &= table[:, 3] - table[:, 1] > 3 * (y2 - y1)
    over, under = y1 - table[:, 3], table[:, 1] - y2
    beside = (np.abs(over) < _TOUCHING + 1) | (np.abs(under) < _TOUCHING + 1)
    return bool((wide & (around | beside)).any())


def _holds(table: "NDArray[np.float64]", place: int, unit: float) -> int:
    """How many other rectangles of some size lie inside."""
    x1, y1, x2, y2 = table[place]
    inside = (
        (table[:, 0] >= x1 - 1)
        & (table[:, 1] >= y1 - 1)
        & (table[:, 2] <= x2 + 1)
        & (table[:, 3] <= y2 + 1)
        & (table[:, 3] - table[:, 1] > 0.9 * unit)
        & (table[:, 2] - table[:, 0] > 2.2 * unit)
    )
    return int(inside.sum()) - 1 if inside[place] else int(inside.sum())


def _stacked(table: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    """Whether a rectangle of the same width touches from above or below: cells, rows of a list."""
    import numpy as np

    near = 5.0
    same = (np.abs(table[:, None, 0] - table[None, :, 0]) < near) & (
        np.abs(table[:, None, 2] - table[None, :, 2]) < near
    )
    heights = table[:, 3] - table[:, 1]
    alike = np.abs(heights[:, None] - heights[None, :]) < near
    gap = table[None, :, 1] - table[:, None, 3]
    below = (gap > -near) & (gap < _TOUCHING)
    touching = same & alike & (below | below.T)
    return np.asarray(touching.any(axis=1), dtype=np.bool_)


def _kind(
    picture: Picture, shape: Shape, texts: Sequence[Text], holds: int, stacked: bool
) -> Kind | None:
    unit, width, height = picture.unit, shape.width, shape.height
    if height > 2 * unit:
        texts = [text for text in texts if not _is_grip(shape, text, unit)]
    if height < 0.85 * unit or width < 0.85 * unit:
        return None
    if holds or height > 14 * unit:
        return "panel"
    if height > 3.6 * unit:
        if width < 5 * unit or not _is_area(shape, texts, unit) or _is_busy(picture, shape, texts):
            return "panel"
        return "area"
    if stacked and height < 3 * unit:
        return "panel"
    if width < 3.2 * unit and sum(len(text.text) for text in texts) < 2:
        return "icon" if 0.6 < width / height < 2.4 else None
    if _rows(texts) > 2:
        return "panel"
    return _bar(picture, shape, texts)


def _holds_signs(picture: Picture, shape: Shape) -> bool:
    """Whether signs stand in the middle of an empty frame, where no field has any: a toolbar."""
    inset = max(4, round(0.15 * shape.height))
    third = shape.width // 4
    part = picture.edges[
        shape.y + inset : shape.y + shape.height - inset, shape.x + third : shape.x + 3 * third
    ]
    return bool(part.size) and float(part.any(axis=0).mean()) > _SIGNS


def _is_grip(shape: Shape, text: Text, unit: float) -> bool:
    """Whether a text is the grip in the lower right corner of a text area."""
    near = shape.x + shape.width - text.box.x1 < 1.5 * unit
    return near and len(text.text) < 3 and shape.y + shape.height - text.middle < 1.2 * unit


def _rows(texts: Sequence[Text]) -> int:
    rows: list[float] = []
    for text in sorted(texts, key=lambda each: each.middle):
        if not rows or text.middle - rows[-1] > 0.5 * text.box.height:
            rows.append(text.middle)
    return len(rows)


def _is_area(shape: Shape, texts: Sequence[Text], unit: float) -> bool:
    """Empty, or with text that begins in the upper left corner."""
    if not texts:
        return True
    first = min(texts, key=lambda each: each.box.y1)
    near = first.box.y1 - shape.y < 1.2 * unit and first.box.x1 - shape.x < 1.5 * unit
    return near and len(texts) == 1


def _is_busy(picture: Picture, shape: Shape, texts: Sequence[Text]) -> bool:
    """Whether more than texts is drawn inside: a picture, a drawing."""
    part = picture.edges[
        shape.y + 5 : shape.y + shape.height - 5, shape.x + 5 : shape.x + shape.width - 5
    ]
    written = sum(text.box.area for text in texts)
    return bool(part.size) and float(part.sum()) > 0.5 * written + 0.012 * part.size


def _bar(picture: Picture, shape: Shape, texts: Sequence[Text]) -> Kind | None:
    unit, right = picture.unit, shape.x + shape.width
    arrow = has_arrow(picture, shape.box)
    if arrow:  # it may have been read as a letter
        texts = [text for text in texts if right - text.box.x2 > 0.9 * unit or len(text.text) > 1]
    if not texts:
        if shape.width < 2.5 * unit or _is_strong(picture, shape):
            return None
        if _holds_signs(picture, shape):
            return "panel"
        return "list" if arrow else "field"
    misread = len(texts) > 1 and all(len(text.text) == 1 for text in texts)  # icons of a toolbar
    if misread or _is_strip(shape, texts, unit):
        return "panel"
    first = min(text.box.x1 for text in texts) - shape.x
    last = right - max(text.box.x2 for text in texts)
    center = abs(first - last) <= max(0.3 * unit, 0.1 * shape.width)
    if arrow and first < 1.5 * unit:
        return "list"
    if center and not (first < unit and shape.width > 14 * unit):
        return "button"
    if _is_strong(picture, shape):
        return "button"
    if first < 3 * unit and last > first:
        return "field"
    return "button"


def _is_strip(shape: Shape, texts: Sequence[Text], unit: float) -> bool:
    """Whether several texts stand apart in a frame: a menu bar, a row of tabs, a row of a menu.

    In a field one more may stand at its right end: the keys that lead to it.
    """
    order = sorted((text for text in texts if len(text.text) > 1), key=lambda each: each.box.x1)
    gaps = [two.box.x1 - one.box.x2 for one, two in pairwise(order)]
    wide = [gap for gap in gaps if gap > _LOOSE * unit]
    if len(order) > 2 and min(gaps) > 0:
        return True
    end = bool(order) and shape.x + shape.width - order[-1].box.x2 < 2 * unit
    return bool(wide) and not (end and wide[0] > 3 * unit)


def _is_strong(picture: Picture, shape: Shape) -> bool:
    """Filled with a colour that no field has."""
    import numpy as np

    color = picture.color_at(shape.box)
    around = Shape(max(0, shape.x - 6), max(0, shape.y - 6), shape.width + 12, shape.height + 12, 0)
    frame = np.concatenate(
        [
            picture.pixels[around.y : around.y + 3, shape.x : shape.x + shape.width].reshape(-1, 3),
            picture.pixels[
                shape.y + shape.height + 3 : shape.y + shape.height + 6,
                shape.x : shape.x + shape.width,
            ].reshape(-1, 3),
        ]
    )
    if not len(frame):
        return False
    vivid = float(color.max() - color.min()) > 70
    return vivid and float(np.abs(np.median(frame, axis=0) - color).max()) > 60


def has_arrow(picture: Picture, box: Box) -> bool:
    """Whether a small sign that points down stands at the right end, apart from any letter."""
    import numpy as np

    unit = picture.unit
    width = min(2.2 * unit, 0.5 * box.width)
    inset, side = 0.22 * box.height, max(4.0, 0.2 * unit)
    end = Box(x1=box.x2 - width, y1=box.y1 + inset, x2=box.x2 - side, y2=box.y2 - inset)
    part = picture.cut(picture.edges, end)
    columns = np.flatnonzero(part.any(axis=0))
    if part.shape[0] < 6 or len(columns) < 4:
        return False
    breaks = np.flatnonzero(np.diff(columns) > 2)
    start = columns[breaks[-1] + 1] if len(breaks) else columns[0]  # a text may end before it
    if start - (columns[breaks[-1]] if len(breaks) else 0) < _BEFORE * unit:
        return False
    sign = part[:, start : columns[-1] + 1]
    rows = np.flatnonzero(sign.any(axis=1))
    wide, high = sign.shape[1], int(rows[-1] - rows[0]) + 1
    if not 0.22 * unit <= wide <= 1.1 * unit or not 1.1 <= wide / high <= 3.2:
        return False
    third = max(1, high // 3)
    upper = sign[rows[0] : rows[0] + third].any(axis=0).sum()
    lower = np.flatnonzero(sign[rows[-1] + 1 - third : rows[-1] + 1].any(axis=0))
    centered = abs(float(lower.mean()) - (wide - 1) / 2) < 0.2 * wide + 1
    return bool(centered and (np.ptp(lower) + 1 < 0.9 * wide or upper > len(lower)))
