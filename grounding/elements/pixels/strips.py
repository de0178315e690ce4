"""What stands in one line and belongs together: menu bars, toolbars, rows of tabs, links.

Prevents: "the second icon in the toolbar" counting every icon of the screen, and a tab being
taken for a heading of the same name.
"""

from collections.abc import Sequence
from typing import NamedTuple

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.pixels.tabs import tabs_of
from handeye.grounding.elements.vocabulary import MENUS
from handeye.grounding.elements.words import words

TEXTS = ("line", "heading", "link")  # tags of texts that stand for themselves
_SHORT = 3  # words of a tab or menu
_WIDE = 3.2  # lines of text: the widest gap in a strip
_BESIDE = 2.2  # lines of text from an icon to the text that it belongs to
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
    short = [n for n in short if n not in taken and _is_label(elements[n])]
    rows = [[n for n in line if n in short] for line in lines]
    for members, selected in tabs_of(picture, elements, rows, short, unit):
        found.append(Strip("tablist", "tab", tuple(members), selected))
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
    middles = {n: elements[n].box.center.y for n in numbers}
    for n in sorted(numbers, key=lambda n: elements[n].box.x1):
        box = elements[n].box
        for run in runs:
            last = elements[run[-1]].box
            level = abs(middles[run[-1]] - middles[n]) < 0.3 * min(last.height, box.height)
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


def _toolbars(elements: Sequence[Element], unit: float) -> list[Strip]:
    """At least three icons of one size in a line, across or down, with what stands between them."""
    icons = [n for n, each in enumerate(elements) if each.tag == "icon"]
    across = _joined(elements, _grouped(elements, icons, _WIDE * unit), unit)
    bars = [run for run in across if len(run) > 2]
    free = [n for n in icons if not any(n in bar for bar in bars)]
    free = [n for n in free if not _has_text_beside(elements, n, unit)]
    down = _grouped([_turned(each) for each in elements], free, _WIDE * unit)
    found = []
    for run in [*bars, *(run for run in down if len(run) > 2)]:
        if any(_is_row(elements[n]) for n in run):
            continue
        span = _span([elements[n].box for n in run])
        between = [n for n, e in enumerate(elements) if n in run or _is_between(e, span)]
        found.append(Strip("toolbar", "", tuple(between)))
    return found


def _is_row(icon: Element) -> bool:
    """Whether words stand in its row: a table's, and no icons that were read as letters."""
    said = words(icon.item_text)
    return len(said) > 1 and max(map(len, said)) > 1


def _grouped(elements: Sequence[Element], icons: Sequence[int], gap: float) -> list[list[int]]:
    """Icons of about one size that stand side by side; also those that stand alone."""
    found = []
    runs = runs_of(elements, icons, gap)
    alone = [[n] for n in icons if not any(n in run for run in runs)]
    for run in (*runs, *alone):
        most = max(_size(elements[n]) for n in run)
        found.append([n for n in run if _size(elements[n]) * _ALIKE >= most])
    return found


def _size(element: Element) -> float:
    return max(element.box.width, element.box.height)


def _joined(
    elements: Sequence[Element], groups: Sequence[list[int]], unit: float
) -> list[list[int]]:
    """Groups in one line with nothing between them: the parts of one toolbar."""
    found: list[list[int]] = []
    for group in sorted(groups, key=lambda group: elements[group[0]].box.x1):
        first = elements[group[0]]
        for bar in found:
            last = elements[bar[-1]]
            level = abs(last.box.center.y - first.box.center.y) < 0.3 * unit
            alike = max(_size(last), _size(first)) < _ALIKE * min(_size(last), _size(first))
            if level and alike and not _parts(elements, last.box, first.box):
                bar += group
                break
        else:
            found.append(list(group))
    return found


def _parts(elements: Sequence[Element], one: Box, two: Box) -> bool:
    """Whether something that is no icon stands between two icons."""
    if two.x1 <= one.x2:
        return True
    between = Box(x1=one.x2, y1=min(one.y1, two.y1), x2=two.x1, y2=max(one.y2, two.y2))
    return any(each.tag != "icon" and between.contains(each.box.center) for each in elements)


def _has_text_beside(elements: Sequence[Element], number: int, unit: float) -> bool:
    """Whether an icon belongs to a text: an entry of a menu or list."""
    icon = elements[number].box
    return any(
        each.tag in TEXTS
        and abs(each.box.center.y - icon.center.y) < 0.6 * unit
        and -unit < each.box.x1 - icon.x2 < _BESIDE * unit
        for each in elements
    )


def _turned(element: Element) -> Element:
    """With across and down changed for each other."""
    box = element.box
    turned = Box(x1=box.y1, y1=box.x1, x2=box.y2, y2=box.x2)
    return element.model_copy(update={"box": turned})


def _span(boxes: Sequence[Box]) -> Box:
    return Box(
        x1=min(box.x1 for box in boxes),
        y1=min(box.y1 for box in boxes),
        x2=max(box.x2 for box in boxes),
        y2=max(box.y2 for box in boxes),
    )


def _is_between(element: Element, span: Box) -> bool:
    thin = min(span.width, span.height)
    small = min(element.box.width, element.box.height) < 2 * thin
    return small and span.contains(element.box.center)
