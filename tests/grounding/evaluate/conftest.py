"""Tiny data sets in the official layouts, and details of answers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from handeye.grounding.evaluate.detail import Detail

SHARED = Path("/work/shared/data")


@pytest.fixture
def shared() -> Path:
    """Real annotations and pictures, which are not part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not on this machine")
    return SHARED


def draw(path: Path, size: tuple[int, int] = (400, 300)) -> None:
    """A picture of its own for every name, with a dark square at (100, 100)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shade = 255 - sum(path.name.encode()) % 40
    image = Image.new("RGB", size, (shade, shade, 255))
    ImageDraw.Draw(image).rectangle((100, 100, 139, 119), fill="#202020")
    image.save(path)


@pytest.fixture
def drawn() -> Callable[..., None]:
    return draw


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


@pytest.fixture
def written() -> Callable[[Path, Any], None]:
    return write_json


def pro_entry(number: int, image: str = "a.png", **fields: Any) -> dict[str, Any]:
    return {
        "img_filename": image,
        "bbox": [100, 100, 140, 120],
        "instruction": f"press button {number}",
        "instruction_cn": "按下按钮",
        "id": f"demo_{number}",
        "application": "demo",
        "platform": "linux",
        "img_size": [400, 300],
        "ui_type": "text" if number % 2 else "icon",
        "group": "Dev",
        **fields,
    }


@pytest.fixture
def pro(tmp_path: Path) -> Callable[..., Path]:
    """Writes entries in ScreenSpot-Pro's layout, with a picture for each name in them."""

    def write(entries: list[dict[str, Any]]) -> Path:
        folder = tmp_path / "data"
        write_json(folder / "annotations" / "demo_linux.json", entries)
        for entry in entries:
            draw(folder / "images" / entry["img_filename"])
        return folder

    return write


@pytest.fixture
def entry() -> Callable[..., dict[str, Any]]:
    return pro_entry


@pytest.fixture
def detail() -> Callable[..., Detail]:
    """An answered detail; 20×20 box at (10, 10) unless the fields say else."""

    def make(id_: str = "one", **fields: Any) -> Detail:
        return Detail.model_validate({"id": id_, "bbox": [10, 10, 30, 30], **fields})

    return make
