"""The heads of columns: what a field or box in a table is called that has no label of its own.

Prevents: "the quantity in the row of Bread" being missing, as nothing stands beside the field but
the name of its row.
"""

from collections.abc import Sequence

from handeye.envs import Element
from handeye.grounding.elements.pixels.strips import TEXTS
from handeye.grounding.elements.vocabulary import CHECKED, EDITED

_REACH = 3.0  # lines of text from a head to what stands first under it
_LEAST = 2  # things of one kind under each other


def headed(elements: Sequence[Element], unit: float) -> tuple[Element, ...]:
    """The elements, with the texts over columns of fields and boxes marked as their heads."""
    held = [e for e in elements if e.role in (*EDITED, *CHECKED) and e.item is not None]
    texts = [n for n, each in enumerate(elements) if each.tag in TEXTS]
    heads = set()
    for first in held:
        column = [each for each in held if _is_under(each, first)]
        if len(column) < _LEAST or any(each.box.y1 < first.box.y1 for each in column):
            continue
        over = [n for n in texts if _is_over(elements[n], first, unit)]
        head = max(over, key=lambda n: elements[n].box.y2, default=None)
        if head is not None and _has_others(elements, head, texts):
            heads.add(head)
    return tuple(
        each.model_copy(update={"tag": "columnheader"}) if n in heads else each
        for n, each in enumerate(elements)
    )


def _is_under(element: Element, first: Element) -> bool:
    return element.role == first.role and abs(element.box.x1 - first.box.x1) < 4


def _is_over(text: Element, first: Element, unit: float) -> bool:
    one, two = text.box, first.box
    near = min(abs(one.x1 - two.x1), abs(one.x2 - two.x2), abs(one.center.x - two.center.x))
    return near < 0.8 * unit and -2 < two.y1 - one.y2 < _REACH * unit


def _has_others(elements: Sequence[Element], head: int, texts: Sequence[int]) -> bool:
    """Whether it stands in a line of heads."""
    box = elements[head].box
    return any(
        n != head and abs(elements[n].box.center.y - box.center.y) < 0.3 * box.height for n in texts
    )
