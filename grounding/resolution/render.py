"""The images of a layout.

Prevents: images that no model can use (empty, larger than memory, damaged) ending in a traceback.
"""

from typing import TYPE_CHECKING

from handeye.actions import Box, Size
from handeye.actions.errors import ImageError, UsageError
from handeye.grounding.images import MAX_PIXELS, as_rgb
from handeye.grounding.resolution.layout import Layout, cells

if TYPE_CHECKING:
    from PIL import Image


def render(layout: Layout, image: "Image.Image") -> list["Image.Image"]:
    """The RGB image of each of the layout's tiles, in their order.

    Raises ImageError; UsageError where the image is not of the layout's size.
    """
    if image.size != (layout.screen.width, layout.screen.height):
        raise UsageError(
            f"The image has {image.width}×{image.height} pixels; its layout was planned for "
            f"{layout.screen.width}×{layout.screen.height}.",
            "Plan the layout for this image.",
        )
    plain = fitted(image, layout.screen)
    images = []
    for region in layout.regions:
        for level in region.levels:
            shown = fitted(plain, level.size, region.box)
            whole = Box(x1=0, y1=0, x2=level.size.width, y2=level.size.height)
            parts = cells(whole, level.tiles)
            images += [shown.crop((part.x1, part.y1, part.x2, part.y2)) for part in parts]
    return images


def fitted(image: "Image.Image", size: Size, box: Box | None = None) -> "Image.Image":
    """The part of `image` in `box`, or all of it, as RGB of `size` pixels, bilinear.

    Transparent parts become white; of an animation it is the current frame. An image that needs
    no change is returned itself. Raises ImageError.
    """
    from PIL import Image

    check_pixels(image.width, image.height)
    part = (0, 0, *image.size) if box is None else (box.x1, box.y1, box.x2, box.y2)
    wanted = (size.width, size.height)
    try:
        image.load()
        opaque = image.mode == "RGB" and "transparency" not in image.info
        plain = image if opaque else as_rgb(image)  # a copy, which a 4K screen can do without
        if plain.size == wanted and part == (0, 0, *wanted):
            return plain
        return plain.resize(wanted, Image.Resampling.BILINEAR, box=part)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise ImageError(f"The image is damaged: {error}.", "Save it again.") from error


def check_pixels(width: int, height: int) -> None:
    """Raises ImageError for an image without pixels, or with more than memory should hold."""
    if width < 1 or height < 1:
        raise ImageError(f"The image has {width}×{height} pixels.", "Use an image with content.")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"The image has {width}×{height} pixels; the most is {MAX_PIXELS:,}.", "Scale it down."
        )
