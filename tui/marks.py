"""What is drawn on a frame before it is shown: the target's box, its crosshair, what differs.

Lines are as wide as what a terminal can show of them. Prevents: a one-pixel box that is lost when
a screen becomes sixty characters.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handeye.actions import Box, Point, Value

if TYPE_CHECKING:
    from PIL import Image

COARSE = 6
"""A pen as wide as this draws for a terminal that shows characters only."""

TARGET, OTHER, HAND = "#ff2d8f", "#ffb000", "#12b5ff"


class Mark(Value):
    """Something to point out: a box, a point, or both, in screenshot pixels."""

    box: Box | None = None
    point: Point | None = None
    label: str = ""
    colour: str = TARGET


def prepared(
    image: "Image.Image", marks: Sequence[Mark], fit: tuple[int, int], pen: int, crop: Box | None
) -> "Image.Image":
    """The part `crop` of a frame, scaled into `fit` pixels, with lines that are `pen` wide."""
    from PIL import Image, ImageDraw, ImageFont

    part = crop or Box(x1=0, y1=0, x2=image.width, y2=image.height)
    scale = min(fit[0] / part.width, fit[1] / part.height)
    wide, high = (pen, 2 * pen) if pen >= COARSE else (1, 1)  # whole cells of a terminal
    size = (
        max(1, round(part.width * scale / wide)) * wide,
        max(1, round(part.height * scale / high)) * high,
    )
    edges = (part.x1, part.y1, part.x2, part.y2)
    shown = image.convert("RGB").resize(size, Image.Resampling.BOX, box=edges)
    draw = ImageDraw.Draw(shown)

    def at(x: float, y: float) -> tuple[int, int]:
        """On the picture, on the grid of the pen: a line then fills whole cells."""
        near = ((x - part.x1) * scale, (y - part.y1) * scale)
        return round(near[0] / pen) * pen, round(near[1] / pen) * pen

    for mark in marks:
        if mark.box is not None:
            (x1, y1), (x2, y2) = at(mark.box.x1, mark.box.y1), at(mark.box.x2, mark.box.y2)
            outer = (x1 - pen, y1 - pen, max(x2, x1 + pen) + pen - 1, max(y2, y1 + pen) + pen - 1)
            draw.rectangle(outer, outline=mark.colour, width=pen)
            if mark.label and pen < COARSE:
                font = ImageFont.load_default(size=14)
                y = y1 - 20 if y1 >= 20 else outer[3] + 2
                draw.text(
                    (x1, y), mark.label, mark.colour, font, stroke_width=2, stroke_fill="white"
                )
        if mark.point is not None:
            x, y = at(mark.point.x - pen / 2 / scale, mark.point.y - pen / 2 / scale)
            reach = 2 * pen if pen >= COARSE else 4 * pen
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                end = (x + dx * reach, y + dy * reach)
                start = (x + dx * pen, y + dy * pen)
                xs, ys = sorted((start[0], end[0])), sorted((start[1], end[1]))
                draw.rectangle((xs[0], ys[0], xs[1] + pen - 1, ys[1] + pen - 1), fill=mark.colour)
    return shown


def difference(before: "Image.Image", after: "Image.Image") -> tuple["Image.Image", float]:
    """What changed, in colour on a faint picture, and the share of the pixels that did."""
    from PIL import Image, ImageChops

    if before.size != after.size:
        before = before.resize(after.size)
    changed = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).convert("L")
    mask = changed.point([255 if value > 12 else 0 for value in range(256)])
    share = mask.histogram()[255] / (mask.width * mask.height)
    faint = Image.blend(
        after.convert("L").convert("RGB"), Image.new("RGB", after.size, "white"), 0.6
    )
    faint.paste(Image.new("RGB", after.size, TARGET), mask=mask)
    return faint, share


def around(point: Point, width: int, height: int, zoom: float) -> Box:
    """The part of a screen that is shown when the picture is `zoom` times closer."""
    w, h = width / zoom, height / zoom
    x = min(max(0.0, point.x - w / 2), width - w)
    y = min(max(0.0, point.y - h / 2), height - h)
    return Box(x1=x, y1=y, x2=x + w, y2=y + h)
