"""A data set before its run: are the images there and whole, and do the targets lie on them?

Prevents: wrong labels and torn downloads that are found after hours, or never.
"""

import hashlib
import io
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from handeye.actions import Box, Size
from handeye.grounding.evaluate.items import (
    BoxTarget,
    Dataset,
    Found,
    Item,
    Polygon,
    PolygonTarget,
    Problem,
)


class _Image(NamedTuple):
    """What a file is: the hash of its bytes and its size, or what is wrong with it."""

    sha256: str
    size: Size | None
    what: str = ""


def checked(name: str, folder: Path, found: Found) -> Dataset:
    """`found` as a data set: without the items that cannot be asked, with every problem listed."""
    paths = list(dict.fromkeys(item.image for item in found.items))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        images = dict(zip(paths, pool.map(_look_at, paths), strict=True))
    ids = Counter(item.id for item in found.items)
    items, problems = [], list(found.problems)
    digest = hashlib.sha256()
    for item in found.items:
        image = images[item.image]
        wrong = list(_problems(item, image, ids[item.id]))
        problems += wrong
        if not any(problem.left_out for problem in wrong):
            items.append(item)
        place = Path(os.path.relpath(item.image, folder)).as_posix()
        pinned = item.model_copy(update={"image": Path(place)})
        digest.update(f"{pinned.model_dump_json()}\n{image.sha256}\n".encode())
    return Dataset(name, tuple(items), tuple(problems), digest.hexdigest())


def _look_at(path: Path) -> _Image:
    from PIL import Image, UnidentifiedImageError

    try:
        data = path.read_bytes()
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"{error.strerror}"
        return _Image("", None, f"the image {reason}")
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        with Image.open(io.BytesIO(data)) as image:
            size = Size(width=image.width, height=image.height)
            if image.format == "JPEG":  # which has no checksums: decoded at an eighth of its size
                image.draft("L", (1, 1))
                image.load()
            else:
                image.verify()
    except UnidentifiedImageError:
        return _Image(sha256, None, "the image is no picture")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        return _Image(sha256, None, f"the image is broken: {error}")
    return _Image(sha256, size)


def _problems(item: Item, image: _Image, same_id: int) -> Iterator[Problem]:
    where = f"{item.id} ({item.image.name})"
    if image.what:
        yield Problem(where=where, what=image.what, left_out=True)
    if same_id > 1:
        what = f"{same_id} items have this id"
        yield Problem(where=where, what=what, left_out=True)
    if item.size and image.size and item.size != image.size:
        was, said = image.size, item.size
        what = f"the image is {was.width}×{was.height}, not {said.width}×{said.height}"
        yield Problem(where=where, what=what, left_out=True)
    size = image.size or item.size
    if size and (what := _off_the_image(item, size)):
        yield Problem(where=where, what=what, left_out=bool(image.what))


def _off_the_image(item: Item, size: Size) -> str:
    screen = Box(x1=0, y1=0, x2=size.width, y2=size.height)
    if isinstance(item.target, BoxTarget):
        box = item.target.box
        if box.area == 0:
            return "the box is empty"
        if box.intersection(screen) != box:
            return (
                f"the box ({box.x1:g}, {box.y1:g}, {box.x2:g}, {box.y2:g}) leaves the image of "
                f"{size.width}×{size.height}"
            )
    polygons = item.target.polygons if isinstance(item.target, PolygonTarget) else ()
    if any(_bounds(polygon).intersection(screen) is None for polygon in polygons):
        return "a polygon lies beside the image"
    return ""


def _bounds(polygon: Polygon) -> Box:
    xs = [point.x for point in polygon.points]
    ys = [point.y for point in polygon.points]
    return Box(x1=min(xs), y1=min(ys), x2=max(xs), y2=max(ys))
