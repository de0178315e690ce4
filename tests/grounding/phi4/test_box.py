"""Answers held to a box: every way through the grammar ends in one, and every box can be written."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

for needed in ("torch", "tokenizers"):
    pytest.importorskip(needed)

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Regex, Tokenizer, models, pre_tokenizers
from tokenizers.decoders import ByteLevel

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.box import BoxGrammar

BOX = re.compile(r"\[((0\.\d{1,4}|1\.0{1,4})(, |\]$)){4}")
SPLITS = {
    # As cl100k splits, the family of the published tokenizer: digits in groups of three.
    "groups of three": r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+",
    "digit by digit": r"\p{N}| ?[^\s\p{N}]+|\s+",
    "blanks before numbers": r" ?\p{N}+| ?[^\s\p{N}]+|\s+",
    "no split": r"[\s\S]+",
}
# Pairs that are joined, in this order.
GROUPS = [
    *((a, b) for a in "0123456789" for b in "0123456789"),
    *((f"{a}{b}", c) for a in "0123456789" for b in "0123456789" for c in "0123456789"),
]
ACROSS = [(",", "Ġ"), ("0", "."), (",Ġ", "0."), ("[", "0."), ("Ġ", "0"), ("]", "]"), (".", "00")]


def tokenizer_of(split: str) -> Tokenizer:
    """A byte-level BPE tokenizer with <|im_end|>; tokens reach over a split as little as they do
    in trained ones."""
    merges = GROUPS + (ACROSS if split == SPLITS["no split"] else [])
    names = sorted(pre_tokenizers.ByteLevel.alphabet())
    names += dict.fromkeys(a + b for a, b in merges)
    made = Tokenizer(models.BPE({name: number for number, name in enumerate(names)}, list(merges)))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(split), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = ByteLevel()
    made.add_special_tokens([AddedToken("<|im_end|>", special=True)])
    return made


TOKENIZERS = {name: tokenizer_of(split) for name, split in SPLITS.items()}
GRAMMARS = {
    name: BoxGrammar(made, made.get_vocab_size() + 3, made.token_to_id("<|im_end|>"))
    for name, made in TOKENIZERS.items()
}
tokenizers = st.sampled_from(sorted(SPLITS))
Choose = Callable[[list[int], list[int]], int]


def written(grammar: BoxGrammar, choose: Choose) -> tuple[list[int], int]:
    """The ids of one answer, and how many of them were forced. `choose` gets the ids so far and
    those that may come next."""
    constraint = grammar.constraint()
    ids: list[int] = []
    forced = 0
    while not constraint.done:
        if ahead := constraint.forced():
            ids += ahead
            forced += len(ahead)
            continue
        mask = constraint.allowed()
        assert mask.shape == (grammar.vocabulary,)
        ids.append(choose(ids, mask.nonzero().flatten().tolist()))
        constraint.accept(ids[-1])
    return ids, forced


@st.composite
def boxes(draw: Any) -> str:
    """Any box as text: each pair of sides in order, each number spelt in any of its ways."""

    def pair() -> tuple[str, str]:
        first = draw(st.integers(0, 9999))
        second = draw(st.integers(first + 1, 10_000))
        return spelt(first), spelt(second)

    def spelt(steps: int) -> str:
        short = f"{steps / 10_000:.4f}".rstrip("0")
        least = max(1, len(short) - 2)
        return short.ljust(2 + draw(st.integers(least, 4)), "0")

    (x1, x2), (y1, y2) = pair(), pair()
    return f"[{x1}, {y1}, {x2}, {y2}]"


@given(name=tokenizers, data=st.data())
def test_any_way_through_the_grammar_is_a_box(name: str, data: st.DataObject) -> None:
    ids, _ = written(GRAMMARS[name], lambda _, allowed: data.draw(st.sampled_from(allowed)))
    assert ids.pop() == TOKENIZERS[name].token_to_id("<|im_end|>")
    text = TOKENIZERS[name].decode(ids)
    assert BOX.fullmatch(text)
    x1, y1, x2, y2 = json.loads(text)
    assert 0 <= x1 < x2 <= 1
    assert 0 <= y1 < y2 <= 1


@given(name=tokenizers, text=boxes())
def test_any_box_can_be_written_as_the_tokenizer_writes_it(name: str, text: str) -> None:
    wanted = TOKENIZERS[name].encode(text).ids

    def follow(ids: list[int], allowed: list[int]) -> int:
        assert ids == wanted[: len(ids)]
        assert wanted[len(ids)] in allowed
        return wanted[len(ids)]

    ids, _ = written(GRAMMARS[name], follow)
    assert ids == [*wanted, GRAMMARS[name].end]


@pytest.mark.parametrize(
    ("text", "forced"),
    [
        # A number may end or go on; x2 and y2 may be 1: [0.(17)(,) 0.(25)(,) (0).(5)(,) (0).(75)(])
        ("[0.17, 0.25, 0.5, 0.75]", 3 + 3 + 1 + 1 + 1 + 1 + 1),
        # After the fourth decimal it ends: [0.(174)(3), 0.(251)(1), (0).(500)(2), (0).(777)(7)]
        ("[0.1743, 0.2511, 0.5002, 0.7777]", 3 + 4 + 2 + 1 + 2 + 1 + 2),
        # x2 is 1 here, in one to four decimals: [0.(999)(9), 0.(999)(7), 1.(0)(,) (0).(999)(8)]
        ("[0.9999, 0.9997, 1.0, 0.9998]", 3 + 4 + 4 + 1 + 1 + 2),
    ],
)
def test_what_can_only_come_out_one_way_is_forced(text: str, forced: int) -> None:
    """In brackets is what the model is asked for; the end token is forced too."""
    made = TOKENIZERS["groups of three"]
    wanted = made.encode(text).ids
    ids, count = written(GRAMMARS["groups of three"], lambda ids, _: wanted[len(ids)])
    assert made.decode(ids) == text
    assert count == forced


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("[0.", "0123456789"),
        ("[0.5", "0123456789,"),
        ("[0.5, 0.5, ", "01"),
        ("[0.5, 0.25, 0.", "56789"),  # 0.5 itself may be begun, but not ended
        ("[0.5, 0.25, 0.5", "0123456789"),
        ("[0.5, 0.25, 0.50", "0123456789"),
        ("[0.5, 0.25, 0.500", "123456789"),
        ("[0.5, 0.25, 0.6, 0.25", "0123456789"),
        ("[0.5, 0.25, 0.6, 0.26", "0123456789]"),
        ("[0.5, 0.25, 1.0", "0,"),
    ],
)
def test_the_sides_stay_in_order(text: str, following: str) -> None:
    made = TOKENIZERS["digit by digit"]
    constraint = GRAMMARS["digit by digit"].constraint()
    left = made.encode(text).ids
    while left:
        if ahead := constraint.forced():
            assert list(ahead) == left[: len(ahead)]
        else:
            constraint.accept(left[0])
        left = left[len(ahead) or 1 :]
    assert not constraint.forced()
    allowed = [made.id_to_token(i) for i in constraint.allowed().nonzero().flatten().tolist()]
    assert {name for name in allowed if len(name) == 1} == set(following)


def test_a_tokenizer_that_cannot_write_a_box() -> None:
    words = Tokenizer(models.WordLevel({"a": 0, "[0.1,": 1}, "a"))
    with pytest.raises(BackendError, match="cannot write a box"):
        BoxGrammar(words, 2, 0)
    cut_off = TOKENIZERS["digit by digit"]
    with pytest.raises(BackendError, match="cannot write a box"):
        BoxGrammar(cut_off, 10, 0)


def test_confidence_is_the_mean_over_the_numbers_of_what_their_digits_had() -> None:
    grammar, made = GRAMMARS["groups of three"], TOKENIZERS["groups of three"]
    ids = [*made.encode("[0.1743, 0.5, 1.0, 0.75]").ids, grammar.end]
    digits = {"174": 0.5, "3": 0.4, "5": 0.8, "1": 0.9, "75": 0.1}
    other = {"[": 0.3, "]": 0.3}  # are not looked at
    names = map(made.id_to_token, ids)
    probabilities = [(digits | other).get(name, 1.0) for name in names]
    wanted = (0.5 * 0.4 * 0.8 * 0.9 * 0.1) ** 0.25
    assert grammar.confidence(ids, probabilities) == pytest.approx(wanted)
