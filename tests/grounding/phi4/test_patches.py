"""Grids and patch values: those of transformers' own processor, for any image."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from transformers.models.siglip2.image_processing_pil_siglip2 import (
    Siglip2ImageProcessorPil,
    get_image_size_for_max_num_patches,
)

from handeye.actions.errors import ImageError
from handeye.grounding.images import load_screenshot
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.patches import grid_of, to_patches

sides = st.integers(1, 6000)


def config_of(least: int, most: int) -> Phi4Config:
    shape = dict.fromkeys(
        ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
         "num_attention_heads", "num_key_value_heads", "max_position_embeddings"), 1,
    )  # fmt: skip
    return Phi4Config(
        model_type="phi4-siglip", min_num_patches=least, max_num_patches=most,
        rms_norm_eps=1e-5, rope_theta=1.0, **shape,
    )  # fmt: skip


PUBLISHED = config_of(256, 3600)
SMALL = config_of(4, 24)


@pytest.mark.parametrize(
    ("width", "height", "columns", "rows"),
    [
        (1280, 720, 80, 45),
        (1920, 1080, 80, 45),
        (2560, 1440, 80, 45),
        (3840, 2160, 80, 45),
        (1920, 1200, 76, 47),
        (1024, 768, 64, 48),
        (960, 540, 59, 33),
        (100, 100, 16, 16),
    ],
)
def test_screens_of_usual_sizes(width: int, height: int, columns: int, rows: int) -> None:
    assert grid_of(width, height, PUBLISHED) == (rows, columns)


@given(width=sides, height=sides)
def test_any_size_gets_the_grid_of_the_published_processor(width: int, height: int) -> None:
    grid = grid_of(width, height, PUBLISHED)
    most = min(max((width // 16) * (height // 16), 256), 3600)
    wanted = get_image_size_for_max_num_patches(height, width, 16, most)
    assert (grid.rows * 16, grid.columns * 16) == wanted
    assert 1 <= grid.rows * grid.columns <= most


@given(
    width=st.integers(1, 150),
    height=st.integers(1, 150),
    mode=st.sampled_from(["RGB", "L", "P", "CMYK", "1"]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=60)
def test_any_image_gets_the_values_of_the_published_processor(
    width: int, height: int, mode: str, seed: int
) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    image = Image.fromarray(noise).convert(mode)
    patches, grid = to_patches(image, SMALL)
    most = min(max((width // 16) * (height // 16), 4), 24)
    wanted = Siglip2ImageProcessorPil(patch_size=16)(
        image.convert("RGB"), max_num_patches=most, return_tensors="pt"
    )
    assert wanted["spatial_shapes"][0].tolist() == list(grid)
    count = grid.rows * grid.columns
    assert patches.shape == (count, 768)
    assert (patches - wanted["pixel_values"][0][:count]).abs().max().item() <= 1e-6
    assert not wanted["pixel_attention_mask"][0][count:].any()


def test_a_patch_is_its_pixels_row_by_row() -> None:
    image = Image.new("RGB", (48, 32), "black")
    image.putpixel((17, 18), (255, 0, 51))  # patch of row 1, column 1; its row 2, column 1
    patches, grid = to_patches(image, config_of(4, 6))
    assert grid == (2, 3)
    start = (2 * 16 + 1) * 3
    assert patches[4, start : start + 3].tolist() == pytest.approx([1.0, -1.0, -0.6])
    assert (patches == -1).sum().item() == patches.numel() - 2


@pytest.mark.parametrize("size", [(0, 0), (0, 10), (10, 0)])
def test_an_image_without_pixels(size: tuple[int, int]) -> None:
    with pytest.raises(ImageError, match="0"):
        to_patches(Image.new("RGB", size), PUBLISHED)


def test_an_image_too_large_is_refused_before_it_is_unpacked(monkeypatch: Any) -> None:
    header = BytesIO()
    Image.new("1", (16, 16)).save(header, "BMP")
    data = bytearray(header.getvalue())
    data[18:26] = (20_000).to_bytes(4, "little") * 2  # width and height
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # as programs do that read large images
    image = Image.open(BytesIO(bytes(data)))
    assert image.size == (20_000, 20_000)
    with pytest.raises(ImageError, match="20000×20000 pixels; the most is"):
        to_patches(image, PUBLISHED)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1), (16, 16)])
def test_extreme_proportions(width: int, height: int) -> None:
    patches, grid = to_patches(Image.new("RGB", (width, height), "white"), PUBLISHED)
    assert len(patches) == grid.rows * grid.columns <= 256
    assert (patches == 1).all()


def test_deep_shades_are_scaled(tmp_path: Path) -> None:
    deep = Image.new("I;16", (64, 64), 0x8000)
    assert to_patches(deep, SMALL)[0].abs().max().item() < 0.01
    deep.save(tmp_path / "deep.png")
    shot = load_screenshot(tmp_path / "deep.png").screenshot.image
    assert to_patches(shot, SMALL)[0].abs().max().item() < 0.01


def test_transparent_is_white() -> None:
    assert (to_patches(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), SMALL)[0] == 1).all()


def test_an_animation_is_its_first_frame_until_moved_on() -> None:
    packed = BytesIO()
    frames = [Image.new("RGB", (64, 64), color) for color in ("black", "white")]
    frames[0].save(packed, "GIF", save_all=True, append_images=frames[1:])
    assert (to_patches(Image.open(packed), SMALL)[0] == -1).all()


def test_a_picture_that_is_cut_off(draw: Callable[..., Image.Image]) -> None:
    packed = BytesIO()
    draw(200, 200).save(packed, "PNG")
    with pytest.raises(ImageError, match="damaged"):
        to_patches(Image.open(BytesIO(packed.getvalue()[:500])), PUBLISHED)


def test_the_image_is_left_as_it_was(draw: Callable[..., Image.Image]) -> None:
    image = draw(64, 48)
    before = image.tobytes()
    patches, _ = to_patches(image, config_of(4, 12))
    patches.zero_()
    assert image.tobytes() == before
