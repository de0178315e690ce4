"""How like two words are: the same, a synonym, another form, or misspelt.

Prevents: opposites being taken for misspellings ("subscribe" and "unsubscribe", "Save" and "Sale",
"row 57" and "row 51").
"""

from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from handeye.grounding.elements.vocabulary import PARTS, SYNONYMS

_SYNONYMS: dict[str, frozenset[str]] = {}
for _group in SYNONYMS:
    for _word in _group:
        _SYNONYMS[_word] = _SYNONYMS.get(_word, frozenset()) | frozenset(_group)

_SYNONYM = 0.9
_ENDING = 0.96  # one letter more or less at the end: a plural
_MISSPELT = 0.9
_PART = 0.9
_PREFIX = 4  # letters that are no prefix to turn a word around with, as "un" and "dis" are
_SHORT = 5  # in a word this short, another letter makes another word


def likenesses(word: str, vocabulary: Collection[str]) -> list[tuple[str, float]]:
    """Words of `vocabulary` like `word` but not the same, with their likeness, 0.0 to 1.0."""
    found = {other: _SYNONYM for other in _SYNONYMS.get(word, ()) if other in vocabulary}
    found.pop(word, None)
    if len(word) < 3 or word.isdigit():
        return list(found.items())
    related = {known: _form(word, known) for known in vocabulary if known[0] == word[0]}
    if len(word) > _SHORT:
        inside = {known: len(word) / len(known) for known in vocabulary if word in known[_PREFIX:]}
        related |= {known: 0.5 + 0.35 * part for known, part in inside.items()}
    if len(word) > 3:
        cutoff = 85 if len(word) <= _SHORT else 80
        close = process.extract(word, list(related), scorer=ratio, score_cutoff=cutoff, limit=8)
        for known, percent, _ in close:
            related[known] = related[known] or percent / 100 * _MISSPELT
    digits = _digits(word)
    for known, likeness in related.items():
        if likeness and known != word and _digits(known) == digits:
            found.setdefault(known, likeness)
    return list(found.items())


def _form(word: str, known: str) -> float:
    """The likeness of a word and its longer form ("setting", "titlebar"), else 0.0."""
    short, long = sorted((word, known), key=len)
    if not long.startswith(short) or (len(known) < 4 and short == known):
        return 0.0
    if long[len(short) :] in PARTS:
        return _PART
    return _ENDING if len(long) - len(short) <= 1 else 0.5 + 0.45 * len(short) / len(long)


def _digits(word: str) -> str:
    return "".join(char for char in word if char.isdigit())
