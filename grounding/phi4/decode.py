"""Greedy decoding, one token at a time, with or without a grammar.

Prevents: several loops that end, count or mask differently.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from torch import Tensor
from transformers import Cache, Phi3ForCausalLM

from handeye.grounding.phi4.constraint import Constraint
from handeye.grounding.phi4.memory import running


class Step(NamedTuple):
    """A token and its probability among all tokens, before any grammar; 1.0 where it was forced."""

    token: int
    probability: float


@dataclass(frozen=True)
class Decoded:
    """What `Phi4.answer` gives: ids with the end token, where there is one, and of each id its
    probability (see `Step`).

    finish: "length" when `max_new_tokens` cut it. The prompt is counted in positions, one for each
    token and each patch of an image; `cached_tokens` of them were taken from an earlier prompt.
    """

    ids: tuple[int, ...]
    probabilities: tuple[float, ...]
    finish: Literal["stop", "length"]
    prompt_tokens: int
    cached_tokens: int


def decode(
    language: Phi3ForCausalLM,
    rest: Tensor,
    past: Cache,
    embed: Callable[[Sequence[int]], Tensor],
    end_tokens: frozenset[int],
    constraint: Constraint | None = None,
) -> Iterator[Step]:
    """The likeliest next tokens until an end token or, under a constraint, until it is done.

    rest: the embeddings (positions, width) of what is not yet in `past`, at least one. `past`
    grows. Forced tokens are fed together with what stands before the next choice. To be used in
    inference mode. Raises BackendError.
    """
    pending = rest
    while True:
        forced = list(constraint.forced()) if constraint else []
        yield from (Step(token, 1.0) for token in forced)
        if constraint and constraint.done:
            return
        if forced:
            pending = torch.cat([pending, embed(forced)])
        with running(str(rest.device)):
            out = language(
                inputs_embeds=pending[None], cache=past, use_cache=True, logits_to_keep=1
            )
            step = choice(out.logits[0, -1].float(), constraint.allowed() if constraint else None)
        if constraint:
            constraint.accept(step.token)
        yield step
        if step.token in end_tokens:
            return
        pending = embed([step.token])


def choice(scores: Tensor, allowed: Tensor | None) -> Step:
    """The likeliest of the allowed tokens; scores and allowed are (vocabulary,)."""
    probabilities = scores.softmax(-1)
    if allowed is not None:
        scores = scores.masked_fill(~allowed.to(scores.device), float("-inf"))
    token = int(scores.argmax())
    return Step(token, float(probabilities[token]))
