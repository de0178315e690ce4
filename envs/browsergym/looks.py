"""What BrowserGym shows, as an `Observation`: the picture, the tabs, and the elements.

Prevents: an agent that meets other names and roles in BrowserGym than in handeye's own browser.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from handeye.actions import Box, ScreenSpace, Size
from handeye.envs.browsergym.tree import Node, scale_of, tree_of
from handeye.envs.types import Element, Observation, Screenshot, Tab

_ROLES = {
    "image": "img", "Canvas": "canvas", "SvgRoot": "img", "LabelText": "label", "Date": "textbox",
    "DateTime": "textbox", "InputTime": "textbox", "ColorWell": "color",
    "DisclosureTriangle": "button", "PopUpButton": "combobox", "textbox": "textbox",
}  # fmt: skip
_CONTROLS = frozenset({
    "button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch",
    "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "option", "slider", "spinbutton",
    "treeitem", "color", "gridcell",
})  # fmt: skip
_HOLDING = frozenset({"treeitem", "gridcell"})
_PICTURES = frozenset({"img", "canvas"})
_NAMED_BY_TEXT = frozenset({"heading", "cell", "columnheader", "rowheader", "label"})
_ITEMS = frozenset({"row", "listitem", "article", "treeitem", "option"})
_REGIONS = frozenset({
    "dialog", "alertdialog", "navigation", "banner", "form", "search", "region", "menu", "toolbar",
    "tabpanel", "group", "radiogroup", "tree",
})  # fmt: skip
_HINTS = ("placeholder", "title", "alt", "name", "id", "data-testid")


def observation_of(seen: Mapping[str, Any]) -> Observation:
    """One observation dictionary of BrowserGym (its default ones, not the raw pages)."""
    active = int(seen["active_page_index"][0])
    tabs = tuple(
        Tab(url=url, title=title, active=number == active)
        for number, (url, title) in enumerate(
            zip(seen["open_pages_urls"], seen["open_pages_titles"], strict=True)
        )
    )
    screenshot = _screenshot(seen)
    return Observation(
        screenshot=screenshot,
        url=str(seen["url"]),
        title=tabs[active].title if active < len(tabs) else "",
        tabs=tabs,
        elements=tuple(_elements(seen, screenshot.space.size)),
    )


def bid_at(seen: Mapping[str, Any], x: float, y: float, roles: frozenset[str]) -> str:
    """BrowserGym's number of the smallest element of these roles at a place; "" for none."""
    hits = [
        (node.box.area, node.bid)
        for root in tree_of(seen)
        for node in root.inside()
        if node.bid and node.box is not None and role_of(node) in roles
        if node.box.x1 <= x < node.box.x2 and node.box.y1 <= y < node.box.y2
    ]
    return min(hits)[1] if hits else ""


def role_of(node: Node) -> str:
    return _ROLES.get(node.role, node.role)


def _screenshot(seen: Mapping[str, Any]) -> Screenshot:
    from PIL import Image

    pixels = seen["screenshot"]
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG", compress_level=1)
    scale = scale_of(seen["dom_object"], seen["extra_element_properties"])
    size = Size(width=pixels.shape[1], height=pixels.shape[0])
    space = ScreenSpace(size=size, scale_x=scale, scale_y=scale)
    return Screenshot(data=written.getvalue(), space=space)


def _elements(seen: Mapping[str, Any], size: Size) -> Iterator[Element]:
    screen = Box(x1=0, y1=0, x2=size.width, y2=size.height)
    walk = _Walk(screen, str(seen["focused_element_bid"]))
    for root in tree_of(seen):
        yield from walk.down(root, taken=False)


