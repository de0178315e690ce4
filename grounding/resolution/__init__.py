"""Resolution: how a screenshot becomes the images that a vision-language model reads.

`plan` decides with arithmetic alone, from a strategy's name and the size of the screen; `render`
makes the images; `Layout.to_screen` brings answers back. Nothing here needs torch.
Prevents: small targets lost because a whole screen was squeezed into one fixed square, and points
that miss because a model answered in a crop.
"""

from handeye.grounding.resolution.layout import PATCH, Grid, Layout, Level, Region, Tile
from handeye.grounding.resolution.render import render
from handeye.grounding.resolution.strategies import STRATEGIES, plan

__all__ = [
    "PATCH",
    "STRATEGIES",
    "Grid",
    "Layout",
    "Level",
    "Region",
    "Tile",
    "plan",
    "render",
]
