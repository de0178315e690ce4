"""From a phrase to a vector in the space of the icons: by its words, pairs of words, and letters.

A word that was never learnt is taken by its letters ("bookmarked" is near "bookmark").
"""

import zlib
from collections.abc import Mapping
from itertools import pairwise

from handeye.grounding.elements.vocabulary import LIGHT
from handeye.grounding.elements.words import words

DIMENSIONS = 96
LETTERS = 6144  # rows that the pieces of words share
MOST = 48  # rows of one phrase
_OWN, _UNKNOWN = 0.7, 0.6
_GRAM = 3


def rows_of(
    phrase: str, table: Mapping[str, int], forget: bool = False
) -> tuple[list[int], list[float]]:
    """Rows of the table and their weights; `table` maps words and pairs ("log out") to rows.

    The letters' rows come after those of the table. With `forget`, as if no word was known.
    """
    found = [word for word in words(phrase) if word not in LIGHT] or list(words(phrase))
    rows: list[int] = []
    weights: list[float] = []
    for word in found:
        known = table.get(word) if not forget else None
        if known is not None:
            rows.append(known)
            weights.append(_OWN)
        pieces = _pieces(word)
        share = (1 - _OWN if known is not None else _UNKNOWN) / len(pieces)
        rows += [len(table) + piece for piece in pieces]
        weights += [share] * len(pieces)
    for pair in pairwise(found) if not forget else ():
        known = table.get(" ".join(pair))
        if known is not None:
            rows.append(known)
            weights.append(_OWN)
    return rows[:MOST], weights[:MOST]


def known_share(phrase: str, table: Mapping[str, int]) -> float:
    """The part of the phrase's words that were learnt as words."""
    found = [word for word in words(phrase) if word not in LIGHT] or list(words(phrase))
    return sum(word in table for word in found) / max(1, len(found))


def _pieces(word: str) -> list[int]:
    marked = f"<{word}>"
    grams = {marked[at : at + _GRAM] for at in range(max(1, len(marked) - _GRAM + 1))}
    return sorted(zlib.crc32(gram.encode()) % LETTERS for gram in grams)
