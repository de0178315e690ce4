"""A grounding drawn on its picture: box, crosshair and label, on light and dark screens."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handeye.actions import Box, Point
from handeye.grounding.types import Candidate, Grounding

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


_ROLES = {
    "button": "#1457d9", "link": "#1457d9", "tab": "#1457d9", "menuitem": "#1457d9",
    "textbox": "#1d7a1d", "searchbox": "#1d7a1d", "combobox": "#0b7a7a", "slider": "#6b6b00",
    "checkbox": "#c1440e", "radio": "#c1440e", "switch": "#c1440e", "icon": "#8a00c2",
}  # fmt: skip


def annotated_all(image: "Image.Image", found: Sequence[Candidate]) -> "Image.Image":
    """A copy of `image` with everything that was found: boxes coloured by role, and labels."""
    from PIL import ImageDraw, ImageFont

    copy = image.convert("RGB")
    copy = copy.copy() if copy is image else copy
    draw, font = ImageDraw.Draw(copy), ImageFont.load_default(size=11)
    for each in found:
        color, box = _ROLES.get(each.role, "#808080"), each.box
        draw.rectangle((box.x1 - 1, box.y1 - 1, box.x2, box.y2), outline=color)
        if each.role == "text":
            continue  # it says what it says
        said = f"{each.role} {each.label}".strip()[:32]
        width = draw.textlength(said, font=font) + 4
        top = box.y1 - 14 if box.y1 >= 14 else box.y2
        draw.rectangle((box.x1 - 1, top, box.x1 + width, top + 13), fill=color)
        draw.text((box.x1 + 1, top), said, fill="white", font=font)
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
