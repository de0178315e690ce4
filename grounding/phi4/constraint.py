"""What an answer may be, token by token: the interface between decoding and its grammars."""

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor


class Constraint(Protocol):
    """A grammar in the middle of an answer. Made anew for each answer."""

    @property
    def done(self) -> bool:
        """Whether the answer is complete."""

    def forced(self) -> Sequence[int]:
        """The ids that must come next, as the tokenizer would write them; the model is not asked
        for them. They count as accepted. Empty where there is a choice."""

    def allowed(self) -> Tensor:
        """Which ids may come next, (vocabulary,) of bool on the CPU; at least one is True."""

    def accept(self, token: int) -> None:
        """`token`, one of the allowed, comes next."""