class _Walk:
    """Goes through the tree; what was listed whole is not listed again in parts."""

    def __init__(self, screen: Box, focused: str) -> None:
        self._screen = screen
        self._focused = focused
        self._items: dict[int, int] = {}

    def down(self, node: Node, taken: bool) -> Iterator[Element]:
        role = role_of(node)
        if role in _CONTROLS and not taken:
            yield from self._emit(
                node, role, node.name or (node.text() if role == "option" else "")
            )
            taken = role not in _HOLDING
        elif role in _PICTURES:
            if not taken or node.name:
                yield from self._emit(node, role, node.name)
            taken = True
        elif not taken:
            if _is_clickable(node):
                yield from self._emit(node, "clickable", node.text())
                taken = all(child.role == "StaticText" for child in node.children)
            elif written := [child for child in node.children if child.role == "StaticText"]:
                yield from self._text(node, role, written)
                taken = not _holds_controls(node)
        if role in ("combobox", "listbox") and node.tag == "select":
            return
        for child in node.children:
            yield from self.down(child, taken)

    def _text(self, node: Node, role: str, written: list[Node]) -> Iterator[Element]:
        """Of a text with controls in it, only what is written between them."""
        whole = not _holds_controls(node)
        name = node.text() if whole else " ".join(child.name for child in written)
        shown = [child for child in node.inside() if child.role == "StaticText"]
        if not whole:
            shown = [max(written, key=lambda child: len(child.name))]
        box = _around([child.box for child in shown if child.box is not None]) or node.box
        role = role if role in _NAMED_BY_TEXT else "text"
        yield from self._emit(node, role, name, box)

    def _emit(self, node: Node, role: str, name: str, box: Box | None = None) -> Iterator[Element]:
        place = (box or node.box or self._screen).intersection(self._screen)
        name = " ".join(name.split())
        if place is None or not node.visible or (node.box is None and box is None):
            return
        if not name and role == "text":
            return
        item = _item(node)
        told = node.properties
        yield Element(
            role=role,
            name=name,
            value=_value(node, role),
            hints=_hints(node, name),
            box=place,
            enabled=not told.get("disabled"),
            editable=bool(told.get("editable")) and not told.get("readonly"),
            focused=bool(node.bid) and node.bid == self._focused,
            checked=_checked(told),
            selected=told.get("selected") if role != "combobox" else None,
            expanded=told.get("expanded"),
            options=_options(node) if role in ("combobox", "listbox") else (),
            item=None if item is None else self._items.setdefault(id(item), len(self._items)),
            item_text=item.text()[:300] if item is not None else "",
            region=_region(node),
            tag=node.tag,
        )


def _is_clickable(node: Node) -> bool:
    """Something that listens to clicks, and holds nothing that would rather be clicked."""
    if not node.clickable or node.tag in ("body", "html", "label") or node.role == "RootWebArea":
        return False
    return not any(each.clickable or role_of(each) in _CONTROLS for each in node.inside())


def _holds_controls(node: Node) -> bool:
    return any(role_of(each) in _CONTROLS or each.clickable for each in node.inside())


def _value(node: Node, role: str) -> str:
    return "" if role in ("button", "checkbox", "radio") else node.value


def _checked(told: Mapping[str, Any]) -> bool | Literal["mixed"] | None:
    said = told.get("checked", told.get("pressed"))
    if said is None:
        return None
    return "mixed" if said == "mixed" else said in (True, "true")


def _options(node: Node) -> tuple[str, ...]:
    return tuple(each.name for each in node.inside() if each.role == "option")


def _hints(node: Node, name: str) -> tuple[str, ...]:
    """Other names, as handeye's own browser gives them; what has no name, by its class."""
    said = [_words(node.attributes.get(each, "")) for each in _HINTS]
    if not name:
        said.append(_words(node.attributes.get("class", "")))
    return tuple(dict.fromkeys(hint for hint in said if hint and hint != name))


def _words(said: str) -> str:
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", said)
    return " ".join(re.sub(r"[_./:]+|-(?!\d)|(?<=\w)-", " ", parted).split())[:200]


def _item(node: Node) -> Node | None:
    """The repeated thing around a node."""
    here: Node | None = node
    while here is not None:
        if here.role in _ITEMS or _repeated(here):
            return here
        here = here.parent
    return None


def _repeated(node: Node) -> bool:
    """One of three or more alike beside each other, each with parts of its own."""
    if node.parent is None or len(node.children) < 2 or node.role not in ("generic", "paragraph"):
        return False
    kind = node.tag, node.attributes.get("class", "").split(" ")[0]
    alike = [
        each
        for each in node.parent.children
        if each.children and (each.tag, each.attributes.get("class", "").split(" ")[0]) == kind
    ]
    return len(alike) >= 3


def _region(node: Node) -> str:
    """The nearest region; inside a dialog "dialog X › group Y"."""
    found: list[str] = []
    here = node.parent
    while here is not None:
        if here.role in _REGIONS:
            told = " ".join(f"{here.role} {here.name}".split())
            dialog = here.role in ("dialog", "alertdialog")
            if dialog or (not found and (here.name or here.role not in ("form", "group"))):
                found.insert(0, told)
            if dialog:
                break
        here = here.parent
    return " › ".join(found)


def _around(boxes: list[Box]) -> Box | None:
    if not boxes:
        return None
    return Box(
        x1=min(box.x1 for box in boxes),
        y1=min(box.y1 for box in boxes),
        x2=max(box.x2 for box in boxes),
        y2=max(box.y2 for box in boxes),
    )
