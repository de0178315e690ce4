"""ScreenSpot (Cheng et al. 2024) and ScreenSpot-v2 (Wu et al. 2024): three files, one a platform.

Boxes are [x, y, width, height]; the type of a target is "data_type". Copies in ScreenSpot-Pro's
format (corners, "ui_type") are told apart by that field and read as such.
Sources: github.com/njucckevin/SeeClick, huggingface.co/datasets/OS-Copilot/ScreenSpot-v2.
"""

from pathlib import Path

from handeye.grounding.evaluate.datasets.reading import (
    Entry,
    annotation_files,
    box_of_sides,
    first_folder,
    read_json,
    read_list,
    ui_type_of,
)
from handeye.grounding.evaluate.datasets.screenspot_pro import read_file as read_pro_file
from handeye.grounding.evaluate.items import BoxTarget, Found, Item

_PLATFORMS = ("mobile", "desktop", "web")


class ScreenSpotEntry(Entry):
    """`data_source` is the system or site ("windows", "gitlab")."""

    img_filename: str
    bbox: tuple[float, float, float, float]
    instruction: str
    data_type: str
    data_source: str = ""


def read_v1(folder: Path) -> Found:
    """screenspot_{mobile,desktop,web}.json, images in screenspot_imgs."""
    return _read(folder, "screenspot_{}.json", "screenspot_imgs")


def read_v2(folder: Path) -> Found:
    """screenspot_{mobile,desktop,web}_v2.json, images in screenspotv2_image."""
    return _read(folder, "screenspot_{}_v2.json", "screenspotv2_image")


def _read(folder: Path, name: str, images: str) -> Found:
    pictures = first_folder(folder, [images, "images"])
    files = annotation_files(folder, [name.format(platform) for platform in _PLATFORMS])
    return Found.joined(_read_file(path, pictures) for path in files)


def _read_file(path: Path, images: Path) -> Found:
    raw = read_json(path)
    if isinstance(raw, list) and any(
        isinstance(entry, dict) and "ui_type" in entry for entry in raw
    ):
        return read_pro_file(path, images)
    return read_list(
        path, ScreenSpotEntry, lambda number, entry: _item(path.stem, images, number, entry)
    )


def _item(split: str, images: Path, number: int, entry: ScreenSpotEntry) -> Item:
    return Item(
        id=f"{split}_{number}",
        image=images / entry.img_filename,
        instruction=entry.instruction,
        target=BoxTarget(box=box_of_sides(entry.bbox)),
        split=split,
        ui_type=ui_type_of(entry.data_type),
        platform=entry.data_source or None,
        group=split.removeprefix("screenspot_").removesuffix("_v2"),
    )
