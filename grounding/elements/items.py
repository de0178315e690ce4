"""Repeated things on a screen: results, cards, rows.

Prevents: "the first result" being the first link of the page, which stands in its menu.
"""

from collections.abc import Sequence

from handeye.envs import Element
from handeye.grounding.elements.index import Index
from handeye.grounding.elements.phrase import Reading
from handeye.grounding.elements.vocabulary import SIDE_REGIONS, STATIC
from handeye.grounding.elements.words import words


def repeated(index: Index, reading: Reading, nameless: float) -> dict[int, float]:
    """Scores for the element that stands for each repeated thing that the reading may mean."""
    groups = _groups(index)
    whole_rows = reading.role_word == "row"
    if not reading.name:
        family = _largest_family(index, list(groups.values()))
        return {_speaker(index, members, whole_rows): nameless for members in family}
    names = index.scores(reading.name, reading.exact)
    found = {}
    for members in groups.values():
        score = max((names.get(number, 0.0) for number in members), default=0.0)
        if score:
            found[_speaker(index, members, whole_rows)] = 0.98 * score
    return found


def _groups(index: Index) -> dict[int, list[int]]:
    """Positions of the elements of each item, without items of menus and without table heads."""
    found: dict[int, list[int]] = {}
    for number, element in enumerate(index.elements):
        if element.item is not None:
            found.setdefault(element.item, []).append(number)
    return {
        item: members
        for item, members in found.items()
        if not any(_is_aside(index.elements[number]) for number in members)
    }


def _is_aside(element: Element) -> bool:
    region = words(element.region)
    return element.role == "columnheader" or bool(region and region[0] in SIDE_REGIONS)


def _largest_family(index: Index, groups: Sequence[list[int]]) -> list[list[int]]:
    """The most numerous groups that look alike; the first such family where two are as large."""
    families: dict[tuple[str, str, str], list[list[int]]] = {}
    for members in groups:
        speaker = index.elements[_speaker(index, members, False)]
        families.setdefault((speaker.region, speaker.role, speaker.frame), []).append(members)
    return max(families.values(), key=len, default=[])


def _speaker(index: Index, members: Sequence[int], whole_rows: bool) -> int:
    """The element to click for an item: its row or first link; else a text (row) or control."""
    elements = index.elements
    for role in ("row", "clickable", "link") if whole_rows else ("link", "clickable"):
        fits = [n for n in members if elements[n].role == role and elements[n].name]
        if fits:
            # A card's picture and title lead to the same page: the title is the smaller.
            alike = [n for n in fits if words(elements[n].name) == words(elements[fits[0]].name)]
            return min(alike, key=lambda n: elements[n].box.area)
    preferred = [n for n in members if (elements[n].role in STATIC) == whole_rows]
    return (preferred or members)[0]
