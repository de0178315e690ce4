"""CUActSpot (Microsoft 2026): NAME.json beside NAME.png, polygons for one or several points.

Polygons are "Target" or "Banned"; a rank says which point has to lie in it. The English task is
asked ("task_en"); older items have it as "task". Source: github.com/microsoft/Phi-Ground.
"""

from pathlib import Path
from typing import Literal

from handeye.actions import Point
from handeye.grounding.evaluate.datasets.reading import (
    Entry,
    annotation_files,
    read_entry,
    read_json,
)
from handeye.grounding.evaluate.items import Found, Item, Polygon, PolygonTarget, Problem

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


class _Polygon(Entry):
    type: Literal["Target", "Banned"]
    points: tuple[tuple[float, float], ...]
    rank: str = ""


class CuactEntry(Entry):
    """`modality` is missing in some files; it is the beginning of the name then."""

    image_id: str
    task: str
    task_en: str = ""
    modality: str = ""
    polygons: tuple[_Polygon, ...]


def read(folder: Path) -> Found:
    """One item a file."""
    return Found.joined(_read_file(path) for path in annotation_files(folder))


def _read_file(path: Path) -> Found:
    raw = read_json(path)
    if isinstance(raw, Problem):
        return Found((), (raw,))
    return read_entry(path.name, raw, CuactEntry, lambda entry: _item(path, entry))


def _item(path: Path, entry: CuactEntry) -> Item:
    names = [path.with_suffix(ending) for ending in _PICTURES]
    return Item(
        id=entry.image_id,
        image=next((name for name in names if name.exists()), names[0]),
        instruction=entry.task_en or entry.task,
        target=PolygonTarget(polygons=tuple(map(_polygon, entry.polygons))),
        split="cuactspot",
        group=entry.modality or entry.image_id.partition("-")[0],
    )


def _polygon(polygon: _Polygon) -> Polygon:
    return Polygon(
        points=tuple(Point(x=x, y=y) for x, y in polygon.points),
        rank=int(polygon.rank) if polygon.rank.isdigit() else None,
        banned=polygon.type == "Banned",
    )
