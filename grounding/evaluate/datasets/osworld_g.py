"""OSWorld-G (Xie et al. 2025): boxes, polygons, and refusals where the right answer is "not there".

OSWorld-G.json and images/, in the folder itself or in "benchmark"; classification_result.json,
where it is there, names the abilities that the paper's table is broken down by.
Source: github.com/xlang-ai/OSWorld-G.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import model_validator

from handeye.actions import Point
from handeye.grounding.evaluate.datasets.reading import (
    Entry,
    annotation_files,
    box_of_sides,
    first_folder,
    read_json,
    read_list,
    size_of,
)
from handeye.grounding.evaluate.items import (
    AbsentTarget,
    BoxTarget,
    Found,
    Item,
    Polygon,
    PolygonTarget,
    Target,
)


class OsworldEntry(Entry):
    """`box_coordinates`: [x, y, width, height], or the corners of a polygon one after another."""

    id: str
    image_path: str
    instruction: str
    box_type: Literal["bbox", "polygon", "refusal"]
    box_coordinates: tuple[float, ...] = ()
    image_size: tuple[int, int] | None = None

    @model_validator(mode="after")
    def _coordinates_fit(self) -> Self:
        count = len(self.box_coordinates)
        if self.box_type == "bbox" and count != 4:
            raise ValueError(f"a bbox has 4 numbers, not {count}")
        if self.box_type == "polygon" and (count < 6 or count % 2):
            raise ValueError(f"a polygon has 6, 8, … numbers, not {count}")
        return self


def read(folder: Path) -> Found:
    """The items of OSWorld-G.json, with the original instructions."""
    root = first_folder(folder, ["benchmark"])
    (path,) = annotation_files(root, ["OSWorld-G.json"])
    abilities = _abilities(root / "classification_result.json")
    images = first_folder(root, ["images"])

    def item(_: int, entry: OsworldEntry) -> Item:
        return Item(
            id=entry.id,
            image=images / entry.image_path,
            instruction=entry.instruction,
            target=_target(entry),
            size=size_of(entry.image_size),
            split=path.stem,
            group=abilities.get(entry.id),
        )

    return read_list(path, OsworldEntry, item)


def _target(entry: OsworldEntry) -> Target:
    numbers = entry.box_coordinates
    if entry.box_type == "refusal":
        return AbsentTarget()
    if entry.box_type == "bbox":
        x, y, width, height = numbers
        return BoxTarget(box=box_of_sides((x, y, width, height)))
    return PolygonTarget(polygons=(Polygon(points=_corners(numbers)),))


def _corners(numbers: Sequence[float]) -> tuple[Point, ...]:
    return tuple(Point(x=x, y=y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def _abilities(path: Path) -> dict[str, str]:
    """The abilities of each item, joined where it needs several: {"classified": {ability: […]}}."""
    raw: Any = read_json(path) if path.is_file() else {}
    classified = raw.get("classified") if isinstance(raw, dict) else None
    found: dict[str, list[str]] = {}
    for ability, entries in sorted((classified or {}).items()):
        for entry in entries:
            found.setdefault(entry["id"] if isinstance(entry, dict) else str(entry), []).append(
                ability
            )
    return {id_: " + ".join(names) for id_, names in found.items()}
