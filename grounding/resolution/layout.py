"""Which parts of a screen a model gets to see, how large, and as how many tokens.

Every strategy is described in the same words: a layout is a row of *regions*, each one block of
tokens for the language model; a region is shown at one *level* of detail, or at several whose
features are concatenated on channels (S2); a level is cut into *tiles*, the images that the vision
encoder takes.
"""

from typing import NamedTuple

from handeye.actions import Box, Size, Value
from handeye.actions.geometry import box_from_part

PATCH = 16
"""The side of a patch in pixels, as in SigLIP-2 NaFlex."""


class Grid(NamedTuple):
    """Cells of equal size, down and across."""

    rows: int
    columns: int

    @property
    def cells(self) -> int:
        return self.rows * self.columns


class Level(Value):
    """A region resized to `size` pixels and cut into tiles of equal size."""

    size: Size
    tiles: Grid = Grid(1, 1)

    @property
    def tile_size(self) -> Size:
        """Pixels of one tile."""
        return Size(
            width=self.size.width // self.tiles.columns, height=self.size.height // self.tiles.rows
        )


class Region(Value):
    """A part of the screen that is one block of tokens, row by row.

    `box` is in screenshot pixels. `levels` go from coarse to fine; with one level a token is a
    patch of its tile, with several it is a cell of the levels' features merged to `tokens`.
    """

    box: Box
    levels: tuple[Level, ...]
    tokens: Grid


class Tile(Value):
    """One image for the vision encoder.

    `box`: what it shows, in screenshot pixels, between whole pixels where a level was resized.
    `size`: its own pixels, whole patches both ways. `region`, `level`: places in the layout.
    """

    box: Box
    size: Size
    region: int
    level: int

    @property
    def grid(self) -> Grid:
        """The patches that the encoder cuts it into."""
        return Grid(self.size.height // PATCH, self.size.width // PATCH)


class Layout(Value):
    """How a screen of `screen` pixels is shown; `plan` makes it. Equal inputs, equal layouts."""

    screen: Size
    regions: tuple[Region, ...]

    @property
    def tokens(self) -> int:
        """The tokens that the language model reads."""
        return sum(region.tokens.cells for region in self.regions)

    @property
    def patches(self) -> int:
        """The patches that the vision encoder works on."""
        return sum(tile.grid.cells for tile in self.tiles)

    @property
    def multiscale(self) -> bool:
        """Whether features of several levels are concatenated (S2), which needs a projector that
        was trained for it."""
        return any(len(region.levels) > 1 for region in self.regions)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """Every tile: region by region, level by level, row by row."""
        return tuple(
            Tile(box=box, size=level.tile_size, region=at, level=depth)
            for at, region in enumerate(self.regions)
            for depth, level in enumerate(region.levels)
            for box in cells(region.box, level.tiles)
        )

    def to_screen(self, box: Box, region: int | None = None) -> Box:
        """A box in relative coordinates (0 to 1) to screenshot pixels.

        Relative to the whole screen, or to the region of that number for a model that answers in
        the crop. A point is a box without extent.
        """
        whole = Box(x1=0, y1=0, x2=self.screen.width, y2=self.screen.height)
        return box_from_part(box, whole if region is None else self.regions[region].box)


def cells(box: Box, grid: Grid) -> list[Box]:
    """The parts of `box`, row by row. Neighbours share their edge exactly."""
    across = _edges(box.x1, box.x2, grid.columns)
    down = _edges(box.y1, box.y2, grid.rows)
    return [
        Box(x1=across[column], y1=down[row], x2=across[column + 1], y2=down[row + 1])
        for row in range(grid.rows)
        for column in range(grid.columns)
    ]


def _edges(start: float, stop: float, count: int) -> list[float]:
    inner = [start + (stop - start) * step / count for step in range(count)]
    return [*inner, stop]  # not computed, as it may come out a rounding past the screen
