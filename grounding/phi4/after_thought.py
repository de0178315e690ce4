"""A constraint that begins where the thought ends.

Prevents: a grammar that keeps the model from thinking, and an answer that ends inside its thought.
"""

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from handeye.grounding.phi4.constraint import Constraint
from handeye.grounding.phi4.tokens import NOTHINK, THINK, THOUGHT_END, ChatTokenizer


class AfterThought:
    """Free tokens up to `</think>`, then `answer`; never an end token before.

    With `undecided` the first token says whether there is a thought: `<think>` or `<|dummy_84|>`.
    """

    def __init__(
        self,
        answer: Constraint,
        tokenizer: ChatTokenizer,
        end_tokens: frozenset[int],
        undecided: bool,
    ) -> None:
        self._answer = answer
        self._phase: Literal["choice", "thought", "answer"] = "choice" if undecided else "thought"
        self._think, self._close, self._nothink = map(
            tokenizer.id_of, (THINK, THOUGHT_END, NOTHINK)
        )
        choices = [self._think, self._nothink]
        self._either = torch.zeros(tokenizer.vocab_size, dtype=torch.bool)
        self._either[choices] = True
        self._free = torch.ones(tokenizer.vocab_size, dtype=torch.bool)
        self._free[[*choices, *end_tokens]] = False

    @property
    def done(self) -> bool:
        return self._phase == "answer" and self._answer.done

    def forced(self) -> Sequence[int]:
        return self._answer.forced() if self._phase == "answer" else ()

    def allowed(self) -> Tensor:
        match self._phase:
            case "choice":
                return self._either
            case "thought":
                return self._free
            case "answer":
                return self._answer.allowed()

    def accept(self, token: int) -> None:
        if self._phase == "answer":
            self._answer.accept(token)
        elif token in (self._close, self._nothink):
            self._phase = "answer"
        elif token == self._think:
            self._phase = "thought"
