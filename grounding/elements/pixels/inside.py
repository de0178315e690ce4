"""Which of many boxes have their middle in a frame, for all of them at once.

Prevents: seconds on a screen with hundreds of texts in hundreds of frames, as sheets have.
"""

from collections.abc import Sequence

from handeye.actions import Box


class Middles:
    """The middles of boxes, in the order in which those are given."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        import numpy as np

        edges = [(box.x1, box.y1, box.x2, box.y2) for box in boxes]
        table = np.array(edges, dtype=float).reshape(-1, 4)
        self._x, self._y = (table[:, 0] + table[:, 2]) / 2, (table[:, 1] + table[:, 3]) / 2

    def within(self, frame: Box) -> list[int]:
        """Positions of the boxes whose middle `frame` contains."""
        import numpy as np

        across = (frame.x1 <= self._x) & (self._x < frame.x2)
        down = (frame.y1 <= self._y) & (self._y < frame.y2)
        found: list[int] = np.flatnonzero(across & down).tolist()
        return found
