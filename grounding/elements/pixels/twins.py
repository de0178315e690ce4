"""Lone signs that were read as the same, but do not look the same.

A sign by itself has no word that would help to read it: a slash is read as a 7. Prevents: two keys
of a calculator having one name.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.ocr import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SURE = 0.97  # confidence from which a reading is not doubted
_HEIGHT = 1.3  # times as high: no longer the same type
_ALIKE = 0.6  # correlation of two looks of one sign
_SIDE = 16  # pixels of a look


def without_false_twins(picture: Picture, lines: Sequence[Line]) -> list[Line]:
    """The lines less signs that look unlike a sign of the same name that was read more surely."""
    lone = [line for line in lines if len(line.text.strip()) == 1]
    false = [
        line
        for line in lone
        if line.confidence < _SURE
        and any(_is_false(picture, line, other) for other in lone if other.text == line.text)
    ]
    return [line for line in lines if line not in false]


def _is_false(picture: Picture, line: Line, sure: Line) -> bool:
    low, high = sorted((line.box.height, sure.box.height))
    if sure.confidence < max(_SURE, line.confidence) or high > _HEIGHT * low:
        return False
    return bool((_look(picture, line) * _look(picture, sure)).mean() < _ALIKE)


def _look(picture: Picture, line: Line) -> "NDArray[np.float64]":
    """How far each part of a sign differs from its ground: of one size, mean 0, deviation 1."""
    import cv2
    import numpy as np

    grey = picture.cut(picture.pixels, line.box).mean(axis=2)
    if not grey.size or not np.ptp(grey):
        return np.zeros((_SIDE, _SIDE))
    far = np.abs(grey - np.median(grey))
    rows, columns = (np.flatnonzero(far.max(axis=axis) > 0.5 * far.max()) for axis in (1, 0))
    ink = far[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    look = cv2.resize(ink, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray((look - look.mean()) / (look.std() or 1.0), dtype=float)
