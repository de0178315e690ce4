"""What a tile shows is what its box says it shows."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handeye.actions import Size
from handeye.actions.errors import ImageError, UsageError
from handeye.grounding.resolution import STRATEGIES, plan, render


def slope(width: int, height: int) -> Image.Image:
    """Red grows from left to right, green from top to bottom."""
    y, x = np.mgrid[0:height, 0:width]
    colours = [255 * (x + 0.5) / width, 255 * (y + 0.5) / height, np.zeros_like(x)]
    return Image.fromarray(np.stack(colours, -1).round().astype(np.uint8))


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@given(st.integers(1, 900), st.integers(1, 900), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=20)
def test_a_place_in_a_tile_is_the_place_on_the_screen(
    name: str, width: int, height: int, across: float, down: float
) -> None:
    screen = slope(width, height)
    layout = plan(name, Size(width=width, height=height))
    for tile, image in zip(layout.tiles, render(layout, screen), strict=True):
        assert image.size == (tile.size.width, tile.size.height)
        assert image.mode == "RGB"
        x, y = int(across * (image.width - 1)), int(down * (image.height - 1))
        red, green, blue = image.getpixel((x, y))
        place_x = tile.box.x1 + (x + 0.5) / image.width * tile.box.width
        place_y = tile.box.y1 + (y + 0.5) / image.height * tile.box.height
        # A pixel of the screen, or of the tile where that is coarser, is the most it can differ.
        pixel_x = max(1 / width, tile.box.width / image.width / width)
        pixel_y = max(1 / height, tile.box.height / image.height / height)
        assert red / 255 == pytest.approx(place_x / width, abs=pixel_x + 2 / 255)
        assert green / 255 == pytest.approx(place_y / height, abs=pixel_y + 2 / 255)
        assert blue == 0


def test_an_image_that_fits_is_not_changed() -> None:
    screen = slope(1280, 720)
    (shown,) = render(plan("naflex", Size(width=1280, height=720)), screen)
    assert shown.tobytes() == screen.tobytes()


def test_what_is_transparent_is_white_and_the_screen_is_left_alone() -> None:
    screen = Image.new("RGBA", (500, 400), (0, 0, 0, 0))
    for image in render(plan("dynamic-s2", Size(width=500, height=400)), screen):
        assert image.getextrema() == ((255, 255),) * 3
    assert screen.getpixel((0, 0)) == (0, 0, 0, 0)


def test_an_image_of_another_size_is_refused() -> None:
    with pytest.raises(UsageError, match="300×200 pixels; its layout was planned for 200×300"):
        render(plan("naflex", Size(width=200, height=300)), Image.new("RGB", (300, 200)))


def test_an_image_too_large_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    header = BytesIO()
    Image.new("1", (16, 16)).save(header, "BMP")
    data = bytearray(header.getvalue())
    data[18:26] = (20_000).to_bytes(4, "little") * 2  # width and height
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # as programs do that read large images
    layout = plan("multi-crop", Size(width=20_000, height=20_000))
    with pytest.raises(ImageError, match="20000×20000 pixels; the most is"):
        render(layout, Image.open(BytesIO(bytes(data))))
