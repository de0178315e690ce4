"""What every data set becomes: items with one target each, and the problems found on the way.

Prevents: six benchmarks with six ways to be scored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from handeye.actions import Box, Point, Size, Value

UiType = Literal["text", "icon"]


class BoxTarget(Value):
    """One box in pixels of the image; its edges belong to it, as in the official scores."""

    kind: Literal["box"] = "box"
    box: Box


class Polygon(Value):
    """A region in pixels of the image. `rank` n: where the n-th point has to lie (from 1).

    banned: no point may lie in it.
    """

    points: tuple[Point, ...] = Field(min_length=3)
    rank: int | None = Field(default=None, ge=1)
    banned: bool = False


class PolygonTarget(Value):
    """Regions for one or several points; see `handeye.grounding.evaluate.judge`."""

    kind: Literal["polygons"] = "polygons"
    polygons: tuple[Polygon, ...]


class AbsentTarget(Value):
    """What is asked for is not on the screen, and the right answer says so."""

    kind: Literal["absent"] = "absent"


class ChoiceTarget(Value):
    """A question with several answers. `right` is the position of the right one in `options`."""

    kind: Literal["choice"] = "choice"
    options: tuple[str, ...] = Field(min_length=2, max_length=26)
    right: int = Field(ge=0)


Target = Annotated[
    BoxTarget | PolygonTarget | AbsentTarget | ChoiceTarget, Field(discriminator="kind")
]


class Item(Value):
    """One question about one image.

    size: of the image, as the annotation has it; None where it says nothing. split: the name of
    the annotation file. The other fields are the groups that official scores are broken down by.
    """

    id: str
    image: Path
    instruction: str
    target: Target
    size: Size | None = None
    split: str = ""
    ui_type: UiType | None = None
    platform: str | None = None
    application: str | None = None
    group: str | None = None


class Problem(Value):
    """Something wrong with a data set. left_out: the item cannot be asked, so it is not scored."""

    where: str
    what: str
    left_out: bool


@dataclass(frozen=True)
class Dataset:
    """The items that can be asked, in the order of the annotations.

    sha256: of the annotations and the bytes of every image.
    """

    name: str
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    sha256: str


@dataclass(frozen=True)
class Found:
    """What a reader found in a folder, before the images are looked at."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()

    @staticmethod
    def joined(parts: Iterable["Found"]) -> "Found":
        parts = tuple(parts)
        return Found(
            tuple(item for part in parts for item in part.items),
            tuple(problem for part in parts for problem in part.problems),
        )
