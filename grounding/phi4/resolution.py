"""A screen as the images of a prompt, in the resolution asked for.

Prevents: features that the checkpoint was never trained on, and a resolution that the model
undoes in silence by resizing the images again.
"""

from PIL import Image

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.patches import grid_of
from handeye.grounding.resolution import Layout, plan, render

LARGE = Size(width=3840, height=2160)  # uses as many tokens as a number of them allows


def screen_images(
    image: Image.Image, config: Phi4Config, resolution: str = "naflex"
) -> list[Image.Image]:
    """The images that stand for a screen in a prompt, in their order.

    "naflex" is the checkpoint's own way and leaves the image to it; the others are those of
    `handeye.grounding.resolution.plan`. The model was trained with NaFlex alone and answers
    relative to the whole screen.

    Raises ImageError; UsageError for a resolution that `check_resolution` refuses.
    """
    if resolution == "naflex":
        return [image]
    layout = _layout(Size(width=image.width, height=image.height), config, resolution)
    return render(layout, image)


def check_resolution(config: Phi4Config, resolution: str) -> None:
    """Raises UsageError for a resolution that is unknown, that needs a projector trained for S2,
    or whose images have more or fewer patches than the model takes."""
    if resolution != "naflex":
        _layout(LARGE, config, resolution)


def _layout(screen: Size, config: Phi4Config, resolution: str) -> Layout:
    layout = plan(resolution, screen)
    if layout.multiscale:
        raise UsageError(
            f"The resolution {resolution!r} concatenates features of several scales (S2); the "
            "projector of this checkpoint was not trained for them.",
            "Use naflex, multi-crop or pan-and-scan.",
        )
    for tile in layout.tiles:
        if grid_of(tile.size.width, tile.size.height, config) != tile.grid:
            raise UsageError(
                f"The resolution {resolution!r} makes an image of {tile.grid.cells} patches; the "
                f"model takes {config.min_num_patches} to {config.max_num_patches}.",
                "Use naflex, or another number of tokens.",
            )
    return layout
