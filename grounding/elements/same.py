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

Scored = tuple[float, int]


def merged(scored: Sequence[Scored], elements: Sequence[Element]) -> list[Scored]:
    """`scored` (best first) with each thing once: as its control, where it has one."""
    kept: list[Scored] = []
    for score, number in sorted(scored, key=lambda pair: (-pair[0], _rank(elements[pair[1]]))):
        for place, (best, other) in enumerate(kept):
            if _same(elements[number], elements[other]):
                if _is_static(elements[other]) and _speaks_for(elements[number], elements[other]):
                    kept[place] = (best, number)
                break
        else:
            kept.append((score, number))
    return kept


def _rank(element: Element) -> tuple[bool, bool, float]:
    return _is_static(element), element.role == "clickable", element.box.area


def _is_static(element: Element) -> bool:
    return element.role in STATIC


def _names(element: Element) -> frozenset[str]:
    return frozenset(words(element.name)) or frozenset(
        word for hint in element.hints for word in words(hint)
    )


def _same(one: Element, other: Element) -> bool:
    mine, theirs = _names(one), _names(other)
    if not (mine <= theirs or theirs <= mine):
        return False
    if covered(one.box, other.box) >= 0.7:
        return True
    if one.item is not None and one.item == other.item and one.role == other.role == "link":
        return mine == theirs
    return _is_label(one, other) or _is_label(other, one)


def _is_label(label: Element, control: Element) -> bool:
    """Whether `label` is the text beside `control` that is its name."""
    if not _is_static(label) or _is_static(control):
        return False
    return _names(label) <= _names(control) and max(gaps(label.box, control.box)) <= _LABEL_GAP


def _speaks_for(control: Element, text: Element) -> bool:
    """Whether the control means little more than its text: not a whole row with many words."""
    return not _is_static(control) and len(_names(control)) <= 3 * max(1, len(_names(text)))
