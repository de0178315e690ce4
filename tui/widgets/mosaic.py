"""A picture in characters, for terminals without graphics: four dots a character, two colours each.

Twice as many dots as half blocks have, so that a button is still a button at sixty columns.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from textual_image.widget import get_cell_size

if TYPE_CHECKING:
    from PIL import Image

_SIGNS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"  # bit 0: top left, 1: top right, 2: bottom left, 3: bottom right
_FLAT = 24  # dots that differ by less, of 255, are one colour


class Mosaic(Widget):
    """Shows `strips` of an image, which are made by a worker."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._image: Image.Image | None = None
        self._strips: list[Strip] = []

    @property
    def image(self) -> "Image.Image | None":
        return self._image

    def show(self, image: "Image.Image | None", lines: list[Strip]) -> None:
        """The image is scaled for a terminal's cells already; it is shown at that size."""
        before = self.get_content_width(self.size, self.size), len(self._strips)
        self._image, self._strips = image, lines
        after = self.get_content_width(self.size, self.size), len(lines)
        self.refresh(layout=before != after)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        return self._strips[0].cell_length if self._strips else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._strips)

    def render_line(self, y: int) -> Strip:
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)


def strips(image: "Image.Image") -> list[Strip]:
    """One strip a line; each character has the two colours that part its four dots best."""
    import numpy as np
    from PIL import Image

    cell = get_cell_size()
    columns = max(1, round(image.width / cell.width))
    rows = max(1, round(image.height / cell.height))
    small = image.convert("RGB").resize((columns * 2, rows * 2), Image.Resampling.BOX)
    dots = np.asarray(small, dtype=np.float32).reshape(rows, 2, columns, 2, 3)
    dots = dots.transpose(0, 2, 1, 3, 4).reshape(rows, columns, 4, 3)
    light = dots @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    low, high = light.min(axis=2, keepdims=True), light.max(axis=2, keepdims=True)
    bright = (light > (low + high) / 2) & (high - low > _FLAT)
    signs = (bright * np.array([1, 2, 4, 8])).sum(axis=2)
    front = _mean(np, dots, bright)
    back = _mean(np, dots, ~bright)
    return [_strip(signs[row], front[row], back[row]) for row in range(rows)]


def _mean(np: Any, dots: Any, chosen: Any) -> Any:
    weight = chosen[..., None]
    count = np.maximum(1, weight.sum(axis=2))
    return ((dots * weight).sum(axis=2) / count).round().astype(int)


def _strip(signs: Any, front: Any, back: Any) -> Strip:
    segments: list[Segment] = []
    for sign, fore, ground in zip(signs.tolist(), front.tolist(), back.tolist(), strict=True):
        style = _style(*(fore if sign else ground), *ground)
        segments.append(Segment(_SIGNS[sign], style))
    return Strip(Segment.simplify(segments), len(signs))


@lru_cache(maxsize=8192)
def _style(red: int, green: int, blue: int, *ground: int) -> Style:
    return Style(color=Color.from_rgb(red, green, blue), bgcolor=Color.from_rgb(*ground))
