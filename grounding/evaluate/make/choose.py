"""Which elements of a page become items, and in which words they are asked for.

Prevents: questions with two right answers, and sets in which links crowd out everything else.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from handeye.actions import Point, Size
from handeye.envs import Element

# What a phrase calls an element of a role, and the group that it is scored in.
_CALLED = {
    "button": ("button", "text"),
    "link": ("link", "text"),
    "tab": ("tab", "text"),
    "menuitem": ("menu item", "text"),
    "textbox": ("field", "field"),
    "searchbox": ("field", "field"),
    "spinbutton": ("field", "field"),
    "combobox": ("list", "field"),
    "checkbox": ("checkbox", "check"),
    "radio": ("radio button", "check"),
    "switch": ("switch", "check"),
}
_LONGEST = 40  # characters of a name that a person would say
_LEAST = 8  # pixels of each side


class Chosen(NamedTuple):
    """An element, the phrase for it, and its group: text, icon, field or check."""

    element: Element
    phrase: str
    group: str


def choose(
    elements: Sequence[Element], screen: Size, shows_text: Callable[[Point], bool], most: int
) -> list[Chosen]:
    """Up to `most` elements, the groups in turn, each in the order of the page.

    Left out: what has no name, a long one or one of signs only; what is called like another element
    with the same noun, is disabled, or is cut by the edge of the screen. shows_text: whether text
    can be read on what lies at a point; without it a button or link is an icon.
    """
    named = [each for each in elements if each.role in _CALLED and _has_words(each.name)]
    said = Counter(_said(each) for each in named)
    groups: dict[str, list[Chosen]] = {"icon": [], "field": [], "check": [], "text": []}
    for element in named:
        noun, group = _CALLED[element.role]
        if said[_said(element)] > 1 or not _is_fit(element, screen):
            continue
        if group == "text" and not shows_text(element.box.center):
            noun, group = ("icon", "icon")
        name = " ".join(element.name.split())
        groups[group].append(Chosen(element, f"the {name} {noun}", group))
    turns = zip_longest(*groups.values())
    return [each for turn in turns for each in turn if each is not None][:most]


def _has_words(name: str) -> bool:
    return any(sign.isalnum() for sign in name)


def _said(element: Element) -> tuple[str, str]:
    noun, _ = _CALLED[element.role]
    return " ".join(element.name.casefold().split()), noun


def _is_fit(element: Element, screen: Size) -> bool:
    box = element.box
    # Boxes are of what can be seen: what goes on beyond the right or lower edge ends at it.
    whole = box.x2 < screen.width and box.y2 < screen.height
    large = box.width >= _LEAST and box.height >= _LEAST
    return whole and large and element.enabled and len(element.name) <= _LONGEST
