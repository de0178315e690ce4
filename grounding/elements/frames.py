"""Rectangles on a picture that may be input fields.

A field is two parallel horizontal edges of the same extent, joined by vertical edges. Finds
framed and filled fields; a field that is only a line under its text is not found.
"""

from typing import TYPE_CHECKING

from handeye.actions import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

_STEP = 10  # grey levels that make an edge
_MIN_WIDTH, _MIN_HEIGHT, _MAX_HEIGHT = 60, 18, 80
_SLACK = 6
_CORNER = 14  # rounded corners shorten the horizontal edges
_MAX_RUNS = 4000  # a photo has no fields, only noise


def frames_on(image: "Image.Image") -> list[Box]:
    """Boxes of rectangles of a field's size, outermost first, in pixels of `image`."""
    import numpy as np

    grey = np.asarray(image.convert("L"), dtype=np.int16)
    if min(grey.shape) < _MIN_HEIGHT:
        return []
    across = np.abs(np.diff(grey, axis=0)) >= _STEP
    down = np.abs(np.diff(grey, axis=1)) >= _STEP
    found: list[Box] = []
    runs = _runs(across)
    by_left: dict[int, list[tuple[int, int, int]]] = {}
    for run in runs:
        by_left.setdefault(run[1] // _SLACK, []).append(run)
    for top, x1, x2 in runs:
        for bucket in (x1 // _SLACK - 1, x1 // _SLACK, x1 // _SLACK + 1):
            for bottom, left, right in by_left.get(bucket, ()):
                if not _MIN_HEIGHT <= bottom - top <= _MAX_HEIGHT:
                    continue
                if abs(left - x1) > _SLACK or abs(right - x2) > _SLACK:
                    continue
                if _closed(down, top, bottom, x1, x2):
                    found.append(Box(x1=x1, y1=top + 1, x2=x2, y2=bottom + 1))
    return _outermost(found)


def _runs(across: "NDArray[np.bool_]") -> list[tuple[int, int, int]]:
    """Horizontal edges (y, x1, x2) that are long enough; none when there are too many."""
    import numpy as np

    found = []
    for y in np.flatnonzero(across.sum(axis=1) >= _MIN_WIDTH):
        ends = np.flatnonzero(np.diff(np.concatenate(([0], across[y].view(np.int8), [0]))))
        starts, stops = ends[::2], ends[1::2]
        for place in np.flatnonzero(stops - starts >= _MIN_WIDTH):
            found.append((int(y), int(starts[place]), int(stops[place])))
    return found if len(found) <= _MAX_RUNS else []


def _closed(down: "NDArray[np.bool_]", top: int, bottom: int, x1: int, x2: int) -> bool:
    """Whether a vertical edge joins both ends."""
    inset = min(_CORNER, (bottom - top) // 4)
    rows = slice(top + inset, bottom - inset + 1)
    for x in (x1, x2):
        columns = down[rows, max(0, x - _CORNER) : x + _CORNER]
        if not columns.size or columns.mean(axis=0).max() < 0.85:
            return False
    return True


def _outermost(boxes: list[Box]) -> list[Box]:
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: -box.area):
        if all(box.iou(other) < 0.6 for other in kept):
            kept.append(box)
    return kept
