"""NaFlex dynamic resolution: an image in its own proportions, as whole patches.

Source: SigLIP 2 (Tschannen et al. 2025). Prevents: targets that change shape because an image was
stretched to a fixed size.
"""

import math

from handeye.grounding.resolution.layout import Grid

SCALES = (1e-5 / 10, 100.0)
STEP = 1e-5


def naflex_grid(width: int, height: int, *, patch: int, least: int, most: int) -> Grid:
    """The patches of an image of that many pixels: as many as fit into it whole, at least `least`
    and at most `most`, in the nearest proportions.

    The scale is bisected between the bounds and to the step that the encoder was trained with;
    they decide which of two neighbouring grids an image gets.
    """
    wanted = min(max((width // patch) * (height // patch), least), most)

    def scaled(scale: float) -> Grid:
        return Grid(*(max(1, math.ceil(side * scale / patch)) for side in (height, width)))

    low, high = SCALES
    while high - low >= STEP:
        middle = (low + high) / 2
        if scaled(middle).cells <= wanted:
            low = middle
        else:
            high = middle
    return scaled(low)
