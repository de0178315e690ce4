"""Closed outlines on a picture: frames of fields, buttons, boxes and cards.

Prevents: fields that touch (input groups, table cells) being seen as one, as only what lies
inside each of them is apart.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handeye.grounding.elements.pixels.ink import Picture, Shape, is_ring

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SMALLEST = 9
_SAME = 0.75
_MOST = 3000


def rectangles_on(picture: Picture) -> list[Shape]:
    """Rectangles (with round corners or without), the largest first, each once."""
    corner = round(0.8 * picture.unit)
    limit = 0.98 * picture.width * picture.height
    found = [*picture.outlines, *(_grown(each, picture) for each in picture.surfaces)]
    sized = [
        each
        for each in found
        if each.width >= _SMALLEST and each.height >= _SMALLEST and each.width * each.height < limit
    ]
    rings = [each for each in sized if is_ring(picture.edges, each, corner)]
    rings.sort(key=lambda each: -each.width * each.height)
    return distinct(rings[:_MOST])


def _grown(surface: Shape, picture: Picture) -> Shape:
    """The surface with the edge around it."""
    x, y = max(0, surface.x - 2), max(0, surface.y - 2)
    right = min(picture.width, surface.x + surface.width + 2)
    bottom = min(picture.height, surface.y + surface.height + 2)
    return Shape(x, y, right - x, bottom - y, surface.area)


def distinct(found: Sequence[Shape]) -> list[Shape]:
    """`found` without those that nearly cover an earlier one."""
    import numpy as np

    if not found:
        return []
    table = corners(found)
    areas = (table[:, 2] - table[:, 0]) * (table[:, 3] - table[:, 1])
    alive = np.ones(len(found), dtype=bool)
    for place in range(len(found)):
        if not alive[place]:
            continue
        rest = table[place + 1 :]
        wide = np.minimum(table[place, 2], rest[:, 2]) - np.maximum(table[place, 0], rest[:, 0])
        high = np.minimum(table[place, 3], rest[:, 3]) - np.maximum(table[place, 1], rest[:, 1])
        shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
        union = areas[place] + areas[place + 1 :] - shared
        alive[place + 1 :] &= shared < _SAME * union
    return [each for each, kept in zip(found, alive, strict=True) if kept]


def corners(found: Sequence[Shape]) -> "NDArray[np.float64]":
    """x1, y1, x2, y2 of each."""
    import numpy as np

    rows = [(each.x, each.y, each.x + each.width, each.y + each.height) for each in found]
    return np.array(rows, dtype=float).reshape(-1, 4)
