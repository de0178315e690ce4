"""Parts of a screen that phrases name: dialogs, menus, title bars, framed groups with a title.

Prevents: the Save button of the page being clicked where the one in the dialog was meant.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.pixels.inside import Middles
from handeye.grounding.elements.pixels.scene import Scene
from handeye.grounding.elements.pixels.strips import TEXTS, strips_of
from handeye.grounding.elements.vocabulary import EDITED, ENDINGS
from handeye.grounding.elements.words import words

_LARGEST = 0.6  # of the screen: what is larger is a window of its own
_TITLE = 3.2  # lines of text: how far below the upper edge a title may stand
_TITLE_WORDS = 8
_LOW = 5.0  # lines of text above the lower edge: where the buttons of a dialog stand
_EDGE = 4.0


class Area(NamedTuple):
    """A part of the screen and what it is called: "dialog Save changes"."""

    region: str
    box: Box


def placed(elements: Sequence[Element], scene: Scene) -> tuple[Element, ...]:
    """The elements with the role of their texts, and with their regions, the outer ones first."""
    unit = scene.picture.unit
    changes: dict[int, dict[str, object]] = {}
    regions: dict[int, list[str]] = {}
    middles = Middles([each.box for each in elements])
    for area in areas_of(elements, scene):
        for n in middles.within(area.box):
            regions.setdefault(n, []).append(area.region)
            if area.region.startswith("menu") and elements[n].tag in TEXTS:
                changes[n] = {"tag": "menuitem"}
    for strip in strips_of(scene.picture, elements, unit):
        for n in strip.members:
            over = {"menu list"} if strip.kind == "menubar" else {"title bar", "menu list"}
            if over & set(regions.get(n, ())):
                continue
            regions.setdefault(n, []).append(strip.kind)
            if strip.role and elements[n].tag in TEXTS:
                changes[n] = {"tag": strip.role}
            elif strip.role == "tab" and elements[n].role == "button":
                changes[n] = {"role": strip.role}
            if strip.selected is not None:
                changes.setdefault(n, {})["selected"] = n == strip.selected
    for n, names in regions.items():
        changes.setdefault(n, {})["region"] = " › ".join(dict.fromkeys(names))
    return tuple(
        each.model_copy(update=changes[n]) if n in changes else each
        for n, each in enumerate(elements)
    )


def areas_of(elements: Sequence[Element], scene: Scene) -> list[Area]:
    """The areas, the largest first."""
    picture = scene.picture
    screen = picture.width * picture.height
    panels = [each.shape.box for each in scene.controls if each.kind == "panel"]
    middles = Middles([each.box for each in elements])
    found: list[Area] = []
    for box in sorted([*panels, *_stacks(panels)], key=lambda each: each.area):
        inside = [elements[n] for n in middles.within(box)]
        if len(inside) < 2 or box.area > _LARGEST * screen:
            continue
        region = _region(box, inside, [each.box for each in elements if each.tag == "icon"], scene)
        if region == "dialog":
            inner = [area for area in found if area.region.startswith("dialog")]
            if any(box.contains(area.box.center) for area in inner):
                continue
            found.append(_dialog(box, elements, picture.unit))
            continue
        if region:
            found.append(Area(region, box))
    found += [Area("title bar", box) for box in _title_bars(panels, elements, picture.unit)]
    return sorted(found, key=lambda area: -area.box.area)


def _region(box: Box, inside: Sequence[Element], icons: Sequence[Box], scene: Scene) -> str:
    unit = scene.picture.unit
    if _is_menu(box, inside, scene):
        return "menu list"
    if _ends(box, inside, unit) and _is_over(box, icons, scene):
        return "dialog"
    title = _title(box, inside, unit)
    return f"group {title}" if title and box.height > _TITLE * unit else ""


def _stacks(panels: Sequence[Box]) -> list[Box]:
    """Frames of one width that touch, as one: a menu with lines between its parts.

    The columns of a sheet, whose cells stand level with those beside them, are none.
    """
    found: list[list[Box]] = []
    for box in sorted(panels, key=lambda each: each.y1):
        for stack in found:
            last = stack[-1]
            wide = abs(last.x1 - box.x1) < _EDGE and abs(last.x2 - box.x2) < _EDGE
            if wide and abs(box.y1 - last.y2) < _EDGE:
                stack.append(box)
                break
        else:
            found.append([box])
    found = [stack for stack in found if len(stack) > 1]
    apart = [stack for stack in found if not any(_are_columns(stack, each) for each in found)]
    return [stack[0].model_copy(update={"y2": stack[-1].y2}) for stack in apart]


def _are_columns(one: Sequence[Box], two: Sequence[Box]) -> bool:
    """Whether two stacks stand side by side, with more than one line of frames in common."""
    beside = min(abs(one[0].x1 - two[0].x2), abs(two[0].x1 - one[0].x2)) < _EDGE
    return (
        beside
        and sum(abs(a.y1 - b.y1) < _EDGE and abs(a.y2 - b.y2) < _EDGE for a in one for b in two) > 1
    )


def _dialog(box: Box, elements: Sequence[Element], unit: float) -> Area:
    """With its title: that of its window, right above it, else its first line."""
    bar = Box(x1=box.x1 - 2, y1=box.y1 - 1.8 * unit, x2=box.x2 + 2, y2=box.y1 + 2)
    over = [each for each in elements if bar.contains(each.box.center) and _is_bar(each, box)]
    if over:
        box = box.model_copy(update={"y1": over[0].box.y1})
        title = over[0].name
    else:
        title = _title(box, [each for each in elements if box.contains(each.box.center)], unit)
    first, _, rest = title.partition(" ")  # the sign of the window may be read as a letter
    return Area(f"dialog {rest if len(first) == 1 and rest else title}".strip(), box)


def _title(box: Box, inside: Sequence[Element], unit: float) -> str:
    """The first line, where nothing stands beside it but icons."""
    texts = [each for each in inside if each.tag in TEXTS or _is_bar(each, box)]
    if not texts:
        return ""
    first = min(texts, key=lambda each: each.box.y1)
    low = first.box.y1 - box.y1 > _TITLE * unit or len(first.name.split()) > _TITLE_WORDS
    beside = [
        each
        for each in inside
        if each is not first
        and each.tag not in ("icon", "wrapped")
        and abs(each.box.center.y - first.box.center.y) < 0.6 * unit
    ]
    return "" if low or beside else first.name


def _is_bar(element: Element, box: Box) -> bool:
    """Whether a framed text is as wide as what it stands in: the title of a window."""
    wide = 0.95 * box.width < element.box.width < 1.05 * box.width
    return element.role in ("button", "textbox") and bool(element.name) and wide


def _ends(box: Box, inside: Sequence[Element], unit: float) -> bool:
    """Whether the words that end dialogs stand at the bottom, under something else."""
    low = [
        each
        for each in inside
        if (each.role == "button" or each.tag in TEXTS)
        and box.y2 - each.box.center.y < _LOW * unit
        and " ".join(words(each.name)) in ENDINGS
    ]
    if not low:
        return False
    top = min(each.box.y1 for each in low)
    return any(each.box.y2 < top for each in inside) and box.height > 3.5 * unit


def _is_over(box: Box, icons: Sequence[Box], scene: Scene) -> bool:
    """Whether a box lies over the rest: in the middle, or with a sign to close it."""
    unit, picture = scene.picture.unit, scene.picture
    middle = abs(box.center.x - picture.width / 2) < 0.03 * picture.width
    corner = Box(x1=box.x2 - 3 * unit, y1=box.y1 - 2 * unit, x2=box.x2 + 1, y2=box.y1 + 3 * unit)
    apart = box.x1 > _EDGE and box.x2 < picture.width - _EDGE
    return apart and (middle or any(corner.contains(icon.center) for icon in icons))


def _is_menu(box: Box, inside: Sequence[Element], scene: Scene) -> bool:
    """Whether short lines begin under each other, close together, and nothing is filled in."""
    unit, picture = scene.picture.unit, scene.picture
    if box.width > 0.45 * picture.width or box.x1 < _EDGE or box.width > 26 * unit:
        return False
    if any(each.role in EDITED or each.tag == "check" for each in inside):
        return False
    texts = sorted((each for each in inside if each.tag in TEXTS), key=lambda each: each.box.y1)
    starts = sorted(each.box.x1 for each in texts)
    if len(texts) < 3:
        return False
    column = max(([s for s in starts if 0 <= s - x < 0.5 * unit] for x in starts), key=len)
    lines = [each for each in texts if column[0] <= each.box.x1 <= column[-1]]
    if len(lines) < 3 or any(len(each.name.split()) > 6 for each in lines):
        return False
    if 4 * sum(_is_of_table(each, texts, unit) for each in lines) > len(lines):
        return False
    steps = [two.box.center.y - one.box.center.y for one, two in pairwise(lines)]
    filled = len(lines) * 3.2 * unit > box.height
    return filled and all(0.85 * unit < step < 3 * unit for step in steps)


def _is_of_table(line: Element, texts: Sequence[Element], unit: float) -> bool:
    """Whether more stands level with a line than the keys that menus name beside their words."""
    return sum(abs(each.box.center.y - line.box.center.y) < 0.5 * unit for each in texts) > 2


def _title_bars(panels: Sequence[Box], elements: Sequence[Element], unit: float) -> list[Box]:
    """The upper ends of windows: those with two to four alike signs in the upper right corner."""
    icons = [each.box for each in elements if each.tag == "icon" and each.box.height < 1.6 * unit]
    found = []
    for box in panels:
        top = Box(
            x1=box.x2 - 7 * unit, y1=box.y1 - 1.8 * unit, x2=box.x2 + 2, y2=box.y1 + 2.2 * unit
        )
        signs = [icon for icon in icons if top.contains(icon.center)]
        level = {round(icon.center.y / (0.4 * unit)) for icon in signs}
        if 2 <= len(signs) <= 4 and len(level) == 1 and box.width > 12 * unit:
            y = signs[0].center.y
            found.append(Box(x1=box.x1, y1=y - unit, x2=box.x2 + 2, y2=y + unit))
    return found
