"""Cutting blank parts out of a picture: what is written stays, and boxes find their way back."""

import numpy as np
import pytest
from PIL import Image

from handeye.actions import Box
from handeye.grounding import ocr
from handeye.grounding.blank import dense


def sheet(width: int, height: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.full((height, width, 3), 255, np.uint8)


def test_what_is_left_and_where_it_was() -> None:
    pixels = sheet(1000, 700)
    rng = np.random.default_rng(1)
    marks = (Box(x1=300, y1=200, x2=340, y2=220), Box(x1=700, y1=500, x2=790, y2=540))
    for box in marks:
        x1, y1, x2, y2 = (int(edge) for edge in (box.x1, box.y1, box.x2, box.y2))
        pixels[y1:y2, x1:x2] = rng.integers(0, 255, (y2 - y1, x2 - x1, 3))
    left = dense(pixels)
    assert left.pixels.shape[0] < 200
    assert left.pixels.shape[1] < 500
    found = np.argwhere((left.pixels != 255).any(axis=2))
    for box in marks:
        inside = [
            (y, x)
            for y, x in found
            if box.contains(left.back(Box(x1=x, y1=y, x2=x + 1, y2=y + 1)).center)
        ]
        (top, first), (bottom, last) = np.min(inside, axis=0), np.max(inside, axis=0)
        assert left.back(Box(x1=first, y1=top, x2=last + 1, y2=bottom + 1)) == box
    # Each gap lies between the marks, or before or after them: a strip may end there.
    assert all(not (left.pixels[gap - 8 : gap + 8] != 255).any() for gap in left.gaps)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 200), (40, 30), (500, 5)])
def test_small_and_empty_pictures(size: tuple[int, int]) -> None:
    left = dense(sheet(*size))
    assert left.pixels.shape[0] <= 32 or size[1] <= 32
    whole = Box(x1=0, y1=0, x2=left.pixels.shape[1], y2=left.pixels.shape[0])
    assert left.back(whole) == Box(x1=0, y1=0, x2=size[0], y2=size[1])


def test_a_full_picture_stays_as_it_is() -> None:
    pixels = np.random.default_rng(2).integers(0, 255, (90, 130, 3), np.uint8)
    left = dense(pixels)
    assert (left.pixels == pixels).all()
    assert left.gaps == ()


def test_a_line_drawn_across_the_gap_does_not_matter(form: Image.Image) -> None:
    """A vertical rule, as beside a sidebar, is the same in each row."""
    tall = Image.new("RGB", (1200, 2400), "white")
    tall.paste(form, (150, 1700))
    for y in range(2400):
        tall.putpixel((60, y), (200, 200, 200))
    (word,) = [line for line in ocr.read_text(tall) if line.text == "Nickname"]
    assert abs(word.box.x1 - 250) < 8
    assert abs(word.box.center.y - 1910) < 8
