"""Annotation files into items: what the readers of all formats share.

Prevents: one bad entry of 1,581 that ends the reading of all, or vanishes in silence.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from pydantic import ConfigDict, ValidationError

from handeye.actions import Box, Size, Value
from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.items import Found, Item, Problem, UiType


class Entry(Value):
    """One entry of an annotation file; what a format has beyond the fields needed is left alone."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")


E = TypeVar("E", bound=Entry)


def read_list(path: Path, kind: type[E], to_item: Callable[[int, E], Item]) -> Found:
    """The items of a file that holds a JSON list; `to_item` gets the position and the entry.

    An entry that is not a `kind`, or that `to_item` refuses with a ValidationError, is a problem.
    """
    raw = read_json(path)
    if isinstance(raw, Problem):
        return Found((), (raw,))
    if not isinstance(raw, list):
        return Found((), (Problem(where=path.name, what="it is no JSON list", left_out=True),))
    return Found.joined(
        read_entry(f"{path.name}, entry {number}", entry, kind, partial(to_item, number))
        for number, entry in enumerate(raw)
    )


def read_entry(where: str, raw: Any, kind: type[E], to_item: Callable[[E], Item]) -> Found:
    """The item that `raw` makes, or why it makes none."""
    try:
        return Found((to_item(kind.model_validate(raw)),))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        what = f"{field}: {first['msg']}" if field else first["msg"]
        return Found((), (Problem(where=where, what=what, left_out=True),))


def read_json(path: Path) -> Any:
    """What the file holds, or the Problem with it."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        what = f"it cannot be read: {error.strerror}"
    except ValueError as error:  # no JSON, or no UTF-8
        what = f"it is no JSON: {error}"
    return Problem(where=path.name, what=what, left_out=True)


def first_folder(root: Path, names: Iterable[str]) -> Path:
    """The first of the folders that is there, else `root` itself."""
    return next((root / name for name in names if (root / name).is_dir()), root)


def annotation_files(folder: Path, names: Sequence[str] = (), wanted: str = "*.json") -> list[Path]:
    """The files of `names` that are there, or without names all like `wanted`, sorted.

    Raises UsageError when there is none.
    """
    if names:
        found = [folder / name for name in names if (folder / name).is_file()]
    else:
        found = sorted(folder.glob(wanted))
    if not found:
        expected = ", ".join(names) or wanted
        raise UsageError(f"{folder} holds no annotations ({expected}).", "Check --data.")
    return found


def box_of_corners(numbers: tuple[float, float, float, float]) -> Box:
    """[x1, y1, x2, y2]."""
    x1, y1, x2, y2 = numbers
    return Box(x1=x1, y1=y1, x2=x2, y2=y2)


def box_of_sides(numbers: tuple[float, float, float, float]) -> Box:
    """[x, y, width, height]."""
    x, y, width, height = numbers
    return Box(x1=x, y1=y, x2=x + width, y2=y + height)


def size_of(numbers: tuple[int, int] | None) -> Size | None:
    """[width, height]."""
    return Size(width=numbers[0], height=numbers[1]) if numbers else None


def ui_type_of(text: str | None) -> UiType | None:
    return "text" if text == "text" else "icon" if text == "icon" else None
