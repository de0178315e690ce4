"""Answers that follow a JSON Schema, token by token.

Prevents: an answer that does not parse, found out when all of it is written.

The grammar is llguidance's (https://github.com/guidance-ai/llguidance): a schema is ready in
milliseconds, and what is forced comes as the tokenizer's own tokens. Measured beside xgrammar in
docs/performance.md.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer
from tokenizers import Tokenizer
from torch import Tensor

from handeye.actions.errors import UsageError
from handeye.grounding.phi4.constraint import Constraint

# JSON on one line with a space after comma and colon, as in the prompts: with free white space a
# model can go on writing blanks, and hardly a token is forced.
ONE_LINE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


def schema_tokens(tokenizer: Tokenizer, vocabulary: int, end: int) -> LLTokenizer:
    """The tokenizer as llguidance reads it; half a second of work for 100,000 tokens, so kept.

    vocabulary: how many scores the model gives. end: the id that ends an answer.
    """
    return LLTokenizer(tokenizer.to_str(), n_vocab=vocabulary, eos_token=end)


def schema_constraint(schema: Mapping[str, Any], tokens: LLTokenizer) -> Constraint:
    """Holds one answer to `schema`: JSON on one line, then the end token.

    A `oneOf` counts as `anyOf`; where it has a `discriminator`, every branch must write that
    property. Raises UsageError for a schema that cannot be followed.
    """
    tagged = dict(_tagged(schema))
    grammar = LLMatcher.grammar_from_json_schema(
        json.dumps(_followable(schema, tagged)), overrides=ONE_LINE
    )
    matcher = LLMatcher(tokens, grammar, log_level=0)  # what fails is raised, not printed
    if matcher.is_error():
        raise UsageError(
            f"The JSON schema cannot be followed: {matcher.get_error()}.",
            "Leave the keyword out of the schema, and check the answer after it is written.",
        )
    return _Following(matcher, tokens.eos_token, tokens.vocab_size)


@dataclass
class _Following:
    """A schema in the middle of an answer."""

    _matcher: LLMatcher
    _end: int
    _vocabulary: int
    done: bool = False

    def forced(self) -> Sequence[int]:
        ids: list[int] = self._matcher.compute_ff_tokens()
        self._consume(ids)
        if self._matcher.is_stopped() and not self.done:
            self.done = True
            return [*ids, self._end]
        return ids

    def allowed(self) -> Tensor:
        packed = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        bits = np.unpackbits(packed, count=self._vocabulary, bitorder="little")
        return torch.from_numpy(bits).bool()

    def accept(self, token: int) -> None:
        self._consume([token])
        self.done = token == self._end

    def _consume(self, ids: list[int]) -> None:
        if not self._matcher.consume_tokens(ids):
            why = self._matcher.get_error().partition("\n")[0]
            raise ValueError(f"{ids} may not come next: {why}")


def _tagged(node: Any) -> Iterator[tuple[str, str]]:
    """Every reference under a `oneOf` with a discriminator, and the property that it must have."""
    if isinstance(node, Mapping):
        if _is_union(node) and "discriminator" in node:
            name = node["discriminator"]["propertyName"]
            yield from ((each["$ref"], name) for each in node["oneOf"] if "$ref" in each)
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _tagged(each)


def _followable(node: Any, tagged: Mapping[str, str], place: str = "#") -> Any:
    """The schema without `oneOf` and `discriminator`, with which llguidance gives up on references
    that lead back to themselves. `place` is the JSON pointer of the node."""
    if isinstance(node, list):
        return [_followable(each, tagged, f"{place}/{number}") for number, each in enumerate(node)]
    if not isinstance(node, Mapping):
        return node
    union = _is_union(node)
    kept = {
        "anyOf" if union and key == "oneOf" else key: _followable(each, tagged, f"{place}/{key}")
        for key, each in node.items()
        if not (union and key == "discriminator")
    }
    if place in tagged:
        kept["required"] = sorted({*kept.get("required", ()), tagged[place]})
    return kept


def _is_union(node: Mapping[str, Any]) -> bool:
    return isinstance(node.get("oneOf"), list)
