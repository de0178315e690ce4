"""From a crop of a screen to what the icon network sees: where there is ink, whatever its colour.

The ink is centred and brought to one size. Prevents: a light icon on a dark button, or the same
icon in a looser box, being another icon.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 48
_INNER = 40  # the longer side of the ink
_FAINT = 6.0  # a smaller difference in colour is no ink
_INK = 0.25


def prepare(crop: Image.Image | NDArray[np.uint8]) -> NDArray[np.uint8]:
    """SIDE by SIDE, 0 for the ground and 255 for full ink; all 0 where nothing is drawn."""
    pixels = np.asarray(crop.convert("RGB") if isinstance(crop, Image.Image) else crop)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    if min(pixels.shape[:2]) < 3:
        return np.zeros((SIDE, SIDE), np.uint8)
    ink = _ink(pixels[:, :, :3])
    dark = ink > _INK
    columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    if not len(columns):
        return np.zeros((SIDE, SIDE), np.uint8)
    left, right, top, bottom = columns[0], columns[-1] + 1, rows[0], rows[-1] + 1
    width, height = right - left, bottom - top
    side = max(width, height) * SIDE / _INNER
    square = np.zeros((int(side) + 3, int(side) + 3), np.uint8)
    at_x, at_y = int((side - width) / 2) + 1, int((side - height) / 2) + 1
    square[at_y : at_y + height, at_x : at_x + width] = ink[top:bottom, left:right] * 255
    x, y = at_x - (side - width) / 2, at_y - (side - height) / 2
    box = (x, y, x + side, y + side)
    image = Image.fromarray(square).resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
    return np.asarray(image)


def _ink(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much each pixel differs from the ground, 0.0 to 1.0."""
    values = pixels.astype(np.float32)
    edge = np.concatenate([values[0], values[-1], values[1:-1, 0], values[1:-1, -1]])
    apart = values - np.median(edge, axis=0)
    ink = np.sqrt(np.einsum("hwc,hwc->hw", apart, apart) / 3)
    full = float(np.partition(ink.ravel(), -3)[-3])  # not the brightest: that may be noise
    if full < _FAINT:
        return np.zeros(ink.shape, np.float32)
    found: NDArray[np.float32] = np.minimum(ink / full, 1.0).astype(np.float32)
    return found
