"""The names on one screen, indexed by word, and how well a name fits each element.

Built once per screen so that a query touches only elements that share a word with it. Scores go
from 1.0 (the very text) over all words present down to typos; below `match.THRESHOLD` nothing
counts. Prevents: the best of many bad fits being clicked.
"""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from handeye.actions import Box, Size
from handeye.envs import Element
from handeye.grounding.elements.likeness import likenesses
from handeye.grounding.elements.relate import beside
from handeye.grounding.elements.vocabulary import CHECKED, EDITED, LIGHT, NOISE
from handeye.grounding.elements.words import same, word_set, words

HINT, LABEL, VALUE = 0.97, 0.95, 0.88
RUN = 0.92
CELL = 0.87  # "HR Team" alone is the cell, "HR Team checkbox" the box beside it
_LABELS = ("text", "label", "cell", "pixels")


Looks = Callable[[str], dict[int, float]]


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


class _Text(NamedTuple):
    """One name of one element: its position, how much this kind of name counts, the words."""

    owner: int
    weight: float
    text: str
    words: tuple[str, ...]


class Index:
    """`elements` of one screen of `size` pixels; scores are by position in `elements`.

    `looks` tells which elements look like a name, where they can be seen.
    """

    def __init__(
        self, elements: Sequence[Element], size: Size | None = None, looks: Looks | None = None
    ) -> None:
        self._looks = looks
        self.elements = elements
        self.width = size.width if size else max((e.box.x2 for e in elements), default=1.0)
        self.height = size.height if size else max((e.box.y2 for e in elements), default=1.0)
        self._texts: list[_Text] = []
        self._by_word: dict[str, list[int]] = {}
        self.anchors: dict[str, Anchors] = {}
        self._scores: dict[tuple[str, bool], dict[int, float]] = {}
        for number, element in enumerate(elements):
            self._add(number, element)
        self._label_unnamed()
        self._label_columns()

    @property
    def vocabulary(self) -> Collection[str]:
        return self._by_word.keys()

    def scores(self, name: str, exact: bool = False) -> dict[int, float]:
        """How well `name` fits, 0.0 to 1.0, for every element that shares a word with it."""
        key = (name, exact)
        if key not in self._scores:
            self._scores[key] = self._score_all(name, exact)
        return self._scores[key]

    def _add(self, number: int, element: Element) -> None:
        name = self._add_text(number, element.name, 1.0)
        for hint in element.hints:
            beside = element.tag == "row" and not hint.startswith("Select")
            self._add_text(number, hint, CELL if beside else HINT, known=name)
        if element.value:
            self._add_text(number, element.value, VALUE, known=name)

    def _add_text(
        self, number: int, text: str, weight: float, known: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        """Add a name of an element, unless it has no words or those that are `known`."""
        found = words(text) if text else ()
        if found and found != known:
            place = len(self._texts)
            self._texts.append(_Text(number, weight, text, found))
            for word in found if len(found) == 1 else set(found):
                self._by_word.setdefault(word, []).append(place)
        return found

    def _label_unnamed(self) -> None:
        """Give a field or box without a name the text that stands beside it."""
        unnamed = [
            (number, element)
            for number, element in enumerate(self.elements)
            if not element.name
            and not (element.hints and element.tag == "frame")
            and (element.editable or element.role in (*EDITED, *CHECKED))
        ]
        if not unnamed:
            return
        texts = [e for e in self.elements if e.name and e.role in _LABELS]
        for number, element in unnamed:
            label = beside(element, texts, after=element.role in CHECKED)
            if label is not None:
                weight = CELL if label.role == "cell" else LABEL
                self._add_text(number, label.name, weight)

    def _label_columns(self) -> None:
        """Give a field or box in a row the head of its column as one more name."""
        heads = [e for e in self.elements if "columnheader" in (e.role, e.tag)]
        for number, element in enumerate(self.elements if heads else ()):
            if element.item is None or element.role not in (*EDITED, *CHECKED):
                continue
            over = [head for head in heads if _is_column(head.box, element.box)]
            if over:
                self._add_text(number, max(over, key=lambda e: e.box.y2).name, HINT)

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
            owner, weight, *_ = self._texts[place]
            score = weight * self._fit(place, wanted, row)
            if score > best.get(owner, 0.0):
                best[owner] = score
        self._add_joined(wanted.words, best)
        if self._looks is not None and not exact:
            for owner, score in self._looks(name).items():
                best[owner] = max(best.get(owner, 0.0), score)
        return best

    def _similar(self, word: str, exact: bool) -> list[tuple[str, float]]:
        """Words of the screen like `word`, with their likeness."""
        known = [(word, 1.0)] if word in self._by_word else []
        return known if exact else known + likenesses(word, self.vocabulary)

    def _fit(self, place: int, wanted: "_Wanted", row: dict[int, float]) -> float:
        """How well one text fits, from the likeness of its words in `row`."""
        owner, _, text, present = self._texts[place]
        if present == wanted.words:
            return 1.0 if same(text) == wanted.text else 0.97
        missing = [n for n in range(len(wanted.words)) if n not in row]
        whole = wanted.heavy <= row.keys()
        size = len(present) - sum(word in NOISE for word in present)
        precision = min(1.0, len(row) / max(1, size))
        if missing and not wanted.exact:
            around = self._context(owner)
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
        if self.elements[owner].role == "pixels" and _in_order(wanted.words, present):
            spread = max(spread, RUN)  # a link is read with the sentence around it
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
            owner, weight, *_ = self._texts[place]
            best[owner] = max(best.get(owner, 0.0), 0.97 * weight)

    @cached_property
    def _joined(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, text in enumerate(self._texts):
            if len(text.words) <= 4:
                found.setdefault("".join(text.words), []).append(place)
        return found


def _is_column(head: Box, box: Box) -> bool:
    """Whether a box stands under a head: more than half of the narrower one."""
    shared = min(head.x2, box.x2) - max(head.x1, box.x1)
    return head.y2 <= box.y1 + 4 and shared > 0.5 * min(head.width, box.width)


def _in_order(wanted: tuple[str, ...], present: tuple[str, ...]) -> bool:
    size = len(wanted)
    return any(present[at : at + size] == wanted for at in range(len(present) - size + 1))
