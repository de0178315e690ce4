"""Screens prepared in another resolution reach the model as they were prepared."""

from collections.abc import Callable
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.config import Phi4Config
from handeye.grounding.phi4.patches import grid_of, to_patches
from handeye.grounding.phi4.resolution import check_resolution, screen_images
from handeye.grounding.resolution import plan

Draw = Callable[..., Image.Image]

PUBLISHED = Phi4Config.model_validate(
    {
        "model_type": "phi4-siglip", "vocab_size": 1, "hidden_size": 1, "intermediate_size": 1,
        "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1,
        "max_position_embeddings": 1, "rms_norm_eps": 1e-5, "rope_theta": 1.0,
    }
)  # fmt: skip


@given(st.integers(1, 6000), st.integers(1, 6000))
def test_naflex_is_the_models_own_way(width: int, height: int) -> None:
    (region,) = plan("naflex", Size(width=width, height=height)).regions
    assert region.tokens == grid_of(width, height, PUBLISHED)


def test_naflex_leaves_the_image_to_the_model(draw: Draw) -> None:
    screen = draw(2000, 1125)
    assert screen_images(screen, PUBLISHED) == [screen]
    (prepared,) = screen_images(screen, PUBLISHED, "naflex:3600")
    assert prepared.size == (1280, 720)
    assert torch.equal(to_patches(prepared, PUBLISHED)[0], to_patches(screen, PUBLISHED)[0])


@given(
    st.integers(4, 1500),
    st.integers(4, 1500),
    st.sampled_from(["multi-crop", "pan-and-scan"])
    | st.integers(256, 3600).map(lambda most: f"naflex:{most}"),
)
@settings(max_examples=50)
def test_the_model_does_not_resize_what_was_prepared(
    width: int, height: int, resolution: str
) -> None:
    layout = plan(resolution, Size(width=width, height=height))
    images = screen_images(Image.new("RGB", (width, height)), PUBLISHED, resolution)
    assert [grid_of(*image.size, PUBLISHED) for image in images] == [
        tile.grid for tile in layout.tiles
    ]


def test_a_model_reads_the_crops_of_a_screen(written: Callable[..., Any], draw: Draw) -> None:
    from handeye.grounding.phi4 import load

    folder = written(min_num_patches=256, max_num_patches=600, max_position_embeddings=4096)
    model = load(folder, dtype="fp32", device="cpu")
    screen = draw(960, 540)
    fewer = screen_images(screen, model.config, "naflex:300")
    assert [len(features) for features in model.encode(fewer)] == [23 * 13]
    crops = screen_images(screen, model.config, "multi-crop:1728")
    assert [len(features) for features in model.encode(crops)] == [576] * 2
    prompt = [5, *([IMAGE] * len(crops)), 7]
    assert model.logits(prompt, crops).shape == (2 + 2 * 576, 160)


@pytest.mark.parametrize("resolution", ["dynamic-s2", "multi-crop-s2"])
def test_features_of_several_scales_need_another_projector(resolution: str) -> None:
    said = rf"'{resolution}' .*not trained for them"
    with pytest.raises(UsageError, match=said):
        screen_images(Image.new("RGB", (640, 480)), PUBLISHED, resolution)
    with pytest.raises(UsageError, match=said):
        check_resolution(PUBLISHED, resolution)


@pytest.mark.parametrize(
    ("resolution", "said"),
    [
        ("naflex:100", "an image of 91 patches; the model takes 256 to 3600"),
        ("naflex:9000", "an image of 8946 patches; the model takes 256 to 3600"),
        ("nafex", "no resolution called"),
    ],
)
def test_a_resolution_that_the_model_would_undo_is_refused(resolution: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        screen_images(Image.new("RGB", (3840, 2160)), PUBLISHED, resolution)
    with pytest.raises(UsageError):
        check_resolution(PUBLISHED, resolution)


@pytest.mark.parametrize(
    "resolution", ["naflex", "naflex:256", "naflex:3600", "multi-crop:576", "pan-and-scan"]
)
def test_a_resolution_can_be_checked_before_there_is_a_screen(resolution: str) -> None:
    check_resolution(PUBLISHED, resolution)
