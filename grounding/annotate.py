"""A grounding drawn on its picture: box, crosshair and label, on light and dark screens."""

from typing import TYPE_CHECKING

from handeye.actions import Box, Point
from handeye.grounding.types import Grounding

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

_FOUND, _MAYBE, _NONE = "#d6006e", "#b35900", "#444444"


def annotated(image: "Image.Image", answer: Grounding) -> "Image.Image":
    """A copy of `image` with the answer drawn on it; alternatives are numbered when ambiguous."""
    from PIL import ImageDraw

    copy = image.convert("RGB")
    copy = copy.copy() if copy is image else copy
    draw = ImageDraw.Draw(copy)
    if answer.status == "ambiguous":
        for number, option in enumerate(answer.alternatives, 1):
            _outline(draw, option.box, _MAYBE)
            _label(draw, option.box, str(number), _MAYBE)
    elif answer.point is not None:
        _crosshair(draw, answer.point)
        around = answer.box or _around(answer.point)
        if answer.box is not None:
            _outline(draw, answer.box, _FOUND)
        _label(draw, around, f"{answer.phrase}  {answer.confidence:.2f}", _FOUND)
    else:
        _label(draw, Box(x1=4, y1=30, x2=4, y2=30), f"not found: {answer.phrase}", _NONE)
    return copy


def _around(point: Point) -> Box:
    return Box(x1=point.x - 12, y1=point.y - 12, x2=point.x + 12, y2=point.y + 12)


def _outline(draw: "ImageDraw.ImageDraw", box: Box, color: str) -> None:
    """A coloured line between two white ones, outside the box so that its text stays readable."""
    for grow, shade in ((5, "white"), (4, color), (3, color), (2, "white")):
        edges = (box.x1 - grow, box.y1 - grow, box.x2 + grow - 1, box.y2 + grow - 1)
        draw.rectangle(edges, outline=shade)


def _crosshair(draw: "ImageDraw.ImageDraw", point: Point) -> None:
    for width, shade in ((5, "white"), (3, _FOUND)):
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            start = (point.x + 4 * dx, point.y + 4 * dy)
            draw.line((start, (point.x + 14 * dx, point.y + 14 * dy)), fill=shade, width=width)


def _label(draw: "ImageDraw.ImageDraw", box: Box, text: str, color: str) -> None:
    """White on a coloured plate above the box, or below it at the top edge; kept on the picture."""
    from PIL import ImageFont

    font = ImageFont.load_default(size=15)
    text = text if len(text) <= 60 else text[:59] + "…"
    width, height = draw.textlength(text, font=font) + 12, 22
    screen_width, screen_height = draw.im.size
    x = max(0.0, min(box.x1 - 5, screen_width - width))
    y = box.y1 - 7 - height if box.y1 - 7 - height >= 0 else min(box.y2 + 7, screen_height - height)
    plate = (x, y, x + width, y + height)
    draw.rounded_rectangle(plate, radius=4, fill=color, outline="white")
    draw.text((x + 6, y + 2), text, font=font, fill="white")
