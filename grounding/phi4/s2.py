"""Features of a region at several levels, merged into one block of tokens (S2).

Source: "When Do We Not Need Larger Vision Models?" (Shi et al. 2024). The encoder is the caller's,
because the merged features are as many times as wide as there are levels: they go to a projector
that was trained for them, which the published checkpoint does not have.
Prevents: features of one place of the screen concatenated with those of another.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from handeye.grounding.resolution import PATCH, Layout, Level, Region

Encoder = Callable[[Sequence[Image.Image]], Sequence[Tensor]]
"""Images to the features of each, (patches, channels), row by row."""


def s2_features(layout: Layout, images: Sequence[Image.Image], encode: Encoder) -> list[Tensor]:
    """The features of each region, (tokens, channels · levels), row by row, the coarsest level's
    channels first.

    `images` are those that `render` makes of the layout. A level with more cells than the region
    has tokens is averaged over the area of each token; one with fewer is spread over them.
    """
    features = iter(encode(images))
    return [_merged(region, features) for region in layout.regions]


def _merged(region: Region, features: Iterator[Tensor]) -> Tensor:
    maps = [_map(level, features) for level in region.levels]
    pooled = [
        adaptive_avg_pool2d(each.float(), tuple(region.tokens)).to(each.dtype) for each in maps
    ]
    return torch.cat(pooled).flatten(1).T


def _map(level: Level, features: Iterator[Tensor]) -> Tensor:
    """The tiles of a level put together again, (channels, rows, columns)."""
    tiles = torch.stack([next(features) for _ in range(level.tiles.cells)])
    height, width = level.tile_size.height // PATCH, level.tile_size.width // PATCH
    channels = tiles.shape[-1]
    apart = tiles.reshape(*level.tiles, height, width, channels)
    together = apart.permute(4, 0, 2, 1, 3)  # channels, tile row, row, tile column, column
    return together.reshape(channels, level.tiles.rows * height, level.tiles.columns * width)
