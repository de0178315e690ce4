"""S2 features lie where on the screen they came from, level beside level."""

from collections.abc import Sequence
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from handeye.actions import Size
from handeye.grounding.phi4.s2 import s2_features
from handeye.grounding.resolution import PATCH, Grid, Layout, plan, render


def colours(images: Sequence[Image.Image]) -> list[Tensor]:
    """An encoder whose features are the mean colour of each patch, (patches, 3)."""
    features = []
    for image in images:
        width, height = image.width // PATCH, image.height // PATCH
        pixels = np.asarray(image, dtype=np.float32).reshape(height, PATCH, width, PATCH, 3)
        features.append(torch.from_numpy(pixels.mean((1, 3))).reshape(-1, 3))
    return features


def merged(screen: Image.Image, resolution: str) -> tuple[Layout, list[Tensor]]:
    layout = plan(resolution, Size(width=screen.width, height=screen.height))
    return layout, s2_features(layout, render(layout, screen), colours)


def slope(width: int, height: int) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    channels = [255 * (x + 0.5) / width, 255 * (y + 0.5) / height, 0 * x]
    return Image.fromarray(np.stack(channels, -1).round().astype(np.uint8))


@pytest.mark.parametrize(
    ("resolution", "shapes"),
    [
        ("dynamic-s2", [(2160, 9)]),
        ("multi-crop-s2", [(576, 9), (576, 9)]),
        ("multi-crop", [(576, 3)] * 4),
        ("naflex", [(3600, 3)]),
    ],
)
def test_an_hd_screen_gets_as_many_tokens_as_planned(
    resolution: str, shapes: list[tuple[int, int]]
) -> None:
    layout, features = merged(Image.new("RGB", (1920, 1080)), resolution)
    assert [tuple(each.shape) for each in features] == shapes
    assert sum(len(each) for each in features) == layout.tokens


@pytest.mark.parametrize("resolution", ["dynamic-s2", "multi-crop-s2"])
def test_a_screen_of_one_colour_has_the_same_features_everywhere(resolution: str) -> None:
    for features in merged(Image.new("RGB", (1366, 768), (10, 20, 30)), resolution)[1]:
        assert torch.equal(features, torch.tensor([10.0, 20, 30] * 3).expand_as(features))


@pytest.mark.parametrize("resolution", ["dynamic-s2", "multi-crop-s2"])
def test_every_level_of_a_token_shows_the_same_place(resolution: str) -> None:
    layout, features = merged(slope(1536, 1152), resolution)
    for region, tokens in zip(layout.regions, features, strict=True):
        grid: Grid = region.tokens
        y, x = np.mgrid[0 : grid.rows, 0 : grid.columns]
        red = region.box.x1 + (x.ravel() + 0.5) / grid.columns * region.box.width
        green = region.box.y1 + (y.ravel() + 0.5) / grid.rows * region.box.height
        place = torch.tensor(np.stack([red / 1536, green / 1152], -1) * 255)
        for level in range(3):
            near = (tokens[:, 3 * level : 3 * level + 2] - place).abs().max().item()
            assert near < 255 / 24  # the coarsest level has 24 cells each way


def test_the_finest_level_is_averaged_over_the_area_of_a_token() -> None:
    screen = Image.fromarray(
        np.random.default_rng(3).integers(0, 256, (384, 768, 3), dtype=np.uint8)
    )
    (features,) = merged(screen, "dynamic-s2")[1]
    blocks = np.asarray(screen, dtype=np.float64).reshape(12, 32, 24, 32, 3).mean((1, 3))
    assert features[:, 6:].numpy() == pytest.approx(blocks.reshape(-1, 3), abs=1e-3)


def test_one_level_is_the_plain_encoding(model: Any) -> None:
    screen = slope(100, 90)
    layout = plan("naflex:40", Size(width=100, height=90))
    images = render(layout, screen)
    (features,) = s2_features(layout, images, model.encode)
    assert torch.equal(features, model.encode(images)[0])
