"""Images as patches, in their own proportions (NaFlex dynamic resolution).

Prevents: a screen that reaches the model in other values, or in another grid, than those it was
trained with.
"""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from handeye.actions import Size
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.resolution.layout import Grid
from handeye.grounding.resolution.naflex import naflex_grid
from handeye.grounding.resolution.render import check_pixels, fitted


def grid_of(width: int, height: int, config: Phi4Config) -> Grid:
    """The patches of an image of that many pixels, within the checkpoint's limits.

    Raises ImageError.
    """
    check_pixels(width, height)
    return naflex_grid(
        width,
        height,
        patch=config.vision_config.patch_size,
        least=config.min_num_patches,
        most=config.max_num_patches,
    )


def to_patches(image: Image.Image, config: Phi4Config, device: str = "cpu") -> tuple[Tensor, Grid]:
    """Patches (rows·columns, patch²·3) in float32 from −1 to 1, row by row, and their grid.

    Each patch is its pixels row by row, red, green and blue of a pixel together. Transparent
    parts become white; of an animation it is the current frame. Raises ImageError.
    """
    grid = grid_of(image.width, image.height, config)
    patch = config.vision_config.patch_size
    size = Size(width=grid.columns * patch, height=grid.rows * patch)
    cells = np.asarray(fitted(image, size)).reshape(grid.rows, patch, grid.columns, patch * 3)
    # Moved as bytes: a quarter of the memory traffic, and of the transfer to a GPU.
    values = torch.from_numpy(np.array(cells.transpose(0, 2, 1, 3), order="C"))
    flat = values.reshape(grid.rows * grid.columns, -1).to(device)
    return flat.float().div_(127.5).sub_(1), grid
