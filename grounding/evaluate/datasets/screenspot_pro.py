"""ScreenSpot-Pro (Li et al. 2025): annotations/*.json and images/, boxes as corners.

The format of `own` data sets too. "gt_type": "negative" marks what is not on the screen.
Source: github.com/likaixin2000/ScreenSpot-Pro-GUI-Grounding.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import model_validator

from handeye.grounding.evaluate.datasets.reading import (
    Entry,
    annotation_files,
    box_of_corners,
    first_folder,
    read_list,
    size_of,
    ui_type_of,
)
from handeye.grounding.evaluate.items import AbsentTarget, BoxTarget, Found, Item


class ProEntry(Entry):
    """`bbox` is [x1, y1, x2, y2] in pixels of an image of `img_size`."""

    img_filename: str
    instruction: str
    bbox: tuple[float, float, float, float] | None = None
    img_size: tuple[int, int] | None = None
    id: str = ""
    gt_type: Literal["positive", "negative"] = "positive"
    ui_type: str | None = None
    platform: str | None = None
    application: str | None = None
    group: str | None = None

    @model_validator(mode="after")
    def _has_a_target(self) -> Self:
        if (self.bbox is None) != (self.gt_type == "negative"):
            raise ValueError("a positive item needs a bbox, and a negative one has none")
        return self


def read(folder: Path) -> Found:
    """Every annotation file; without a folder "annotations" or "images" those of `folder`."""
    images = first_folder(folder, ["images"])
    files = annotation_files(first_folder(folder, ["annotations"]))
    return Found.joined(read_file(path, images) for path in files)


def read_file(path: Path, images: Path) -> Found:
    """The items of one annotation file."""
    return read_list(
        path, ProEntry, lambda number, entry: pro_item(path.stem, images, number, entry)
    )


def pro_item(split: str, images: Path, number: int, entry: ProEntry) -> Item:
    """Raises ValidationError for a box that is none."""
    return Item(
        id=entry.id or f"{split}_{number}",
        image=images / entry.img_filename,
        instruction=entry.instruction,
        target=BoxTarget(box=box_of_corners(entry.bbox)) if entry.bbox else AbsentTarget(),
        size=size_of(entry.img_size),
        split=split,
        ui_type=ui_type_of(entry.ui_type),
        platform=entry.platform,
        application=entry.application,
        group=entry.group,
    )
