"""The numbers that the published code computed for a tiny checkpoint, where they are at hand."""

from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers", "safetensors"):
    pytest.importorskip(needed)

import numpy as np
from PIL import Image

from handeye.grounding.phi4 import load
from handeye.grounding.phi4.patches import to_patches

REFERENCE = Path(__file__).parents[4] / "shared" / "phi4_reference"
CASES = ["text_only", "small_320x240", "mid_640x488", "hd_1920x1080", "two_images"]
pytestmark = pytest.mark.skipif(
    not (REFERENCE / "golden.npz").is_file(), reason=f"there are no golden numbers in {REFERENCE}"
)


@pytest.fixture(scope="module")
def golden() -> Any:
    return np.load(REFERENCE / "golden.npz")


@pytest.fixture(scope="module")
def tiny() -> Any:
    return load(REFERENCE, dtype="fp32", device="cpu")


def by_formula(width: int, height: int) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    inside = ((x - width / 2) ** 2 + (y - height / 2) ** 2) < (min(width, height) / 4) ** 2
    channels = [127 + 120 * np.sin(x / 9), 255 * y / height, 255 * inside]
    return Image.fromarray(np.stack(channels, -1).clip(0, 255).astype(np.uint8))


def prompt_of(golden: Any, case: str) -> tuple[list[int], list[Image.Image]]:
    sizes = golden[f"{case}/sizes"].astype(int).tolist()
    return golden[f"{case}/input_ids"].tolist(), [by_formula(*size) for size in sizes]


def test_every_case_is_tested(golden: Any) -> None:
    assert {key.partition("/")[0] for key in golden} == set(CASES)


@pytest.mark.parametrize("case", CASES[1:])
def test_images(golden: Any, tiny: Any, case: str) -> None:
    _, images = prompt_of(golden, case)
    for k, (image, features) in enumerate(zip(images, tiny.encode(images), strict=True)):
        patches, grid = to_patches(image, tiny.config)
        assert list(grid) == golden[f"{case}/spatial_shape_{k}"].tolist()
        values = patches.flatten()[::997].numpy()
        np.testing.assert_allclose(values, golden[f"{case}/pixel_values_{k}"], rtol=0, atol=1e-6)
        wanted = golden[f"{case}/features_{k}"]
        np.testing.assert_allclose(features.flatten()[::251].numpy(), wanted, rtol=0, atol=1e-4)


@pytest.mark.parametrize("case", CASES)
def test_logits(golden: Any, tiny: Any, case: str) -> None:
    scores = tiny.logits(*prompt_of(golden, case)).numpy()
    assert len(scores) == golden[f"{case}/n_positions"]
    np.testing.assert_allclose(scores[-1], golden[f"{case}/last_logits"], rtol=0, atol=1e-4)


@pytest.mark.parametrize("case", CASES)
def test_greedy_answers(golden: Any, tiny: Any, case: str) -> None:
    """Exactly the same ids, but for a tie closer than 1e-3, after which both go their own way."""
    ids, images = prompt_of(golden, case)
    wanted = golden[f"{case}/greedy"].tolist()
    got = tiny.generate(ids, images, len(wanted))
    fork = next(
        (k for k, pair in enumerate(zip(got, wanted, strict=True)) if len(set(pair)) > 1), None
    )
    if fork is not None:
        scores = tiny.logits([*ids, *wanted[:fork]], images)[-1]
        assert abs(float(scores[got[fork]] - scores[wanted[fork]])) < 1e-3
