"""What stands in one line and belongs together: menu bars, toolbars, rows of tabs, links.

Prevents: "the second icon in the toolbar" counting every icon of the screen, and a tab being
taken for a heading of the same name.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.vocabulary import MENUS
from handeye.grounding.elements.words import words

TEXTS = ("line", "heading", "link")  # tags of texts that stand for themselves
_SHORT = 3  # words of a tab or menu
_WIDE, _APART = 3.2, 0.55  # lines of text: the widest gap in a strip, and what no space has
_ALIKE = 1.7  # times as large as the smallest: icons of one toolbar


class Strip(NamedTuple):
    """`kind` is the region, `role` that of its texts; `selected` is one of the `members`."""

    kind: str
    role: str
    members: tuple[int, ...]
    selected: int | None = None


def strips_of(picture: Picture, elements: Sequence[Element], unit: float) -> list[Strip]:
    """Every strip; `members` are positions in `elements`."""
    short = [n for n, each in enumerate(elements) if _is_short(each)]
    lines = runs_of(elements, short, _WIDE * unit)
    found = [
        Strip("menubar", "menuitem", tuple(line)) for line in lines if _is_menu(elements, line)
    ]
    taken = {n for strip in found for n in strip.members}
    for line in lines:
        free = [n for n in line if n not in taken and _is_label(elements[n])]
        table = any(elements[n].item is not None for n in free)
        selected = _selected(picture, [elements[n].box for n in free], unit, table)
        if selected is not None:
            found.append(Strip("tablist", "tab", tuple(free), free[selected]))
    return [*found, *_toolbars(elements, unit)]


def _is_short(element: Element) -> bool:
    texts = element.tag in TEXTS or (element.role == "button" and element.name)
    return bool(texts) and 0 < len(element.name.split()) <= _SHORT


def _is_label(element: Element) -> bool:
    """Whether a text may be a tab's: no number."""
    return sum(map(str.isalpha, element.name)) > 1


def runs_of(elements: Sequence[Element], numbers: Sequence[int], gap: float) -> list[list[int]]:
    """At least two that stand side by side, of one height and with no wider gap between them."""
    runs: list[list[int]] = []
    for n in sorted(numbers, key=lambda n: elements[n].box.x1):
        box = elements[n].box
        for run in runs:
            last = elements[run[-1]].box
            level = abs(last.center.y - box.center.y) < 0.3 * min(last.height, box.height)
            if level and -2 < box.x1 - last.x2 < gap:
                run.append(n)
                break
        else:
            runs.append([n])
    return [run for run in runs if len(run) > 1]


def _is_menu(elements: Sequence[Element], line: Sequence[int]) -> bool:
    """Whether words stand here that menus are called by in most applications."""
    known = [n for n in line if " ".join(words(elements[n].name)) in MENUS]
    return len(line) > 2 and len(known) > 1 and 2 * len(known) >= len(line)


def _selected(picture: Picture, boxes: Sequence[Box], unit: float, table: bool) -> int | None:
    """Which one is marked as open, by a line under or over it, or a ground of its own.

    In what may be a `table`, only by its line.
    """
    if len(boxes) < 2 or any(two.x1 - one.x2 < _APART * unit for one, two in pairwise(boxes)):
        return None
    lined = [n for n, box in enumerate(boxes) if _is_lined(picture, box, unit, len(boxes) > 2)]
    if len(lined) == 1:
        return lined[0]
    if len(boxes) < 3 or lined or table:
        return None
    grounds = [picture.color_at(box) for box in boxes]
    other = [
        n
        for n, ground in enumerate(grounds)
        if all(abs(ground - each).max() > 4 for m, each in enumerate(grounds) if m != n)
    ]
    rest = [ground for n, ground in enumerate(grounds) if n not in other]
    same = all(abs(one - two).max() <= 3 for one, two in pairwise(rest))
    return other[0] if len(other) == 1 and same else None


def _is_lined(picture: Picture, box: Box, unit: float, both: bool) -> bool:
    """Whether a line that is little wider than the text runs below it, or (`both`) above."""
    left, right = max(0, round(box.x1) + 1), round(box.x2) - 1
    reach = round(1.7 * unit)
    if right <= left:
        return False
    below = (round(box.y2 + 0.12 * unit), round(box.y2 + 1.4 * unit))
    above = (max(0, round(box.y1 - 1.4 * unit)), max(0, round(box.y1 - 0.12 * unit)))
    for top, bottom in (below, above) if both else (below,):
        part = picture.edges[top:bottom]
        for row in part[part[:, left:right].mean(axis=1) > 0.97] if part.size else ():
            ends = row[max(0, left - reach) : left], row[right : right + reach]
            if all(len(end) and not end.all() for end in ends):
                return True
    return False


def _toolbars(elements: Sequence[Element], unit: float) -> list[Strip]:
    """At least three icons of one size in a line, with what stands between them."""
    icons = [n for n, each in enumerate(elements) if each.tag == "icon"]
    found = []
    for run in runs_of(elements, icons, _WIDE * unit):
        sizes = [max(elements[n].box.width, elements[n].box.height) for n in run]
        large = [n for n, size in zip(run, sizes, strict=True) if size * _ALIKE >= max(sizes)]
        named = any(len(words(elements[n].item_text)) > 1 for n in run)  # in the rows of a table
        if len(large) > 2 and not named:
            first, last = elements[run[0]].box, elements[run[-1]].box
            span = Box(x1=first.x1, y1=first.y1, x2=last.x2, y2=max(last.y2, first.y2))
            between = [n for n, e in enumerate(elements) if n in run or _is_between(e, span)]
            found.append(Strip("toolbar", "", tuple(between)))
    return found


def _is_between(element: Element, span: Box) -> bool:
    return element.box.height < 2 * span.height and span.contains(element.box.center)
