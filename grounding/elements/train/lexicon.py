"""The words that are learnt: from the terms of all icons to rows of the table of phrases."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handeye.grounding.elements.icons.phrases import LETTERS, MOST, rows_of
from handeye.grounding.elements.train.catalogue import Said
from handeye.grounding.elements.vocabulary import LIGHT
from handeye.grounding.elements.words import words

_WORD_COUNT, _PAIR_COUNT = 3, 12
_LISTED_COUNT = 4


class Encoded(NamedTuple):
    """Phrases as rows of the table with weights, padded; once as they are, once by letters."""

    rows: NDArray[np.int64]
    weights: NDArray[np.float32]
    letter_rows: NDArray[np.int64]
    letter_weights: NDArray[np.float32]


def table_of(said: Iterable[Said]) -> dict[str, int]:
    """Words and pairs of words that are said of several icons, each with its row."""
    singles: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for terms in said:
        for term in terms:
            found = [word for word in words(term) if word not in LIGHT]
            singles.update(found)
            pairs.update(" ".join(pair) for pair in pairwise(found))
    kept = sorted(word for word, count in singles.items() if count >= _WORD_COUNT)
    kept += sorted(pair for pair, count in pairs.items() if count >= _PAIR_COUNT)
    return {word: row for row, word in enumerate(kept)}


def size(table: dict[str, int]) -> int:
    return len(table) + LETTERS


def encoded(phrases: Sequence[str], table: dict[str, int]) -> Encoded:
    whole = [_padded(*rows_of(phrase, table)) for phrase in phrases]
    letters = [_padded(*rows_of(phrase, table, forget=True)) for phrase in phrases]
    return Encoded(
        np.array([rows for rows, _ in whole], np.int64),
        np.array([weights for _, weights in whole], np.float32),
        np.array([rows for rows, _ in letters], np.int64),
        np.array([weights for _, weights in letters], np.float32),
    )


def _padded(rows: list[int], weights: list[float]) -> tuple[list[int], list[float]]:
    empty = MOST - len(rows)
    return rows + [0] * empty, weights + [0.0] * empty


def listed(said: Iterable[Said], table: dict[str, int]) -> list[str]:
    """Terms to name an icon with: said readily of several icons, in words that are known."""
    counts: Counter[str] = Counter()
    for terms in said:
        counts.update(term for term, weight in terms.items() if weight >= 0.45)
    return sorted(
        term
        for term, count in counts.items()
        if count >= _LISTED_COUNT and all(word in table for word in words(term))
    )
