"""Which candidates stand in a relation to something else: next to it, in its row, in its section.

Page structure (rows, regions, headings) decides before geometry does. Prevents: the checkbox of
the neighbouring row being taken because its box is a few pixels closer.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from handeye.envs import Element
from handeye.grounding.elements.index import Anchors, Index
from handeye.grounding.elements.phrase import Relation
from handeye.grounding.elements.relate import at_place, closeness, covered
from handeye.grounding.elements.vocabulary import (
    AREA_NOUNS,
    AREAS,
    ARTICLES,
    CHECKED,
    EDITED,
    ITEM_WORDS,
)
from handeye.grounding.elements.words import words


def related(
    index: Index, relation: Relation, numbers: Iterable[int], anchors: Anchors, other: Anchors
) -> dict[int, float]:
    """For each candidate how well it stands in the relation, 0.0 to 1.0."""
    fit: Callable[[int], float]
    if relation.kind == "row":
        fit = _row(index, anchors)
    elif relation.kind == "inside":
        fit = _inside(index, anchors)
    elif relation.kind == "between":
        fit = _between(index, anchors, other)
    else:
        fit = _beside(index, relation, anchors)
    return {number: fit(number) for number in numbers}


def _row(index: Index, anchors: Anchors) -> Callable[[int], float]:
    elements = index.elements
    items = {elements[n].item for n in anchors.all} - {None}
    boxes = [(n, elements[n].box) for n in anchors.all]
    wanted = {word for word in words(anchors.phrase) if word not in ARTICLES | ITEM_WORDS | {"of"}}

    def fit(number: int) -> float:
        element = elements[number]
        if element.item in items:
            return 1.0
        if items and element.item is None:
            return 0.0
        if not boxes and wanted and wanted <= set(words(element.item_text)):
            return 0.9
        lines = [closeness("row", element.box, box) for n, box in boxes if n != number]
        return 0.9 * max(lines, default=0.0)

    return fit


def _beside(index: Index, relation: Relation, anchors: Anchors) -> Callable[[int], float]:
    elements = index.elements

    def fit(number: int) -> float:
        element = elements[number]
        if number in anchors.chosen and not anchors.texts:
            # A control that is named by what it stands beside.
            return 1.0 if element.role in (*EDITED, *CHECKED) else 0.0
        labelled = element.role in (*EDITED, *CHECKED) and anchors.texts
        near = anchors.texts if labelled else anchors.all
        found = [
            _bonus(element, elements[n], relation, closeness(relation.kind, element.box, box))
            for n in near
            if n != number
            for box in (elements[n].box,)
        ]
        return max(found, default=0.0)

    return fit


def _bonus(element: Element, anchor: Element, relation: Relation, fit: float) -> float:
    """In one row or card, things are neighbours however wide the gap between them is."""
    together = element.item is not None and element.item == anchor.item
    return 0.6 + 0.4 * fit if relation.kind == "near" and together else fit


def _between(index: Index, anchors: Anchors, other: Anchors) -> Callable[[int], float]:
    def fit(number: int) -> float:
        center = index.elements[number].box.center
        for first in anchors.chosen:
            for second in other.chosen:
                one, two = index.elements[first].box.center, index.elements[second].box.center
                across, down = abs(one.x - two.x), abs(one.y - two.y)
                low, high = sorted((one.x, two.x) if across > down else (one.y, two.y))
                place, side = (center.x, center.y) if across > down else (center.y, center.x)
                off = abs(side - (one.y if across > down else one.x))
                if low < place < high and off < 80 and number not in (first, second):
                    return 1.0
        return 0.0

    return fit


def _inside(index: Index, anchors: Anchors) -> Callable[[int], float]:
    said = _joined([word for word in words(anchors.phrase) if word not in ARTICLES])
    wanted = {word for word in said if word not in AREA_NOUNS | AREAS.keys() | {"of"}}
    areas = [AREAS[word] for word in said if word in AREAS]
    kinds = {kind for names, _ in areas for kind in names}
    sections = _sections(index, anchors)
    known = any(kinds & set(words(element.region)) for element in index.elements)

    def fit(number: int) -> float:
        element = index.elements[number]
        region = set(words(element.region))
        if wanted and wanted <= region:
            return 1.0 if not kinds or kinds & region else 0.95
        if not wanted:
            if kinds & region:
                return 1.0
            place = next((place for _, place in areas if place != (None, None)), None)
            if known or place is None:
                return 0.0
            near = at_place(element.box, place, index.width, index.height)
            return near if near > 0.7 else 0.0
        if number in sections:
            return 0.9
        return 0.85 if element.item is not None and wanted <= set(words(element.item_text)) else 0.0

    return fit


def _joined(said: Sequence[str]) -> list[str]:
    """The words with those that name an area together as one: a "menu bar" is no menu."""
    found = list(said)
    for first, second in pairwise(said):
        if first + second in AREAS and first in found and second in found:
            at = found.index(first)
            found[at : at + 2] = [first + second]
    return found


def _sections(index: Index, anchors: Anchors) -> set[int]:
    """Elements in the box of an anchor, or after an anchor's text and before the next heading."""
    found: set[int] = set()
    for anchor in anchors.all:
        box = index.elements[anchor].box
        for number, element in enumerate(index.elements):
            if number != anchor and element.box.area < box.area and covered(element.box, box) > 0.8:
                found.add(number)
        if index.elements[anchor].role != "heading":
            continue
        for number in range(anchor + 1, len(index.elements)):
            if index.elements[number].role == "heading":
                break
            found.add(number)
    return found
