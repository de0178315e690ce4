"""Covers parts of a picture. Prevents: a password that is no text but still in the pixels."""

import io
from collections.abc import Sequence

from handeye.actions import Box
from handeye.envs.types import Screenshot

COLOUR = (64, 64, 64)


def covered(shot: Screenshot, boxes: Sequence[Box]) -> Screenshot:
    """The picture with each box (its own pixels) painted over; the same one where there is none."""
    if not boxes:
        return shot
    from PIL import ImageDraw

    image = shot.image.copy()
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle((int(box.x1), int(box.y1), int(box.x2) + 1, int(box.y2) + 1), COLOUR)
    data = io.BytesIO()
    image.save(data, "png", compress_level=1)
    return Screenshot(data=data.getvalue(), space=shot.space)
