"""Texts as lists of comparable words.

Prevents: names that differ only in case, punctuation, accents or spacing ("E-mail *", "email")
being taken for different names.
"""

import re
import unicodedata
from functools import lru_cache

from handeye.grounding.elements.vocabulary import JOINED

# Scripts written without spaces are split into characters, so that a part of a line can match.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_JOINABLE = frozenset(first for first, _ in JOINED)
_SIGN = re.compile(r"[^\w\s]")


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded; its signs where it has no words ("×", "☰")."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in text if not unicodedata.combining(char))
    found = _WORD.findall(text.casefold()) or _SIGN.findall(text)
    if len(found) < 2 or _JOINABLE.isdisjoint(found):
        return tuple(found)
    for index in range(len(found) - 1, 0, -1):
        joined = JOINED.get((found[index - 1], found[index]))
        if joined:
            found[index - 1 : index + 1] = [joined]
    return tuple(found)


@lru_cache(maxsize=4096)
def word_set(text: str) -> frozenset[str]:
    return frozenset(words(text))


def spaced(text: str) -> str:
    """`text` as its words with one space between them."""
    return " ".join(words(text))


@lru_cache(maxsize=4096)
def same(text: str) -> str:
    """`text` with its white space squeezed, for exact comparison."""
    return " ".join(text.split())
