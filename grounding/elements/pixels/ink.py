"""The edges of a picture, and the shapes that they form.

Screens are drawn in flat colours: between two of them is an edge, and a closed edge is a thing.
Prevents: fields, boxes and icons being missed because they are pale, dark, or inside each other.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from handeye.actions import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STEP = 5  # levels of a channel that make an edge on a clean picture
_NOISY_STEP = 14  # … on a compressed photo of a screen, in which every pixel differs from the next
_NOISY = 0.35  # part of the pixels that differ from the next one, from where on a picture is noisy
_MAX_SHAPES = 40_000


class Shape(NamedTuple):
    """The bounds of connected pixels and how many there are."""

    x: int
    y: int
    width: int
    height: int
    area: int

    @property
    def box(self) -> Box:
        return Box(x1=self.x, y1=self.y, x2=self.x + self.width, y2=self.y + self.height)


class Picture:
    """A screen as an array of its colours and edges.

    `unit` is the height of its usual line, which is known when its text is read.
    """

    def __init__(self, pixels: "NDArray[np.uint8]", unit: float = 20.0) -> None:
        self.pixels = pixels
        self.unit = unit
        self.height, self.width = pixels.shape[:2]

    def trace(self) -> None:
        """Find the edges and all that they form now, for which no text need be known."""
        _ = self.outlines, self.surfaces

    @cached_property
    def edges(self) -> "NDArray[np.uint8]":
        """1 where a pixel differs from the one right of it or below it."""
        import cv2
        import numpy as np

        steps = np.zeros((self.height, self.width), dtype=np.uint8)
        if min(steps.shape) < 2:
            return steps
        across = cv2.absdiff(self.pixels[:, 1:], self.pixels[:, :-1])
        down = cv2.absdiff(self.pixels[1:], self.pixels[:-1])
        steps[:, :-1] = _largest(across)
        steps[:-1] = cv2.max(steps[:-1], _largest(down))
        noisy = float((steps[::3, ::3] > 0).mean()) > _NOISY
        return (steps > (_NOISY_STEP if noisy else _STEP)).astype(np.uint8)

    @cached_property
    def outlines(self) -> list[Shape]:
        """Connected edges: frames, letters, signs."""
        return self._labelled[0]

    @cached_property
    def _labelled(self) -> "tuple[list[Shape], NDArray[np.int32], NDArray[np.intp]]":
        return labelled(self.edges, 8)

    def without(self, unwanted: Callable[[Shape], bool]) -> "NDArray[np.uint8]":
        """The edges but for the outlines that are `unwanted`; what lies inside them stays."""
        import numpy as np

        found, labels, numbers = self._labelled
        keep = np.ones(int(labels.max()) + 1, dtype=np.uint8)
        keep[0] = 0
        for shape, number in zip(found, numbers, strict=True):
            if unwanted(shape):
                keep[number] = 0
        return keep[labels]

    @cached_property
    def surfaces(self) -> list[Shape]:
        """Connected pixels without an edge: what lies inside frames."""
        return shapes(1 - self.edges, 4)

    def color_at(self, box: Box) -> "NDArray[np.float64]":
        """The commonest colour inside `box`."""
        import numpy as np

        part = self.cut(self.pixels, box).reshape(-1, 3)
        if not len(part):
            return np.zeros(3)
        codes = (part >> 3).astype(np.int32) @ np.array([1024, 32, 1])
        values, counts = np.unique(codes, return_counts=True)
        color: NDArray[np.float64] = part[codes == values[counts.argmax()]].mean(axis=0)
        return color

    def cut(self, array: "NDArray[np.uint8]", box: Box) -> "NDArray[np.uint8]":
        """The part of `array` (pixels or edges) that lies in `box`."""
        x1, y1 = max(0, round(box.x1)), max(0, round(box.y1))
        return array[y1 : max(y1, round(box.y2)), x1 : max(x1, round(box.x2))]


def shapes(mask: "NDArray[np.uint8]", connectivity: int) -> list[Shape]:
    """What is connected in `mask`, without specks; none where there are too many (a photo)."""
    return labelled(mask, connectivity)[0]


def labelled(
    mask: "NDArray[np.uint8]", connectivity: int
) -> "tuple[list[Shape], NDArray[np.int32], NDArray[np.intp]]":
    """The shapes, the number of its shape for each pixel, and the number of each shape."""
    import cv2
    import numpy as np

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    stats = stats[:count]
    numbers = np.flatnonzero((stats[:, 2] >= 3) & (stats[:, 3] >= 2))
    numbers = numbers[numbers > 0]
    if len(numbers) > _MAX_SHAPES:
        numbers = numbers[:0]
    found = [Shape(*row) for row in stats[numbers].tolist()]
    return found, labels, numbers


def _largest(differences: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    import cv2

    red, green, blue = cv2.split(differences)
    largest: NDArray[np.uint8] = cv2.max(cv2.max(red, green), blue)
    return largest


def is_ring(edges: "NDArray[np.uint8]", shape: Shape, corner: int) -> bool:
    """Whether edges run along all four sides of `shape`, but for its round corners."""
    width, height = shape.width, shape.height
    part = edges[shape.y : shape.y + height, shape.x : shape.x + width]
    if not part.size:
        return False
    corner = min(corner, (min(width, height) - 1) // 2)
    depth = 3
    along = slice(corner, max(corner + 1, width - corner))
    aside = slice(corner, max(corner + 1, height - corner))
    sides = (
        part[:depth, along].max(axis=0),
        part[-depth:, along].max(axis=0),
        part[aside, :depth].max(axis=1),
        part[aside, -depth:].max(axis=1),
    )
    return all(side.mean() >= 0.92 for side in sides)
