"""Images as patches, in their own proportions (NaFlex dynamic resolution).

Prevents: points that miss because an image was stretched to a fixed size, and images that no
model can use (empty, larger than memory, damaged) ending in a traceback.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from handeye.actions.errors import ImageError
from handeye.grounding.images import MAX_PIXELS, as_rgb
from handeye.grounding.phi4.config import Phi4Config

SCALES = (1e-5 / 10, 100.0)
STEP = 1e-5


class Grid(NamedTuple):
    """How many patches an image becomes, down and across."""

    rows: int
    columns: int


def grid_of(width: int, height: int, config: Phi4Config) -> Grid:
    """The patches of an image of that many pixels: as many as fit into it whole, at least
    `min_num_patches` and at most `max_num_patches`, in the nearest proportions.

    The scale is bisected between the bounds and to the step that the model was trained with;
    they decide which of two neighbouring grids an image gets. Raises ImageError.
    """
    if width < 1 or height < 1:
        raise ImageError(f"The image has {width}×{height} pixels.", "Use an image with content.")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"The image has {width}×{height} pixels; the most is {MAX_PIXELS:,}.", "Scale it down."
        )
    patch = config.vision_config.patch_size
    whole = (width // patch) * (height // patch)
    most = min(max(whole, config.min_num_patches), config.max_num_patches)

    def scaled(scale: float) -> Grid:
        return Grid(*(max(1, math.ceil(side * scale / patch)) for side in (height, width)))

    low, high = SCALES
    while high - low >= STEP:
        middle = (low + high) / 2
        if math.prod(scaled(middle)) <= most:
            low = middle
        else:
            high = middle
    return scaled(low)


def to_patches(image: Image.Image, config: Phi4Config, device: str = "cpu") -> tuple[Tensor, Grid]:
    """Patches (rows·columns, patch²·3) in float32 from −1 to 1, row by row, and their grid.

    Each patch is its pixels row by row, red, green and blue of a pixel together. Transparent
    parts become white; of an animation it is the current frame. Raises ImageError.
    """
    grid = grid_of(image.width, image.height, config)
    patch = config.vision_config.patch_size
    size = (grid.columns * patch, grid.rows * patch)
    try:
        image.load()
        opaque = image.mode == "RGB" and "transparency" not in image.info
        fitted = image if opaque else as_rgb(image)  # a copy, which a 4K screen can do without
        if fitted.size != size:
            fitted = fitted.resize(size, Image.Resampling.BILINEAR)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ImageError(f"The image is damaged: {error}.", "Save it again.") from error
    cells = np.asarray(fitted).reshape(grid.rows, patch, grid.columns, patch * 3)
    # Moved as bytes: a quarter of the memory traffic, and of the transfer to a GPU.
    values = torch.from_numpy(np.array(cells.transpose(0, 2, 1, 3), order="C"))
    flat = values.reshape(grid.rows * grid.columns, -1).to(device)
    return flat.float().div_(127.5).sub_(1), grid
