"""Answers that are a box, token by token: `[0.1743, 0.868, 0.2, 0.977]`.

Four numbers from 0 to 1 with one to four decimals, x1 < x2 and y1 < y2, spelt as the model spells
them. Coordinates are relative to the image.

Prevents: a grounding answer without a usable box, and seconds spent on asking the model for
brackets, commas and zeros that can only come out one way.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.constraint import Constraint

DIGITS = "0123456789"
ALPHABET = f"[]., {DIGITS}"
DECIMALS = 4
ONE = 10**DECIMALS  # numbers are compared in steps of the last decimal
EXAMPLE = "[0.1743, 0.868, 0.2, 1.0]"


class _Place(NamedTuple):
    """Where in the text of a box: the numbers that are whole, in steps, and the text since then.

    The text of a number goes from the bracket or blank before it to the comma or bracket after it.
    """

    numbers: tuple[int, ...] = ()
    text: str = ""

    def next(self) -> str:
        """The characters that may follow; each leads to some whole box. None after a whole box."""
        index = len(self.numbers)
        least = self.numbers[index - 2] + 1 if index in (2, 3) else 0
        return _next(index, least, self.text)

    def then(self, character: str) -> "_Place":
        if character in ",]":
            return _Place((*self.numbers, _steps(self.text, "0")))
        return _Place(self.numbers, self.text + character)


START = _Place()


@lru_cache(maxsize=2**16)
def _next(index: int, least: int, text: str) -> str:
    """What may follow `text` in the number of that index, which must come to `least` or more."""
    match len(text):
        case 0:
            return ("[", " ", " ", " ", "")[index]
        case 1:  # x1 and y1 stay below 1, or nothing could be larger
            return ("0" if least < ONE else "") + ("1" if index >= 2 else "")
        case 2:
            return "."
    decimals = len(text) - 3
    digits = (
        digit
        for digit in (DIGITS if decimals < DECIMALS else "")
        if _steps(text + digit, "0") <= ONE and min(_steps(text + digit, "9"), ONE) >= least
    )
    ends = decimals and _steps(text, "0") >= least
    return "".join(digits) + (("]" if index == 3 else ",") if ends else "")


def _steps(text: str, fill: str) -> int:
    """The number in `text` ("[0.17", " 1.0") in steps, its missing decimals being `fill`."""
    return int(text[1] + text[3:].ljust(DECIMALS, fill))


@dataclass
class _Node:
    """Tokens by their characters: those that end here, and where each next character leads."""

    ids: list[int] = field(default_factory=list)
    children: dict[str, "_Node"] = field(default_factory=dict)

    def at(self, text: str) -> "_Node | None":
        node: _Node | None = self
        for character in text:
            node = node.children.get(character) if node else None
        return node


class BoxGrammar:
    """The tokens of a tokenizer that boxes can be made of; made once, for any number of answers.

    vocabulary: how many scores the model gives. end: the id that ends an answer.
    Raises BackendError for a tokenizer that cannot write a box character by character.
    """

    def __init__(self, tokenizer: Tokenizer, vocabulary: int, end: int) -> None:
        self.tokenizer, self.vocabulary, self.end = tokenizer, vocabulary, end
        self.texts = _texts(tokenizer, vocabulary)
        ids = tokenizer.encode(EXAMPLE, add_special_tokens=False).ids
        written = "".join(self.texts.get(token, "?") for token in ids)
        if written != EXAMPLE or not set(ALPHABET) <= set(self.texts.values()):
            raise BackendError(
                "The checkpoint's tokenizer cannot write a box, so no answer can be held to one.",
                "Use the tokenizer.json that was published with the weights.",
            )
        self._root = _Node()
        for token, text in self.texts.items():
            node = self._root
            for character in text:
                node = node.children.setdefault(character, _Node())
            node.ids.append(token)
        self._longest = max(map(len, self.texts.values()))

    def constraint(self) -> Constraint:
        """Holds one answer to a box and the end token."""
        return _Writing(self)

    def confidence(self, ids: Sequence[int], probabilities: Sequence[float]) -> float:
        """How sure the model is of a box, 0 to 1, from the probability of each of its tokens.

        The geometric mean over the four numbers of what each number as a whole had: the product
        over its tokens with digits. Forced tokens have 1. The last digits of a number are never
        sure, so it is low also for good boxes; it puts answers in order, and is no chance of a hit.
        """
        digits = (
            probability
            for token, probability in zip(ids, probabilities, strict=True)
            if not set(DIGITS).isdisjoint(self.texts.get(token, ""))
        )
        return math.prod(digits) ** 0.25

    def fitting(self, place: _Place) -> list[int]:
        """The tokens that may come at `place`."""
        return list(_walk(self._root, place))

    def joins(self, text: str, place: _Place) -> bool:
        """Whether a token may reach from inside `text` over its end, which is at `place`."""
        ends = (text[-length:] for length in range(1, min(self._longest, len(text) + 1)))
        nodes = (self._root.at(end) for end in ends)
        return any(node and not node.children.keys().isdisjoint(place.next()) for node in nodes)


def _texts(tokenizer: Tokenizer, vocabulary: int) -> dict[int, str]:
    """The ordinary tokens that are made of ALPHABET alone (byte-level: a blank is written Ġ)."""
    spelt = {
        token: name.replace("Ġ", " ")
        for name, token in tokenizer.get_vocab(with_added_tokens=False).items()
        if token < vocabulary
    }
    return {token: text for token, text in spelt.items() if text and set(text) <= set(ALPHABET)}


def _walk(node: _Node, place: _Place) -> Iterator[int]:
    for character in place.next():
        if child := node.children.get(character):
            yield from child.ids
            if child.children:
                yield from _walk(child, place.then(character))


@dataclass
class _Writing:
    """A box in the middle of being written."""

    _grammar: BoxGrammar
    _place: _Place = START
    done: bool = False

    def forced(self) -> Sequence[int]:
        ids = self._only_way()
        for token in ids:
            self.accept(token)
        if not self._place.next():
            self.done = True
            return [*ids, self._grammar.end]
        return ids

    def allowed(self) -> Tensor:
        mask = torch.zeros(self._grammar.vocabulary, dtype=torch.bool)
        mask[self._grammar.fitting(self._place)] = True
        return mask

    def accept(self, token: int) -> None:
        for character in self._grammar.texts[token]:
            self._place = self._place.then(character)

    def _only_way(self) -> list[int]:
        """The tokens of the text that must follow, up to the last that what follows cannot change,
        as the tokenizer writes them."""
        text, places = "", [self._place]
        while len(following := places[-1].next()) == 1:
            text += following
            places.append(places[-1].then(following))
        ids: list[int] = self._grammar.tokenizer.encode(text, add_special_tokens=False).ids
        while ids and self._grammar.joins(text, places[len(text)]):
            text = text.removesuffix(self._grammar.texts[ids.pop()])
        return ids
