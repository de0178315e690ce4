"""Several answers decoded at once: one pass through the weights gives a token to every row.

Each prompt is read alone, as reading fills the processor by itself; what follows is decoded
together. Rows differ in length, so the keys and values of the shorter ones are padded behind, and
masked for good. Prevents: an evaluation that reads all weights once for each token of each answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import Cache, Phi3ForCausalLM

from handeye.grounding.phi4.constraint import Constraint
from handeye.grounding.phi4.decode import Step, choice
from handeye.grounding.phi4.keys_values import begun
from handeye.grounding.phi4.memory import running


@dataclass
class Row:
    """One answer while it is written. `position`: how many positions precede `pending`, the ids
    that the model has not yet been fed."""

    constraint: Constraint | None
    end_tokens: frozenset[int]
    position: int = 0
    steps: list[Step] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)
    done: bool = False

    def force(self) -> None:
        """What the grammar leaves no choice about; it is fed together with what is pending."""
        forced = list(self.constraint.forced()) if self.constraint else []
        self.steps += [Step(token, 1.0) for token in forced]
        self.pending += forced
        self.done = bool(self.constraint and self.constraint.done)

    def choose(self, scores: Tensor) -> None:
        """The next token from scores (vocabulary,), and what it forces."""
        self.position += len(self.pending)
        step = choice(scores.float(), self.constraint.allowed() if self.constraint else None)
        if self.constraint:
            self.constraint.accept(step.token)
        self.steps.append(step)
        self.pending = [step.token]
        self.done = step.token in self.end_tokens
        if not self.done:
            self.force()


Embed = Callable[[Sequence[int]], Tensor]


def read(language: Phi3ForCausalLM, rest: Tensor, past: Cache, embed: Embed, row: Row) -> None:
    """Feed what is not yet in `past` of a row's prompt, (positions, width), and choose once."""
    row.position = past.get_seq_length()
    row.force()
    if row.done:
        return
    given = torch.cat([rest, embed(row.pending)]) if row.pending else rest
    with running(str(rest.device)):
        out = language(inputs_embeds=given[None], cache=past, use_cache=True, logits_to_keep=1)
    row.position += len(rest)
    row.choose(out.logits[0, -1])


def go_on(
    language: Phi3ForCausalLM, rows: Sequence[Row], pasts: Sequence[Cache], embed: Embed, most: int
) -> None:
    """Decode rows that were read until each is done or has `most` tokens.

    To be used in inference mode. Raises BackendError.
    """
    device = str(embed([0]).device)
    with running(device):
        past, seen = _stacked(pasts)
        while any(_goes_on(row, most) for row in rows):
            fed = [row.pending if _goes_on(row, most) else [] for row in rows]
            width = max(map(len, fed))
            ids = [token for some in fed for token in (*some, *[0] * (width - len(some)))]
            real = torch.tensor([[n < len(some) for n in range(width)] for some in fed])
            seen = torch.cat([seen, real.to(seen.device)], dim=1)
            places = torch.tensor([[row.position + n for n in range(width)] for row in rows])
            out = language(
                inputs_embeds=embed(ids).view(len(rows), width, -1),
                attention_mask=seen.long(),
                position_ids=places.to(seen.device),
                cache=past,
                use_cache=True,
            )
            for number, (row, some) in enumerate(zip(rows, fed, strict=True)):
                if some:
                    row.choose(out.logits[number, len(some) - 1])


def _goes_on(row: Row, most: int) -> bool:
    return not row.done and len(row.steps) < most


def _stacked(pasts: Sequence[Cache]) -> tuple[Cache, Tensor]:
    """The keys and values of all rows, (rows, heads, positions, width), and which are real."""
    lengths = [past.get_seq_length() for past in pasts]
    longest = max(lengths)
    layers = []
    for several in zip(*(past.layers for past in pasts), strict=True):
        layers.append(
            (
                torch.cat([_padded(layer.keys, longest) for layer in several]),
                torch.cat([_padded(layer.values, longest) for layer in several]),
            )
        )
    device = layers[0][0].device
    real = (
        torch.arange(longest, device=device)[None] < torch.tensor(lengths, device=device)[:, None]
    )
    return begun(len(layers), tuple(layers)), real


def _padded(tensor: Tensor, positions: int) -> Tensor:
    return torch.nn.functional.pad(tensor, (0, 0, 0, positions - tensor.shape[-2]))
