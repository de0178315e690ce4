"""The one place where coordinates cross from one space to another.

Three spaces exist:

- *relative*: 0.0 to 1.0 of the screenshot, as models answer;
- *screenshot pixels*: what everything else in handeye uses, origin at the top left;
- *input units*: what the mouse takes (CSS pixels in a browser, desktop points on a desktop).

Prevents: clicks off by the device scale or the monitor's offset, and 0 taken for "missing".
"""

import math
from typing import Self

from pydantic import Field, model_validator

from handeye.actions.model import Value


class Point(Value):
    """A position; in screenshot pixels unless the name of the variable says otherwise."""

    x: float
    y: float

    def distance(self, other: "Point") -> float:
        return math.hypot(self.x - other.x, self.y - other.y)


class Size(Value):
    """Width and height in pixels."""

    width: int = Field(gt=0)
    height: int = Field(gt=0)


class Box(Value):
    """An axis-aligned box, `x1 <= x2` and `y1 <= y2`; the right and bottom edges are outside."""

    x1: float
    y1: float
    x2: float
    y2: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.x2 < self.x1 or self.y2 < self.y1:
            raise ValueError("a box needs x1 <= x2 and y1 <= y2")
        return self

    @property
    def width(self) -> float:
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        return self.y2 - self.y1

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def center(self) -> Point:
        return Point(x=(self.x1 + self.x2) / 2, y=(self.y1 + self.y2) / 2)

    def contains(self, point: Point) -> bool:
        return self.x1 <= point.x < self.x2 and self.y1 <= point.y < self.y2

    def intersection(self, other: "Box") -> "Box | None":
        """The shared part, or None when the boxes do not overlap."""
        x1, y1 = max(self.x1, other.x1), max(self.y1, other.y1)
        x2, y2 = min(self.x2, other.x2), min(self.y2, other.y2)
        return Box(x1=x1, y1=y1, x2=x2, y2=y2) if x1 < x2 and y1 < y2 else None

    def iou(self, other: "Box") -> float:
        """Intersection over union, 0.0 to 1.0."""
        shared = self.intersection(other)
        if shared is None or shared.area == 0:  # a sliver's area can round to 0
            return 0.0
        return min(1.0, shared.area / (self.area + other.area - shared.area))


class ScreenSpace(Value):
    """How a screenshot lies over the input space of its environment.

    `scale_x`, `scale_y`: screenshot pixels per input unit (the device scale: 1, 1.25, 2 …).
    `left`, `top`: input coordinates of the screenshot's top-left pixel (a monitor's offset).
    """

    size: Size
    scale_x: float = Field(default=1.0, gt=0)
    scale_y: float = Field(default=1.0, gt=0)
    left: float = 0.0
    top: float = 0.0

    def clamp(self, point: Point) -> Point:
        """The nearest point that lies on a pixel of the screenshot."""
        return Point(
            x=min(max(point.x, 0.0), self.size.width - 1.0),
            y=min(max(point.y, 0.0), self.size.height - 1.0),
        )

    def to_input(self, point: Point) -> Point:
        """Screenshot pixels to input units."""
        return Point(x=point.x / self.scale_x + self.left, y=point.y / self.scale_y + self.top)

    def from_input(self, point: Point) -> Point:
        """Input units to screenshot pixels."""
        return Point(x=(point.x - self.left) * self.scale_x, y=(point.y - self.top) * self.scale_y)

    def part(self, region: Box, size: Size) -> "ScreenSpace":
        """The space of a picture of `size` pixels that shows only `region` of this screenshot.

        Both lie over the same input units, so what is found on the part comes back as
        `screen.from_input(part.to_input(point))`.
        """
        corner = self.to_input(Point(x=region.x1, y=region.y1))
        return ScreenSpace(
            size=size,
            scale_x=self.scale_x * size.width / region.width,
            scale_y=self.scale_y * size.height / region.height,
            left=corner.x,
            top=corner.y,
        )

    def box_from_input(self, box: Box) -> Box:
        """A box in input units to screenshot pixels."""
        first = self.from_input(Point(x=box.x1, y=box.y1))
        last = self.from_input(Point(x=box.x2, y=box.y2))
        return Box(x1=first.x, y1=first.y, x2=last.x, y2=last.y)

    def box_to_input(self, box: Box) -> Box:
        """A box in screenshot pixels to input units."""
        first = self.to_input(Point(x=box.x1, y=box.y1))
        last = self.to_input(Point(x=box.x2, y=box.y2))
        return Box(x1=first.x, y1=first.y, x2=last.x, y2=last.y)


def box_from_relative(box: Box, size: Size) -> Box:
    """A box in relative coordinates (0 to 1) to screenshot pixels."""
    return Box(
        x1=box.x1 * size.width,
        y1=box.y1 * size.height,
        x2=box.x2 * size.width,
        y2=box.y2 * size.height,
    )


def box_to_relative(box: Box, size: Size) -> Box:
    """A box in screenshot pixels to relative coordinates (0 to 1)."""
    return Box(
        x1=box.x1 / size.width,
        y1=box.y1 / size.height,
        x2=box.x2 / size.width,
        y2=box.y2 / size.height,
    )


def box_from_part(box: Box, part: Box) -> Box:
    """A box in relative coordinates (0 to 1) of a part of the screenshot to screenshot pixels."""
    return Box(
        x1=part.x1 + box.x1 * part.width,
        y1=part.y1 + box.y1 * part.height,
        x2=part.x1 + box.x2 * part.width,
        y2=part.y1 + box.y2 * part.height,
    )


def point_from_extent(point: Point, width: float, height: float, size: Size) -> Point:
    """A point where x runs from 0 to `width` and y to `height`, to screenshot pixels.

    Models answer in such spaces: 1 × 1, 1000 × 1000, 999 × 999, or a resized picture's pixels.
    """
    return Point(x=point.x * size.width / width, y=point.y * size.height / height)


def box_from_extent(box: Box, width: float, height: float, size: Size) -> Box:
    """A box where x runs from 0 to `width` and y to `height`, to screenshot pixels."""
    first = point_from_extent(Point(x=box.x1, y=box.y1), width, height, size)
    last = point_from_extent(Point(x=box.x2, y=box.y2), width, height, size)
    return Box(x1=first.x, y1=first.y, x2=last.x, y2=last.y)
