"""A wrong answer as a picture: the screen around it, the right region, the wrong point.

Prevents: guessing from coordinates what a model took for what.
"""

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handeye.actions import Box, Point
from handeye.actions.errors import ImageError
from handeye.grounding.evaluate.detail import Detail, box_of
from handeye.grounding.evaluate.items import BoxTarget, Polygon, PolygonTarget
from handeye.grounding.evaluate.summary import distance

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

MOST = 24
"""Errors shown of a run."""

_RIGHT, _WRONG, _BANNED = "#0a8f3c", "#d6006e", "#d97700"
_MARGIN, _LEAST = 60, 480  # pixels of the screen: around what is shown, and across at least
_WIDTH, _HEIGHT = 560, 420  # of a picture, at most


def chosen(details: Sequence[Detail]) -> list[Detail]:
    """Up to MOST errors: nearest misses first, then answers without a point."""

    def order(detail: Detail) -> tuple[bool, float, str]:
        off = distance(detail)
        return off is None, off or 0.0, detail.id

    wrong = [detail for detail in details if detail.correctness != "correct"]
    return sorted(wrong, key=order)[:MOST]


def picture(detail: Detail) -> str:
    """A JPEG as a data URI: what is wanted in green, what is banned in orange, the answer in pink.

    "" where the image is not there any more.
    """
    from handeye.grounding.images import load_screenshot

    try:
        image = load_screenshot(Path(detail.img_path)).screenshot.image.copy()
    except ImageError:
        return ""
    region = view(detail, Box(x1=0, y1=0, x2=image.width, y2=image.height))
    scale = min(_WIDTH / region.width, _HEIGHT / region.height, 2.0)
    edges = (region.x1, region.y1, region.x2, region.y2)
    size = (max(1, round(region.width * scale)), max(1, round(region.height * scale)))
    cut = image.resize(size, box=edges)
    _draw(cut, detail, region, scale)
    packed = io.BytesIO()
    cut.save(packed, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(packed.getvalue()).decode()}"


def view(detail: Detail, screen: Box) -> Box:
    """The part of the screen with the target and the answer in it, with some room around them."""
    points = [*_corners(detail), *detail.answered]
    if not points:
        return screen
    xs, ys = [point.x for point in points], [point.y for point in points]
    wide, high = max(xs) - min(xs) + 2 * _MARGIN, max(ys) - min(ys) + 2 * _MARGIN
    width = max(wide, high * _WIDTH / _HEIGHT, _LEAST)
    left, right = _placed((min(xs) + max(xs)) / 2, width, screen.x2)
    top, bottom = _placed((min(ys) + max(ys)) / 2, width * _HEIGHT / _WIDTH, screen.y2)
    return Box(x1=left, y1=top, x2=right, y2=bottom)


def _placed(middle: float, length: float, end: float) -> tuple[float, float]:
    """So long around the middle, moved inside 0 to `end`."""
    length = min(length, end)
    start = min(max(middle - length / 2, 0.0), end - length)
    return start, start + length


def _corners(detail: Detail) -> list[Point]:
    goal = detail.goal
    if isinstance(goal, BoxTarget):
        return [Point(x=goal.box.x1, y=goal.box.y1), Point(x=goal.box.x2, y=goal.box.y2)]
    if isinstance(goal, PolygonTarget):
        return [point for polygon in goal.polygons for point in polygon.points]
    return []


def _draw(cut: "Image.Image", detail: Detail, region: Box, scale: float) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(cut)

    def at(point: Point) -> tuple[float, float]:
        return (point.x - region.x1) * scale, (point.y - region.y1) * scale

    def outline(points: Sequence[Point], color: str, width: int) -> None:
        places = [at(point) for point in points]
        draw.line([*places, places[0]], fill="white", width=width + 3)
        draw.line([*places, places[0]], fill=color, width=width)

    goal = detail.goal
    if isinstance(goal, BoxTarget):
        outline(_around(goal.box), _RIGHT, 3)
    if isinstance(goal, PolygonTarget):
        for polygon in goal.polygons:
            outline(polygon.points, _BANNED if polygon.banned else _RIGHT, 3)
            _label(draw, at(_middle(polygon)), str(polygon.rank or ""), _RIGHT)
    if detail.pred_bbox:
        outline(_around(box_of(detail.pred_bbox)), _WRONG, 1)
    for number, point in enumerate(detail.answered, 1):
        x, y = at(point)
        for width, color in ((6, "white"), (3, _WRONG)):
            draw.line((x - 11, y, x + 11, y), fill=color, width=width)
            draw.line((x, y - 11, x, y + 11), fill=color, width=width)
        _label(draw, (x + 14, y + 14), str(number) if len(detail.answered) > 1 else "", _WRONG)


def _around(box: Box) -> list[Point]:
    return [
        Point(x=box.x1, y=box.y1),
        Point(x=box.x2, y=box.y1),
        Point(x=box.x2, y=box.y2),
        Point(x=box.x1, y=box.y2),
    ]


def _middle(polygon: Polygon) -> Point:
    count = len(polygon.points)
    return Point(
        x=sum(point.x for point in polygon.points) / count,
        y=sum(point.y for point in polygon.points) / count,
    )


def _label(draw: "ImageDraw.ImageDraw", place: tuple[float, float], text: str, color: str) -> None:
    from PIL import ImageFont

    if text:
        font = ImageFont.load_default(size=16)
        draw.text(
            place, text, fill=color, font=font, anchor="mm", stroke_width=3, stroke_fill="white"
        )
