"""The names on one screen, indexed by word, and how well a name fits each element.

Built once per screen so that a query touches only elements that share a word with it. Scores go
from 1.0 (the very text) over all words present down to typos; below `match.THRESHOLD` nothing
counts. Prevents: the best of many bad fits being clicked.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from handeye.envs import Element
from handeye.grounding.elements.likeness import likenesses
from handeye.grounding.elements.relate import beside
from handeye.grounding.elements.vocabulary import CHECKED, EDITED, LIGHT, NOISE
from handeye.grounding.elements.words import same, word_set, words

HINT, LABEL, VALUE = 0.97, 0.95, 0.88
CELL = 0.87  # "HR Team" alone is the cell, "HR Team checkbox" the box beside it
_LABELS = ("text", "label", "cell", "pixels")


class Anchors(NamedTuple):
    """What the other phrase of a relation means: `chosen`, and static `texts` that say the same."""

    phrase: str
    chosen: list[int]
    texts: list[int]

    @property
    def all(self) -> list[int]:
        return list(dict.fromkeys((*self.chosen, *self.texts)))


class _Wanted(NamedTuple):
    """A name that is looked for; `heavy` are the positions of words that mean something."""

    text: str
    words: tuple[str, ...]
    weights: tuple[float, ...]
    total: float
    heavy: frozenset[int]
    exact: bool

    @classmethod
    def of(cls, name: str, exact: bool) -> "_Wanted":
        found = words(name)
        heavy = frozenset(n for n, word in enumerate(found) if word not in LIGHT)
        heavy = heavy or frozenset(range(len(found)))
        weights = tuple(1.0 if n in heavy else 0.3 for n in range(len(found)))
        return cls(same(name), found, weights, sum(weights) or 1.0, heavy, exact)


class Index:
    """`elements` of one screen; scores are by position in it."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self.elements = elements
        self._owner: list[int] = []
        self._weight: list[float] = []
        self._text: list[str] = []
        self._words: list[tuple[str, ...]] = []
        self._by_word: dict[str, list[int]] = {}
        self.anchors: dict[str, Anchors] = {}
        self._scores: dict[tuple[str, bool], dict[int, float]] = {}
        for number, element in enumerate(elements):
            self._add(number, element)
        self._label_unnamed()

    @property
    def vocabulary(self) -> Collection[str]:
        return self._by_word.keys()

    @cached_property
    def right(self) -> float:
        return max((element.box.x2 for element in self.elements), default=1.0)

    @cached_property
    def bottom(self) -> float:
        return max((element.box.y2 for element in self.elements), default=1.0)

    def scores(self, name: str, exact: bool = False) -> dict[int, float]:
        """How well `name` fits, 0.0 to 1.0, for every element that shares a word with it."""
        key = (name, exact)
        if key not in self._scores:
            self._scores[key] = self._score_all(name, exact)
        return self._scores[key]

    def _add(self, number: int, element: Element) -> None:
        seen: set[tuple[str, ...]] = set()
        texts = [(element.name, 1.0), *((hint, HINT) for hint in element.hints)]
        for text, weight in (*texts, (element.value, VALUE)):
            found = words(text) if text else ()
            if found and found not in seen:
                seen.add(found)
                self._add_text(number, text, found, weight)

    def _add_text(self, number: int, text: str, found: tuple[str, ...], weight: float) -> None:
        place = len(self._owner)
        self._owner.append(number)
        self._weight.append(weight)
        self._text.append(text)
        self._words.append(found)
        for word in set(found):
            self._by_word.setdefault(word, []).append(place)

    def _label_unnamed(self) -> None:
        """Give a field or box without a name the text that stands beside it."""
        unnamed = [
            (number, element)
            for number, element in enumerate(self.elements)
            if not element.name and (element.editable or element.role in (*EDITED, *CHECKED))
        ]
        if not unnamed:
            return
        texts = [e for e in self.elements if e.name and e.role in _LABELS]
        for number, element in unnamed:
            label = beside(element, texts, after=element.role in CHECKED)
            if label is not None:
                weight = CELL if label.role == "cell" else LABEL
                self._add_text(number, label.name, words(label.name), weight)

    def _score_all(self, name: str, exact: bool) -> dict[int, float]:
        wanted = _Wanted.of(name, exact)
        hits: dict[int, dict[int, float]] = {}
        for position, word in enumerate(wanted.words):
            for known, likeness in self._similar(word, exact):
                for place in self._by_word[known]:
                    row = hits.setdefault(place, {})
                    row[position] = max(row.get(position, 0.0), likeness)
        best: dict[int, float] = {}
        for place, row in hits.items():
            if 2 * len(wanted.heavy & row.keys()) < len(wanted.heavy):
                continue  # too little to become a fit
            owner = self._owner[place]
            score = self._weight[place] * self._fit(place, wanted, row)
            if score > best.get(owner, 0.0):
                best[owner] = score
        self._add_joined(wanted.words, best)
        return best

    def _similar(self, word: str, exact: bool) -> list[tuple[str, float]]:
        """Words of the screen like `word`, with their likeness."""
        known = [(word, 1.0)] if word in self._by_word else []
        return known if exact else known + likenesses(word, self.vocabulary)

    def _fit(self, place: int, wanted: "_Wanted", row: dict[int, float]) -> float:
        """How well one text fits, from the likeness of its words in `row`."""
        present = self._words[place]
        if present == wanted.words:
            return 1.0 if same(self._text[place]) == wanted.text else 0.97
        missing = [n for n in range(len(wanted.words)) if n not in row]
        whole = wanted.heavy <= row.keys()
        size = len(present) - sum(word in NOISE for word in present)
        precision = min(1.0, len(row) / max(1, size))
        if missing and not wanted.exact:
            around = self._context(self._owner[place])
            row = row | {n: 0.85 for n in missing if wanted.words[n] in around}
            whole = wanted.heavy <= row.keys()
        recall = sum(row[n] * wanted.weights[n] for n in row) / wanted.total
        if not whole:
            return 0.0 if wanted.exact else recall * (0.65 + 0.2 * precision)
        if len(present) == len(wanted.words) and not missing:
            return 0.98 * recall
        if wanted.exact and not _in_order(wanted.words, present):
            return 0.0
        spread = 0.75 + 0.2 * precision if precision >= 0.2 else 0.4 + 1.95 * precision
        starts = present[: len(wanted.words)] == wanted.words
        return recall * spread + (0.06 * precision if starts else 0.0)

    def _context(self, number: int) -> frozenset[str]:
        element = self.elements[number]
        return word_set(element.item_text) | word_set(element.region)

    def _add_joined(self, wanted: tuple[str, ...], best: dict[int, float]) -> None:
        """Words that are written as one on the screen, or the other way round."""
        whole = "".join(wanted)
        if len(whole) < 6:
            return
        for place in self._joined.get(whole, ()):
            owner = self._owner[place]
            best[owner] = max(best.get(owner, 0.0), 0.97 * self._weight[place])

    @cached_property
    def _joined(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, present in enumerate(self._words):
            if len(present) <= 4:
                found.setdefault("".join(present), []).append(place)
        return found


def _in_order(wanted: tuple[str, ...], present: tuple[str, ...]) -> bool:
    size = len(wanted)
    return any(present[at : at + size] == wanted for at in range(len(present) - size + 1))
