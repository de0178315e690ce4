"""One screen, many questions: the same answers as without the cache, for less work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "transformers"):
    pytest.importorskip(needed)

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handeye.actions.errors import BackendError, UsageError
from handeye.grounding.phi4 import IMAGE, load
from handeye.grounding.phi4.prefix_cache import PrefixCache, digest_of
from handeye.grounding.phi4.prompt import Prompt

Draw = Callable[..., Image.Image]
MEGABYTE = 1_000_000
START = tuple(range(10, 30))  # a system prompt


def layers_of(size: int) -> Any:
    """Keys and values of two layers for 8 positions, `size` bytes in all."""
    return tuple((torch.zeros(1, 1, 8, size // 128),) * 2 for _ in range(2))


@pytest.fixture
def make(checkpoint: Path) -> Callable[[int | None], Any]:
    def made(budget: int | None) -> Any:
        return load(checkpoint, dtype="fp32", device="cpu", cache_bytes=budget)

    return made


def prompts(draw: Draw) -> list[Prompt]:
    """A conversation on two screens: what is common is the start, a screen, two screens, all."""
    one, two = draw(128, 128), draw(90, 200, seed=3)
    return [
        Prompt((*START, IMAGE, 40, 41), (one,)),
        Prompt((*START, IMAGE, 40, 42, 43), (one,)),
        Prompt((*START, IMAGE, 40, 42), (two,)),
        Prompt((*START, IMAGE, 40, IMAGE, 42), (one, two)),
        Prompt((*START, IMAGE, 40, IMAGE, 43), (one, two)),
        Prompt((*START, IMAGE, IMAGE, 43), (two, one)),
        Prompt((*START, IMAGE, 40, 41), (one,)),
        Prompt((*START[:7], 50), ()),
        Prompt((IMAGE,), (one,)),
        Prompt((*START, IMAGE), (one,)),
    ]


@pytest.mark.parametrize("budget", [100 * MEGABYTE, 400_000, 0])
def test_answers_are_those_without_a_cache(
    make: Callable[..., Any], draw: Draw, budget: int
) -> None:
    cached, plain = make(budget), make(0)
    counts = []
    for prompt in prompts(draw):
        got = cached.answer(prompt, max_new_tokens=8)
        wanted = plain.answer(prompt, max_new_tokens=8)
        assert got.ids == wanted.ids
        assert got.probabilities == pytest.approx(wanted.probabilities, abs=1e-5)
        assert got.prompt_tokens == wanted.prompt_tokens
        assert wanted.cached_tokens == 0
        assert cached.cache.held <= budget
        counts.append(got.cached_tokens)
    one, two = (len(features) for features in plain.encode(prompts(draw)[3].images))
    start = len(START)
    both = start + one + 1 + two
    most = [0, start + one, start, start + one, both, start + two, start + one + 1, 7, 0, start]
    if budget == 0:
        assert counts == [0] * len(counts)
    elif budget > MEGABYTE:
        assert counts == most
    else:
        assert all(got <= at_most for got, at_most in zip(counts, most, strict=True))
        assert any(counts)


def test_a_second_question_pays_for_its_own_words(make: Callable[..., Any], draw: Draw) -> None:
    model, seen = make(MEGABYTE), []
    model.language.model.register_forward_pre_hook(
        lambda _, __, kwargs: seen.append(kwargs["inputs_embeds"].shape[1]), with_kwargs=True
    )
    looked = []
    model.vision.encoder.register_forward_hook(lambda *_: looked.append(1))
    first = model.answer(Prompt((*START, IMAGE, 40, 41), (draw(128, 128),)), max_new_tokens=1)
    again = model.answer(Prompt((*START, IMAGE, 42, 43, 44), (draw(128, 128),)), max_new_tokens=1)
    assert seen == [len(START) + 64 + 2, 3]
    assert len(looked) == 1
    assert (first.cached_tokens, again.cached_tokens) == (0, len(START) + 64)


def test_another_prompt_on_the_same_screen_does_not_look_again(
    make: Callable[..., Any], draw: Draw
) -> None:
    model, looked = make(MEGABYTE), []
    model.vision.encoder.register_forward_hook(lambda *_: looked.append(1))
    for start in (5, 6, 7):
        model.generate([start, IMAGE, 9], [draw(128, 128)], 1)
    assert len(looked) == 1


def test_what_is_kept_is_not_changed(make: Callable[..., Any], draw: Draw) -> None:
    model = make(MEGABYTE)
    model.generate([*START, IMAGE, 40], [draw(128, 128)], 4)

    def kept() -> list[Any]:
        return [each.clone() for entry in model.cache._kept.values() for layer in entry for each in layer]  # fmt: skip

    before = kept()
    for question in range(40, 45):
        model.generate([*START, IMAGE, question], [draw(128, 128)], 6)
    assert all(map(torch.equal, before, kept()))


def test_a_failure_frees_the_cache(
    make: Callable[..., Any], draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make(MEGABYTE)
    model.generate([*START, IMAGE, 40], [draw(128, 128)], 1)
    assert model.cache.held

    def fail(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(model.language, "forward", fail)
    with pytest.raises(BackendError, match="memory of cpu"):
        model.generate([*START, IMAGE, 41], [draw(128, 128)], 1)
    assert model.cache.held == 0


def test_the_context_counts_what_is_cached(make: Callable[..., Any], draw: Draw) -> None:
    model, image = make(MEGABYTE), draw(128, 128)
    prompt = [*range(100), IMAGE] * 12
    model.generate([*range(100), IMAGE], [image], 1)
    with pytest.raises(UsageError, match="1,968 positions and 81 for the answer"):
        model.generate(prompt, [image] * 12, 81)


def test_the_default_is_half_of_what_is_free(make: Callable[..., Any]) -> None:
    assert make(None).cache.budget > MEGABYTE


def test_the_digest_is_of_pixels_and_size(draw: Draw) -> None:
    image = draw(30, 20)
    assert digest_of(image) == digest_of(image.copy())
    assert digest_of(image) != digest_of(draw(30, 20, seed=1))
    assert digest_of(Image.new("RGB", (30, 20))) != digest_of(Image.new("RGB", (20, 30)))


def test_the_least_recently_used_is_dropped_first() -> None:
    cache = PrefixCache(budget=2 * 6400)
    for name in "abc":
        cache.keep_prefix([name, 1], layers_of(6400))
    assert cache.longest(["a", 1, 2], [1, 1, 1])[0] == 0
    assert cache.longest(["b", 1, 2], [1, 1, 1])[0] == 2  # and thereby used
    cache.keep_prefix(["d", 1], layers_of(6400))
    assert cache.longest(["c", 1, 2], [1, 1, 1])[0] == 0
    assert cache.longest(["b", 1, 2], [1, 1, 1])[0] == 2
    cache.keep_prefix(["e", 1], layers_of(64_000))  # larger than the budget
    assert cache.longest(["e", 1, 2], [1, 1, 1])[0] == 0
    assert cache.held == 2 * 6400


units = st.lists(st.sampled_from([1, 2, "x"]), min_size=1, max_size=4)


@settings(max_examples=100)
@given(kept=st.lists(units, max_size=6), asked=units)
def test_the_longest_common_start_is_found(kept: list[Any], asked: list[Any]) -> None:
    cache = PrefixCache(budget=MEGABYTE)
    for each in kept:
        cache.keep_prefix(each, layers_of(128))
    wanted = max(
        (n for each in kept for n in range(len(asked)) if each[:n] == asked[:n]), default=0
    )
    count, layers = cache.longest(asked, [2] * len(asked))
    assert count == wanted
    assert [keys.shape[2] for keys, _ in layers] == ([2 * wanted] * 2 if wanted else [])
