"""A picture without the rows and columns that only repeat the one before.

Screens are mostly empty, and a text reader searches empty space as long as full. No text lies in a
run of equal rows that is higher than its letters, and none in equal columns. Prevents: half of the
time and memory of reading being spent where nothing is written.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from handeye.actions import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS, _COLUMNS = 32, 96  # pixels that are left of a run: no two texts may come to touch
_SAMPLED = 16  # of so many rows one is looked at first


class Dense(NamedTuple):
    """`rows` and `columns` say where each of those that are left was; `gaps` lie between texts."""

    pixels: "NDArray[np.uint8]"
    rows: "NDArray[np.intp]"
    columns: "NDArray[np.intp]"
    gaps: tuple[int, ...]

    def back(self, box: Box) -> Box:
        """Where a box on what is left lies on the whole picture."""
        return Box(
            x1=_first(self.columns, box.x1),
            y1=_first(self.rows, box.y1),
            x2=_last(self.columns, box.x2),
            y2=_last(self.rows, box.y2),
        )


def dense(pixels: "NDArray[np.uint8]") -> Dense:
    """The picture (height, width, 3) with runs of equal rows and columns cut short."""
    import numpy as np

    height, width = pixels.shape[:2]
    flat = np.ascontiguousarray(pixels).reshape(height, -1)
    rows = _kept(_long_runs(_new_rows(flat), _ROWS), height, _ROWS)
    left = np.concatenate([pixels[first:end] for first, end in rows])
    columns = _kept(_equal_columns(left.reshape(len(left), -1)), width, _COLUMNS)
    left = np.concatenate([left[:, first:end] for first, end in columns], axis=1)
    gaps = np.cumsum([end - first for first, end in rows])[:-1]
    return Dense(left, _places(rows), _places(columns), tuple(gaps.tolist()))


def _new_rows(flat: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Whether each row but the first differs from the one before; as bytes they compare fast."""
    import numpy as np

    lines = [line.tobytes() for line in flat]
    return np.array([one != two for one, two in pairwise(lines)], dtype=bool)


def _equal_columns(flat: "NDArray[np.uint8]") -> list[tuple[int, int]]:
    """Long runs of equal columns: a few rows tell where they may be."""
    return [
        (first + start, first + end)
        for first, last in _long_runs(_new_columns(flat[::_SAMPLED]), _COLUMNS)
        for start, end in _long_runs(_new_columns(flat[:, 3 * first : 3 * last]), _COLUMNS)
    ]


def _new_columns(flat: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    changes = (flat[:, 3:] != flat[:, :-3]).any(axis=0)
    new: NDArray[np.bool_] = changes.reshape(-1, 3).any(axis=1)
    return new


def _long_runs(changes: "NDArray[np.bool_]", least: int) -> list[tuple[int, int]]:
    """Runs of more than `least` equal lines, as (first, after the last); changes[n]: n to n + 1."""
    import numpy as np

    starts = np.concatenate(([0], np.flatnonzero(changes) + 1))
    ends = np.concatenate((starts[1:], [len(changes) + 1]))
    long = ends - starts > least
    return list(zip(starts[long].tolist(), ends[long].tolist(), strict=True))


def _kept(runs: list[tuple[int, int]], count: int, left: int) -> list[tuple[int, int]]:
    """The lines that stay, as (first, after the last): of a run as many at its start as its end."""
    cuts = [(first + left // 2, end - left // 2) for first, end in runs]
    return list(zip([0, *(end for _, end in cuts)], [*(at for at, _ in cuts), count], strict=True))


def _places(kept: list[tuple[int, int]]) -> "NDArray[np.intp]":
    import numpy as np

    return np.concatenate([np.arange(first, end) for first, end in kept])


def _first(places: "NDArray[np.intp]", edge: float) -> float:
    """Where the line lies in which a box begins."""
    at = min(max(int(edge), 0), len(places) - 1)
    return float(places[at]) + edge - at


def _last(places: "NDArray[np.intp]", edge: float) -> float:
    """Where the line lies before which a box ends."""
    at = min(max(int(-(-edge // 1)) - 1, 0), len(places) - 1)
    return float(places[at]) + edge - at
