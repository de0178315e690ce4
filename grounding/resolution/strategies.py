"""The strategies that can be chosen by name, and their rules.

They are those compared for Phi-4-reasoning-vision (Aneja et al. 2026, table 1), and pan-and-scan
(Gemma Team 2025). Prevents: comparisons in which one strategy is given more tokens than it admits.
"""

import math
import re
from collections.abc import Callable
from typing import NamedTuple

from handeye.actions import Box, Size
from handeye.actions.errors import UsageError
from handeye.grounding.resolution.crops import PAN_MOST, bands, squares
from handeye.grounding.resolution.layout import PATCH, Grid, Layout, Level, Region
from handeye.grounding.resolution.naflex import naflex_grid

SQUARE = 384
WIDE_SQUARE = 1536
PAN_SQUARE = 896
S2_SIDES = (384, 768)
WIDE_S2_SIDES = (384, 768, 1536)
NAFLEX_LEAST = 256

SQUARE_TOKENS = (SQUARE // PATCH) ** 2
S2_TOKENS = SQUARE_TOKENS // 4
PAN_TOKENS = (PAN_SQUARE // PATCH) ** 2


def naflex(screen: Size, most: int) -> tuple[Region, ...]:
    """The whole screen as one image in its own proportions, up to `most` patches."""
    least = min(NAFLEX_LEAST, most)
    grid = naflex_grid(screen.width, screen.height, patch=PATCH, least=least, most=most)
    size = Size(width=grid.columns * PATCH, height=grid.rows * PATCH)
    return (Region(box=_whole(screen), levels=(Level(size=size),), tokens=grid),)


def dynamic_s2(screen: Size, most: int) -> tuple[Region, ...]:
    """The whole screen at three levels: two squares, and the least distorting rectangle that
    squares of 384 tile; a token is 2×2 patches of the rectangle.

    Source: NVILA (Liu et al. 2024). The rectangle has no more squares than show the screen at its
    own size; of equally distorting ones it is the largest.
    """
    most_tiles = most // S2_TOKENS
    widest = min(math.ceil(screen.width / SQUARE), most_tiles)
    tallest = min(math.ceil(screen.height / SQUARE), most_tiles)

    def distortion(tiles: Grid) -> float:
        ratio = (tiles.columns * screen.height) / (tiles.rows * screen.width)
        return max(ratio, 1 / ratio)

    rectangles = (
        Grid(rows, columns)
        for rows in range(1, tallest + 1)
        for columns in range(1, widest + 1)
        if rows * columns <= most_tiles
    )
    tiles = min(rectangles, key=lambda tiles: (distortion(tiles), -tiles.cells))
    fine = Size(width=tiles.columns * SQUARE, height=tiles.rows * SQUARE)
    return (
        Region(
            box=_whole(screen),
            levels=(*_square_levels(S2_SIDES), Level(size=fine, tiles=tiles)),
            tokens=Grid(fine.height // (2 * PATCH), fine.width // (2 * PATCH)),
        ),
    )


def multi_crop(screen: Size, most: int) -> tuple[Region, ...]:
    """Squares of 384 pixels, each with its own tokens."""
    boxes = squares(screen, SQUARE, most // SQUARE_TOKENS)
    return tuple(_square_region(box, (SQUARE,)) for box in boxes)


def multi_crop_s2(screen: Size, most: int) -> tuple[Region, ...]:
    """Squares of 1536 pixels, each at three levels merged to the tokens of the coarsest.

    Source: S2, "When Do We Not Need Larger Vision Models?" (Shi et al. 2024).
    """
    boxes = squares(screen, WIDE_SQUARE, most // SQUARE_TOKENS)
    return tuple(_square_region(box, WIDE_S2_SIDES) for box in boxes)


def pan_and_scan(screen: Size, most: int) -> tuple[Region, ...]:
    """The whole screen and, where it is long or wide, bands of it, each squeezed into a square of
    896 pixels."""
    boxes = [_whole(screen), *bands(screen, most // PAN_TOKENS - 1)]
    return tuple(_square_region(box, (PAN_SQUARE,)) for box in boxes)


def _whole(screen: Size) -> Box:
    return Box(x1=0, y1=0, x2=screen.width, y2=screen.height)


def _square_levels(sides: tuple[int, ...]) -> tuple[Level, ...]:
    """Each a square, in tiles of the first one's size."""
    counts = [side // sides[0] for side in sides]
    return tuple(
        Level(size=Size(width=side, height=side), tiles=Grid(count, count))
        for side, count in zip(sides, counts, strict=True)
    )


def _square_region(box: Box, sides: tuple[int, ...]) -> Region:
    """`box` squeezed into squares; its tokens are the patches of the first."""
    cells = sides[0] // PATCH
    return Region(box=box, levels=_square_levels(sides), tokens=Grid(cells, cells))


class Strategy(NamedTuple):
    """`regions` of a screen within a number of tokens; `tokens` unless another number is asked
    for, which is not below `least`."""

    regions: Callable[[Size, int], tuple[Region, ...]]
    tokens: int
    least: int


STRATEGIES = {
    "naflex": Strategy(naflex, 3600, 1),
    "dynamic-s2": Strategy(dynamic_s2, 3096, S2_TOKENS),
    "multi-crop": Strategy(multi_crop, 3096, SQUARE_TOKENS),
    "multi-crop-s2": Strategy(multi_crop_s2, 2048, SQUARE_TOKENS),
    "pan-and-scan": Strategy(pan_and_scan, (1 + PAN_MOST) * PAN_TOKENS, PAN_TOKENS),
}


def plan(resolution: str, screen: Size) -> Layout:
    """How a screen is shown: "NAME", or "NAME:TOKENS" with the most tokens it may take
    ("naflex:2048").

    Raises UsageError for a name that is not in STRATEGIES and for a number that is none or too
    small.
    """
    name, colon, number = resolution.partition(":")
    strategy = STRATEGIES.get(name)
    if strategy is None:
        raise UsageError(
            f"There is no resolution called {name!r}.", f"Use one of: {', '.join(STRATEGIES)}."
        )
    if colon and not (re.fullmatch("[0-9]{1,6}", number) and int(number) >= strategy.least):
        raise UsageError(
            f"The resolution {resolution!r} has no usable number of tokens.",
            f"Write {name}:TOKENS with {strategy.least} or more, or only {name}.",
        )
    most = int(number) if colon else strategy.tokens
    return Layout(screen=screen, regions=strategy.regions(screen, most))
