"""A lone sign that was misread as one that stands elsewhere is told from it by its look."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from handeye.actions import Box
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.pixels.twins import without_false_twins
from handeye.grounding.ocr import Line

FONT = ImageFont.load_default(20)


def test_only_what_looks_otherwise_and_was_read_less_surely_goes() -> None:
    image = Image.new("RGB", (400, 60), "white")
    draw = ImageDraw.Draw(image)
    lines = []
    for n, (drawn, read, confidence) in enumerate(
        [
            ("7", "7", 1.0),
            ("/", "7", 0.9),  # the slash
            ("7", "7", 0.6),  # read badly, and yet a 7
            ("/", "/", 0.9),  # nothing is called alike
            ("+", "4", 1.0),
            ("4", "4", 1.0),  # both are sure
            ("", "7", 0.7),  # nothing is there
        ]
    ):
        place = (20 + 50 * n, 20)
        draw.text(place, drawn, "black", FONT)
        x1, y1, x2, y2 = draw.textbbox(place, drawn or "7", FONT)
        box = Box(x1=x1 - 2, y1=y1 - 2, x2=x2 + 2, y2=y2 + 2)
        lines.append(Line(text=read, box=box, confidence=confidence))
    kept = without_false_twins(Picture(np.asarray(image)), lines)
    assert [lines.index(line) for line in kept] == [0, 2, 3, 4, 5]
