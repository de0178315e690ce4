"""Answers of a real tiny model: free, under a constraint, cut, and heard as they are decoded."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

for needed in ("torch", "transformers", "tokenizers"):
    pytest.importorskip(needed)

import torch
from PIL import Image
from torch import Tensor

from handeye.actions.errors import BackendError
from handeye.grounding.phi4 import IMAGE
from handeye.grounding.phi4.after_thought import AfterThought
from handeye.grounding.phi4.prompt import Prompt
from handeye.grounding.phi4.tokens import NOTHINK, THINK, THOUGHT_END

Draw = Callable[..., Image.Image]
Ids = list[int]


class OneOf:
    """At each place one of the ids that stand there; a single one is forced."""

    def __init__(self, *places: Sequence[int], vocabulary: int = 160) -> None:
        self._places = list(places)
        self._vocabulary = vocabulary

    @property
    def done(self) -> bool:
        return not self._places

    def forced(self) -> Ids:
        ids = []
        while self._places and len(self._places[0]) == 1:
            ids += self._places.pop(0)
        return ids

    def allowed(self) -> Tensor:
        mask = torch.zeros(self._vocabulary, dtype=torch.bool)
        mask[list(self._places[0])] = True
        return mask

    def accept(self, token: int) -> None:
        assert token in self._places.pop(0)


def passes(model: Any, run: Callable[[], Any]) -> tuple[Any, Ids]:
    """What `run` gives, and how many positions went through the decoder in each pass."""
    seen: Ids = []
    hook = model.language.model.register_forward_pre_hook(
        lambda _, __, kwargs: seen.append(kwargs["inputs_embeds"].shape[1]), with_kwargs=True
    )
    try:
        return run(), seen
    finally:
        hook.remove()


def test_probabilities_are_those_of_the_model(model: Any, draw: Draw) -> None:
    prompt = Prompt((5, IMAGE, 7), (draw(60, 50),))
    decoded = model.answer(prompt, max_new_tokens=5)
    assert decoded.prompt_tokens == 2 + len(model.encode(prompt.images)[0])
    for place, (token, probability) in enumerate(
        zip(decoded.ids, decoded.probabilities, strict=True)
    ):
        scores = model.logits([*prompt.ids, *decoded.ids[:place]], prompt.images)[-1]
        assert probability == pytest.approx(float(scores.softmax(-1)[token]), abs=1e-5)
    assert decoded.finish == ("stop" if decoded.ids[-1] == 2 else "length")


def test_forced_tokens_cost_no_pass_of_their_own(model: Any) -> None:
    held = OneOf([8], [9], [20, 30], [11], [12], [13], [40, 50], [14])
    decoded, seen = passes(
        model, lambda: model.answer(Prompt((5, 6, 7)), max_new_tokens=20, constraint=held)
    )
    # The prompt and two forced; the choice and three forced.
    assert [seen[0] + decoded.cached_tokens, *seen[1:]] == [5, 4]
    assert decoded.finish == "stop"
    assert [p for p in decoded.probabilities if p == 1.0] == [1.0] * 6
    for place in (2, 6):
        scores = model.logits([5, 6, 7, *decoded.ids[:place]])[-1]
        choices = [20, 30] if place == 2 else [40, 50]
        assert decoded.ids[place] == max(choices, key=lambda token: float(scores[token]))
        wanted = float(scores.softmax(-1)[decoded.ids[place]])
        assert decoded.probabilities[place] == pytest.approx(wanted, abs=1e-5)


def test_an_answer_that_is_forced_whole_asks_nothing(model: Any) -> None:
    decoded, seen = passes(
        model, lambda: model.answer(Prompt((5,)), max_new_tokens=9, constraint=OneOf([8], [9]))
    )
    assert (decoded.ids, decoded.finish, seen) == ((8, 9), "stop", [])


@pytest.mark.parametrize(("most", "finish"), [(1, "length"), (3, "length"), (4, "stop")])
def test_the_limit_counts_forced_tokens(model: Any, most: int, finish: str) -> None:
    held = OneOf([8], [9], [20, 30], [11])
    decoded = model.answer(Prompt((5,)), max_new_tokens=most, constraint=held)
    assert (len(decoded.ids), decoded.finish) == (most, finish)


def test_every_id_is_heard_when_it_is_decoded(model: Any) -> None:
    heard: Ids = []
    decoded = model.answer(Prompt((5, 6)), max_new_tokens=6, heard=heard.append)
    assert tuple(heard) == decoded.ids


def test_an_interrupted_answer_leaves_a_model_that_answers(model: Any) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.answer(Prompt((5, 6)), max_new_tokens=6, heard=stop)
    assert model.generate([5, 6], max_new_tokens=6)


def test_errors_of_torch_name_what_to_do(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(error: Exception) -> BackendError:
        def forward(*_: Any, **__: Any) -> None:
            raise error

        monkeypatch.setattr(model.language, "forward", forward)
        with pytest.raises(BackendError) as raised:
            model.answer(Prompt((5, 6)), max_new_tokens=6)
        return raised.value

    short = fail(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"))
    assert "memory of cpu" in short.message
    assert "load='8bit'" in short.fix
    assert "fewer" in short.fix
    assert (
        "memory of cpu" in fail(RuntimeError("DefaultCPUAllocator: can't allocate memory")).message
    )
    assert "kernel" in fail(RuntimeError("CUDA error: no kernel image\nmore")).message


@pytest.mark.parametrize("undecided", [True, False])
def test_a_constraint_waits_for_the_end_of_the_thought(chat_model: Any, undecided: bool) -> None:
    """Random weights seldom close a thought, so the test says which way they go."""
    chat = chat_model.chat_tokenizer
    think, close, nothink = map(chat.id_of, (THINK, THOUGHT_END, NOTHINK))
    ends = chat_model.config.end_tokens

    def begun() -> AfterThought:
        held = OneOf([8], [20, 30], vocabulary=chat.vocab_size)
        return AfterThought(held, chat, ends, undecided)

    def choices(constraint: AfterThought) -> set[int]:
        assert list(constraint.forced()) == []
        return set(constraint.allowed().nonzero().flatten().tolist())

    constraint = begun()
    if undecided:
        assert choices(constraint) == {think, nothink}
        direct = begun()
        direct.accept(nothink)
        assert direct.forced() == [8]
        constraint.accept(think)
    free = choices(constraint)
    assert free == set(range(chat.vocab_size)) - {think, nothink, *ends}
    constraint.accept(20)
    assert choices(constraint) == free
    assert not constraint.done
    constraint.accept(close)
    assert constraint.forced() == [8]
    assert choices(constraint) == {20, 30}
    constraint.accept(30)
    assert constraint.done
