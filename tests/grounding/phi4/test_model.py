"""The model against transformers' whole classes with the same weights, and what prompts it takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers", "safetensors"):
    pytest.importorskip(needed)

import torch
from PIL import Image

from handeye.actions.errors import UsageError
from handeye.grounding.phi4 import IMAGE, load
from handeye.grounding.phi4.patches import to_patches

Draw = Callable[..., Image.Image]
SIZES = [(128, 128), (200, 90), (64, 300), (17, 40), (700, 500)]


def close(got: Any, wanted: Any, within: float = 1e-5) -> bool:
    return got.shape == wanted.shape and (got - wanted).abs().max().item() < within


@pytest.mark.parametrize("size", SIZES)
def test_features_are_those_of_the_whole_padded_tower(
    model: Any, whole: Any, draw: Draw, size: tuple[int, int]
) -> None:
    tower, projector, _ = whole
    patches, grid = to_patches(draw(*size), model.config)
    count = len(patches)
    padded = torch.zeros(1, 70, patches.shape[1])
    padded[0, :count] = patches
    mask = (torch.arange(70) < count).int()[None]
    with torch.no_grad():
        states = tower(
            pixel_values=padded,
            pixel_attention_mask=mask,
            spatial_shapes=torch.tensor([grid]),
            output_hidden_states=True,
        ).hidden_states
        wanted = projector(states[-2][0, :count])
    assert count == grid.rows * grid.columns
    assert close(model.encode([draw(*size)])[0], wanted)


def test_logits_are_those_of_the_language_model(model: Any, whole: Any, draw: Draw) -> None:
    _, _, language = whole
    first, second = draw(128, 128), draw(90, 200, seed=3)
    features = model.encode([first, second])
    embed = language.get_input_embeddings()
    with torch.no_grad():
        spliced = torch.cat(
            [embed(torch.tensor([5, 6])), features[0], features[1], embed(torch.tensor([9]))]
        )
        wanted = language(inputs_embeds=spliced[None]).logits[0]
    assert close(model.logits([5, 6, IMAGE, IMAGE, 9], [first, second]), wanted)
    assert not close(model.logits([5, 6, IMAGE, IMAGE, 9], [second, first]), wanted)


def test_text_alone(model: Any, whole: Any) -> None:
    with torch.no_grad():
        wanted = whole[2](torch.tensor([[5, 6, 7]])).logits[0]
    assert close(model.logits([5, 6, 7]), wanted)


def test_generation_is_the_likeliest_id_each_time(model: Any, draw: Draw) -> None:
    """The cache changes nothing: each id is the best after reading all before it anew."""
    for seed in range(3):
        images = [draw(100, 80, seed), draw(80, 130, seed)]
        prompt = [5, IMAGE, 9 + seed, IMAGE, 7]
        answer = model.generate(prompt, images, 6)
        for place, token in enumerate(answer):
            scores = model.logits(prompt + answer[:place], images)[-1]
            assert scores.max() - scores[token] < 1e-4
        assert len(answer) == 6 or answer[-1] == 2
        assert answer == model.generate(prompt, images, 6)


def test_generation_ends_at_an_end_token(written: Callable[..., Path], model: Any) -> None:
    free = model.generate([5, 6, 7], max_new_tokens=5)
    ended = load(written(eos_token_id=[159, free[1]]), dtype="fp32", device="cpu")
    assert ended.generate([5, 6, 7], max_new_tokens=5) == free[: free.index(free[1]) + 1]


def test_together_is_the_same_as_one_by_one(model: Any, draw: Draw) -> None:
    images = [draw(*size, seed) for seed, size in enumerate(SIZES)]
    together = model.encode(images)
    for image, features in zip(images, together, strict=True):
        assert torch.equal(features, model.encode([image])[0])
    assert len({len(features) for features in together}) > 2
    assert model.encode([]) == []


def test_a_prompt_as_long_as_the_model_fits_and_one_more_does_not(
    written: Callable[..., Path], draw: Draw
) -> None:
    small = load(written(max_position_embeddings=70), dtype="fp32", device="cpu")
    image = draw(128, 128)  # 64 patches
    assert small.logits([1, IMAGE, 3, 4, 5, 6, 7], [image]).shape == (70, 160)
    with pytest.raises(UsageError, match="71 positions; the model has 70"):
        small.logits([1, IMAGE, 3, 4, 5, 6, 7, 8], [image])
    with pytest.raises(UsageError, match="128 positions"):
        small.logits([IMAGE, IMAGE], [image, image])
    assert small.generate([1, IMAGE, 3], [image], 4)
    with pytest.raises(UsageError, match="66 positions and 5 for the answer; the model has 70"):
        small.generate([1, IMAGE, 3], [image], 5)


@pytest.mark.parametrize(
    ("ids", "images", "said"),
    [
        ([], 0, "empty"),
        ([5, IMAGE], 0, "marks 1 images; 0 were given"),
        ([5, 6], 1, "marks 0 images; 1 were given"),
        ([5, 160], 0, "160 is no token"),
        ([5, -1], 0, "-1 is no token"),
    ],
)
def test_prompts_that_cannot_be_run(
    model: Any, draw: Draw, ids: list[int], images: int, said: str
) -> None:
    pictures = [draw(64, 64)] * images
    with pytest.raises(UsageError, match=said):
        model.logits(ids, pictures)
    with pytest.raises(UsageError, match=said):
        model.generate(ids, pictures, 3)


def test_an_answer_of_no_length_is_refused(model: Any) -> None:
    with pytest.raises(UsageError, match="1 or more"):
        model.generate([5], max_new_tokens=0)


@pytest.mark.parametrize("dtype", ["bf16", "fp16"])
def test_half_precision_is_near(checkpoint: Path, model: Any, draw: Draw, dtype: Any) -> None:
    half = load(checkpoint, dtype=dtype, device="cpu")
    prompt, images = [5, IMAGE, 7], [draw(128, 100)]
    got, wanted = half.logits(prompt, images).float(), model.logits(prompt, images)
    assert (
        half.logits(prompt, images).dtype == {"bf16": torch.bfloat16, "fp16": torch.float16}[dtype]
    )
    assert half.encode(images)[0].dtype == half.dtype
    assert ((got - wanted).norm() / wanted.norm()).item() < 0.05
    # The positions are computed in float32 whatever the weights are in.
    assert half.language.model.rotary_emb.inv_freq.dtype == torch.float32
