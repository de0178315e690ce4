"""Which candidates are one and the same thing.

Prevents: a link inside a list item, a label and its field, or a picture link and its title link
being reported as an ambiguous pair.
"""

from collections.abc import Sequence

from handeye.envs import Element
from handeye.grounding.elements.relate import covered, gaps
from handeye.grounding.elements.vocabulary import STATIC
from handeye.grounding.elements.words import words

_LABEL_GAP = 24.0
_BAND = 64.0

Scored = tuple[float, int]


def merged(
    scored: Sequence[Scored], elements: Sequence[Element], *, prefer_controls: bool
) -> list[Scored]:
    """`scored`, best first, with each thing once: as its control where that is preferred."""
    kept: list[Scored] = []
    near: dict[tuple[str, int], list[int]] = {}  # places in `kept`, by where they stand
    for score, number in sorted(scored, key=lambda pair: (-pair[0], _rank(elements[pair[1]]))):
        element = elements[number]
        keys = _whereabouts(element)
        for place in dict.fromkeys(place for key in keys for place in near.get(key, ())):
            best, other = kept[place]
            if _same(element, elements[other]):
                static = prefer_controls and _is_static(elements[other])
                if static and _speaks_for(element, elements[other]):
                    kept[place] = (best, number)
                break
        else:
            kept.append((score, number))
            for key in keys:
                near.setdefault(key, []).append(len(kept) - 1)
    return kept


def _whereabouts(element: Element) -> list[tuple[str, int]]:
    """Bands of the screen and the item that the element is in: only there can its double be."""
    first = int((element.box.y1 - _LABEL_GAP) // _BAND)
    last = int((element.box.y2 + _LABEL_GAP) // _BAND)
    bands = [("band", band) for band in range(first, last + 1)]
    return bands if element.item is None else [*bands, ("item", element.item)]


def _rank(element: Element) -> tuple[bool, bool, float]:
    return _is_static(element), element.role == "clickable", element.box.area


def _is_static(element: Element) -> bool:
    return element.role in STATIC


def _names(element: Element) -> frozenset[str]:
    return frozenset(words(element.name)) or frozenset(
        word for hint in element.hints for word in words(hint)
    )


def _same(one: Element, other: Element) -> bool:
    linked = one.item is not None and one.item == other.item and one.role == other.role == "link"
    if not linked and max(gaps(one.box, other.box)) > _LABEL_GAP:
        return False
    mine, theirs = _names(one), _names(other)
    if not (mine <= theirs or theirs <= mine):
        return False
    if covered(one.box, other.box) >= 0.7:
        return True
    if linked:
        return mine == theirs
    return _is_label(one, other) or _is_label(other, one)


def _is_label(label: Element, control: Element) -> bool:
    """Whether `label` is the text beside `control` that is its name."""
    if label.role not in ("text", "label", "pixels") or _is_static(control):
        return False
    return _names(label) <= _names(control) and max(gaps(label.box, control.box)) <= _LABEL_GAP


def _speaks_for(control: Element, text: Element) -> bool:
    """Whether the control means little more than its text: not a whole row with many words."""
    return not _is_static(control) and len(_names(control)) <= 3 * max(1, len(_names(text)))
