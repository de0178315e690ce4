"""Rows and columns of tabs: short texts side by side or under each other, of which one is marked.

Marks are a line along it, a ground of its own, and a frame around its text. Prevents: the entries
of a list that nobody chose from being taken for tabs.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.pixels.ink import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_APART = 0.55  # lines of text between two texts, which no space has
_REACH = 1.7  # lines of text: how much longer than a text the line along it may be
_HOLE = 2  # pixels: a line that another one crosses goes on behind such a hole
_TIGHT = 1.5  # lines of text: the height of a frame around a text; a button's is higher
_LEAST, _MOST = 3, 20  # tabs in a column
_EVEN = 1.35  # times the smallest step from one to the next in a column
_STEP = 3.2  # lines of text: the largest
_WALL = 2.0  # lines of text above and below the middle of a text: no line between tabs is higher
_IN_LINE = 0.35  # lines of text by which those of one column stand out of line
_GROUND, _SAME = 4, 3  # levels by which grounds differ, and by which equal ones do

Marked = tuple[list[int], int]
"""Positions of tabs, and which of them is the open one."""


def tabs_of(
    picture: Picture,
    elements: Sequence[Element],
    rows: Sequence[Sequence[int]],
    short: Sequence[int],
    unit: float,
) -> Iterator[Marked]:
    """The `rows` that are tabs; without any, the columns of `short` texts that are."""
    found = False
    for row in (part for line in rows for part in _parts(picture, elements, line, unit)):
        selected = _in_row(picture, elements, row, unit)
        if selected is not None:
            found = True
            yield row, row[selected]
    if found:
        return
    taken: set[int] = set()
    for column in _columns(elements, short, unit):
        selected = None if taken & set(column) else _in_column(picture, elements, column, unit)
        if selected is not None:
            taken.update(column)
            yield column, column[selected]


def _parts(
    picture: Picture, elements: Sequence[Element], row: Sequence[int], unit: float
) -> list[list[int]]:
    """The row, cut where the edge of a window or of a part of the screen runs through it."""
    parts = [list(row[:1])]
    for first, second in pairwise(row):
        one, two = elements[first].box, elements[second].box
        between = Box(
            x1=one.x2 - 3,
            y1=max(0.0, one.center.y - _WALL * unit),
            x2=max(one.x2 - 3, two.x1 + 3),
            y2=one.center.y + _WALL * unit,
        )
        gap = picture.cut(picture.edges, between)
        if gap.size and gap.all(axis=0).any():
            parts.append([])
        parts[-1].append(second)
    return parts


def _is_in_table(elements: Sequence[Element], row: Sequence[int], unit: float) -> bool:
    """Whether most have a text in line right over or under them, as the cells of tables do."""
    texts = [each for each in elements if each.name and each.tag not in ("wrapped", "check")]
    return 2 * sum(_is_stacked(elements[n], texts, unit) for n in row) > len(row)


def _is_stacked(cell: Element, texts: Sequence[Element], unit: float) -> bool:
    sides = _sides(cell.box)
    return any(
        0.9 * unit < abs(text.box.center.y - cell.box.center.y) < _STEP * unit
        and min(abs(one - two) for one, two in zip(_sides(text.box), sides, strict=True))
        < _IN_LINE * unit
        for text in texts
    )


def _in_row(
    picture: Picture, elements: Sequence[Element], numbers: Sequence[int], unit: float
) -> int | None:
    """Which one is marked as open; in what may be a row of a table, only by its line."""
    row = [elements[n] for n in numbers]
    boxes = [each.box for each in row]
    if len(row) < 2 or any(_touch(one, two, unit) for one, two in pairwise(row)):
        return None
    both = len(boxes) > 2
    lined = [n for n, box in enumerate(boxes) if _is_lined(picture, box, unit, both, elements)]
    if len(lined) == 1:
        return lined[0]
    if len(boxes) < 3 or lined:
        return None
    framed = _of_frame(row, unit)
    if framed is not None:
        return None if _is_ruled(picture, boxes) else framed
    selected = _of_other_ground(picture, boxes)
    return None if selected is None or _is_in_table(elements, numbers, unit) else selected


def _touch(one: Element, two: Element, unit: float) -> bool:
    """Whether no more than a space is between two texts; frames may touch."""
    framed = one.tag == two.tag == "frame"
    return not framed and two.box.x1 - one.box.x2 < _APART * unit


def _of_frame(tabs: Sequence[Element], unit: float) -> int | None:
    """The only one in a frame, if that is close around its text."""
    framed = [n for n, each in enumerate(tabs) if each.tag == "frame"]
    tight = len(framed) == 1 and tabs[framed[0]].box.height < _TIGHT * unit
    return framed[0] if tight else None


def _of_other_ground(picture: Picture, boxes: Sequence[Box]) -> int | None:
    grounds = [picture.color_at(box) for box in boxes]
    other = [
        n
        for n, ground in enumerate(grounds)
        if all(abs(ground - each).max() > _GROUND for m, each in enumerate(grounds) if m != n)
    ]
    rest = [ground for n, ground in enumerate(grounds) if n not in other]
    same = all(abs(one - two).max() <= _SAME for one, two in pairwise(rest))
    return other[0] if len(other) == 1 and same else None


def _is_ruled(picture: Picture, boxes: Sequence[Box]) -> bool:
    """Whether lines stand between all of them: the cells of a sheet, one of which is framed."""
    gaps = [
        picture.cut(picture.edges, Box(x1=one.x2 + 3, y1=one.y1, x2=two.x1 - 3, y2=one.y2))
        for one, two in pairwise(boxes)
        if two.x1 - one.x2 > 7
    ]
    return bool(gaps) and all(gap.size and bool(gap.all(axis=0).any()) for gap in gaps)


def _is_lined(
    picture: Picture, box: Box, unit: float, both: bool, elements: Sequence[Element]
) -> bool:
    """Whether a line that is little wider than the text runs below it, or (`both`) above."""
    below = (round(box.y2 + 0.12 * unit), round(box.y2 + 1.4 * unit))
    above = (max(0, round(box.y1 - 1.4 * unit)), max(0, round(box.y1 - 0.12 * unit)))
    return any(
        not _is_read(elements, box.center.x, top + row)
        for top, bottom in ((below, above) if both else (below,))
        for row in _lines_along(picture.edges[top:bottom], box.x1, box.x2, unit)
    )


def _is_read(elements: Sequence[Element], x: float, y: float) -> bool:
    """Whether a text stands here: the feet of its letters are no line."""
    return any(
        each.tag in ("line", "heading", "link")
        and each.box.x1 < x < each.box.x2
        and abs(each.box.center.y - y) < 0.35 * each.box.height
        for each in elements
    )


def _lines_along(
    part: "NDArray[np.uint8]", first: float, last: float, unit: float
) -> Iterator[int]:
    """The rows of `part` with a line from `first` to `last` that ends soon on both sides."""
    left, right = max(0, round(first) + 1), round(last) - 1
    reach = round(_REACH * unit)
    if right <= left or not part.size:
        return
    for number in (part[:, left:right].mean(axis=1) > 0.97).nonzero()[0].tolist():
        row = part[number]
        ends = row[max(0, left - reach) : left], row[right : right + reach]
        if all(len(end) - int(end.sum()) > _HOLE for end in ends):
            yield number


def _columns(elements: Sequence[Element], short: Sequence[int], unit: float) -> Iterator[list[int]]:
    """A few under each other in even steps, with their starts, middles or ends in line."""
    middles = {n: elements[n].box.center.y for n in short}
    order = sorted(short, key=middles.__getitem__)
    for side in range(3):
        sides = {n: _sides(elements[n].box)[side] for n in short}
        free = list(order)
        while free:
            column = [free.pop(0)]
            for n in free:
                step = middles[n] - middles[column[-1]]
                if step > _STEP * unit:
                    break
                if step > 0.9 * unit and abs(sides[n] - sides[column[0]]) < _IN_LINE * unit:
                    column.append(n)
            free = [n for n in free if n not in column]
            steps = [middles[two] - middles[one] for one, two in pairwise(column)]
            few = _LEAST <= len(column) <= _MOST
            if few and max(steps) < _EVEN * min(steps):
                yield column


def _sides(box: Box) -> tuple[float, float, float]:
    return box.x1, box.center.x, box.x2


def _in_column(
    picture: Picture, elements: Sequence[Element], column: Sequence[int], unit: float
) -> int | None:
    """Which one is marked as open, where what it opens stands right of the column."""
    boxes = [elements[n].box for n in column]
    right, top, bottom = max(box.x2 for box in boxes), boxes[0].y1, boxes[-1].y2
    if not any(e.box.x1 > right and top <= e.box.center.y <= bottom + 4 * unit for e in elements):
        return None
    lined = [n for n, box in enumerate(boxes) if _has_line_beside(picture, box, boxes, unit)]
    selected = lined[0] if len(lined) == 1 else None
    grounded = _of_other_ground(picture, boxes)
    if not lined:
        framed = _of_frame([elements[n] for n in column], unit)
        selected = grounded if framed is None else framed
    if selected is None or (
        selected == grounded and _is_cell(picture, elements, boxes[selected], unit)
    ):
        return None
    return selected


def _has_line_beside(picture: Picture, box: Box, column: Sequence[Box], unit: float) -> bool:
    """Whether a line that is little longer than one row runs left or right of it."""
    reach = round(_REACH * unit)
    first, last = min(each.x1 for each in column), max(each.x2 for each in column)
    sides = (max(0, round(first) - reach), round(first) - 1), (round(last) + 2, round(last) + reach)
    top = max(0, round(box.y1) - 2 * reach)
    rows = picture.edges[top : round(box.y2) + 2 * reach]
    return any(
        any(True for _ in _lines_along(part, box.y1 - top, box.y2 - top, 0.8 * unit))
        for part in (rows[:, left:right].T for left, right in sides)
    )


def _is_cell(picture: Picture, elements: Sequence[Element], box: Box, unit: float) -> bool:
    """Whether another text stands on the same ground beside it: a chosen row of a table."""
    ground = picture.color_at(box)
    return any(
        each.box.x1 > box.x2
        and each.name
        and abs(each.box.center.y - box.center.y) < 0.4 * unit
        and abs(picture.color_at(each.box) - ground).max() <= _GROUND
        for each in elements
    )
