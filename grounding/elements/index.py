"""The names on one screen, indexed by word, and how well a name fits each element.

Built once per screen so that a query touches only elements that share a word with it. Scores go
from 1.0 (the very text) over all words present down to typos; below `match.THRESHOLD` nothing
counts. Prevents: the best of many bad fits being clicked.
"""

from collections.abc import Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from handeye.envs import Element
from handeye.grounding.elements.relate import beside
from handeye.grounding.elements.vocabulary import CHECKED, EDITED, LIGHT, SYNONYMS
from handeye.grounding.elements.words import same, words

HINT, LABEL, VALUE = 0.97, 0.95, 0.88
_LABELS = ("text", "label", "cell", "pixels")
_SYNONYMS: dict[str, frozenset[str]] = {}
for _group in SYNONYMS:
    for _word in _group:
        _SYNONYMS[_word] = _SYNONYMS.get(_word, frozenset()) | frozenset(_group)


class Index:
    """`elements` of one screen; scores are by position in it."""

    def __init__(self, elements: Sequence[Element]) -> None:
        self.elements = elements
        self._owner: list[int] = []
        self._weight: list[float] = []
        self._text: list[str] = []
        self._words: list[tuple[str, ...]] = []
        self._by_word: dict[str, list[int]] = {}
        self._scores: dict[tuple[str, bool], dict[int, float]] = {}
        for number, element in enumerate(elements):
            self._add(number, element)
        self._label_unnamed()

    @cached_property
    def vocabulary(self) -> list[str]:
        return list(self._by_word)

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
                self._add_text(number, label.name, words(label.name), LABEL)

    def _score_all(self, name: str, exact: bool) -> dict[int, float]:
        wanted = words(name)
        hits: dict[int, dict[int, float]] = {}
        for position, word in enumerate(wanted):
            for known, likeness in self._similar(word, exact):
                for place in self._by_word[known]:
                    row = hits.setdefault(place, {})
                    row[position] = max(row.get(position, 0.0), likeness)
        best: dict[int, float] = {}
        for place, row in hits.items():
            owner = self._owner[place]
            score = self._weight[place] * self._fit(place, name, wanted, row, exact)
            if score > best.get(owner, 0.0):
                best[owner] = score
        self._add_joined(wanted, best)
        return best

    def _similar(self, word: str, exact: bool) -> list[tuple[str, float]]:
        """Words of the screen like `word`, with their likeness."""
        found = {word: 1.0} if word in self._by_word else {}
        if exact:
            return list(found.items())
        for other in _SYNONYMS.get(word, ()):
            if other in self._by_word:
                found.setdefault(other, 0.9)
        if word.isdigit():
            return list(found.items())
        if len(word) >= 3:
            for known in self.vocabulary:
                if known.startswith(word) or (len(known) >= 4 and word.startswith(known)):
                    shorter, longer = sorted((len(known), len(word)))
                    likeness = 0.96 if longer - shorter <= 1 else 0.5 + 0.45 * shorter / longer
                    found.setdefault(known, likeness)
        if len(word) >= 4:
            cutoff = 74 if len(word) <= 5 else 80
            close = process.extract(
                word, self.vocabulary, scorer=ratio, score_cutoff=cutoff, limit=8
            )
            for known, likeness, _ in close:
                if not known.isdigit():
                    found.setdefault(known, likeness / 100 * 0.9)
        return list(found.items())

    def _fit(
        self, place: int, name: str, wanted: tuple[str, ...], row: dict[int, float], exact: bool
    ) -> float:
        text, present = self._text[place], self._words[place]
        if present == wanted:
            return 1.0 if same(text) == same(name) else 0.99
        weights = [0.3 if word in LIGHT and len(wanted) > 1 else 1.0 for word in wanted]
        known = {place: row.get(place, 0.0) for place in range(len(wanted))}
        missing = [n for n, likeness in known.items() if not likeness]
        if missing and not exact:
            around = self._context(self._owner[place])
            for position in missing:
                known[position] = 0.85 if wanted[position] in around else 0.0
        recall = sum(known[n] * weights[n] for n in known) / sum(weights)
        precision = min(1.0, len(row) / len(present))
        if all(known[n] for n in known if weights[n] == 1.0):
            if len(present) == len(wanted) and not missing:
                return 0.98 * recall
            spread = 0.75 + 0.2 * precision if precision >= 0.2 else 0.4 + 1.95 * precision
            return recall * spread * (1.0 if _in_order(wanted, present) or not exact else 0.6)
        return 0.0 if exact else recall * (0.65 + 0.2 * precision)

    def _context(self, number: int) -> frozenset[str]:
        element = self.elements[number]
        return frozenset(words(element.item_text)) | frozenset(words(element.region))

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
