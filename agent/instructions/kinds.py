"""Kinds of elements that a step can mean: boxes, lists, fields, controls.

Prevents: a heading taken for the field of the same name.
"""

from typing import Literal

from handeye.envs import Element
from handeye.grounding.elements.match import Wanted

Among = Literal["all", "controls", "fields", "lists", "boxes"]

BOXES = ("checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio")
LISTS = ("combobox", "listbox", "radiogroup")
FIELDS = (*BOXES, *LISTS, "textbox", "searchbox", "spinbutton", "slider", "color", "file")
CONTROLS = (
    *FIELDS, "button", "link", "tab", "menuitem", "option", "treeitem", "clickable", "gridcell",
    "columnheader",
)  # fmt: skip


def is_box(element: Element) -> bool:
    return element.role in BOXES


def is_field(element: Element) -> bool:
    return element.editable or element.role in FIELDS


def is_list(element: Element) -> bool:
    return element.role in LISTS or bool(element.options)


def is_control(element: Element) -> bool:
    return element.editable or element.role in CONTROLS


# What a lookup means: the first of these that some element fits.
MEANT: dict[Among, tuple[Wanted, ...]] = {
    "all": (),
    "controls": (is_control,),
    "fields": (is_field, is_control),
    "lists": (is_list, is_field, is_control),
    "boxes": (is_box, is_control),
}
