"""The accessibility tree of an observation, joined with where its nodes are and what tags they are.

Prevents: texts without a place (BrowserGym numbers elements only), and boxes of a page in device
pixels mixed with those in the page's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handeye.actions import Box


@dataclass
class Node:
    """A node of the tree; `box` is in screenshot pixels, None where it is not drawn."""

    role: str
    name: str
    value: str
    properties: Mapping[str, Any]
    bid: str = ""
    box: Box | None = None
    tag: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    visible: bool = True
    clickable: bool = False
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)

    def inside(self) -> Iterator["Node"]:
        """All nodes below, in reading order."""
        for child in self.children:
            yield child
            yield from child.inside()

    def text(self) -> str:
        """What is written in it."""
        if self.role == "StaticText":
            return self.name
        return " ".join(filter(None, (child.text() for child in self.children))).strip()


def tree_of(seen: Mapping[str, Any]) -> list[Node]:
    """The roots of what an observation of BrowserGym shows."""
    places = _places(seen["dom_object"], seen["extra_element_properties"])
    listed = {node["nodeId"]: node for node in seen["axtree_object"]["nodes"]}
    below = {child for node in listed.values() for child in node.get("childIds", ())}
    more = seen["extra_element_properties"]
    return [
        _node(name, None, listed, places, more)
        for name in listed
        if name not in below and not listed[name].get("parentId")
    ]


@dataclass
class _Place:
    tag: str
    attributes: dict[str, str]
    box: Box | None


def _node(
    name: str,
    parent: Node | None,
    listed: Mapping[str, Any],
    places: Mapping[int, _Place],
    more: Mapping[str, Any],
) -> Node:
    raw = listed[name]
    bid = str(raw.get("browsergym_id", ""))
    place = places.get(raw.get("backendDOMNodeId", -1), _Place("", {}, None))
    told = more.get(bid, {})
    drawn = told.get("visibility")
    made = Node(
        role="" if raw.get("ignored") else str(_value(raw.get("role"))),
        name=str(_value(raw.get("name"))),
        value=str(_value(raw.get("value"))),
        properties={each["name"]: _value(each["value"]) for each in raw.get("properties", ())},
        bid=bid,
        box=_box(told.get("bbox")) or place.box,
        tag=place.tag,
        attributes=place.attributes,
        visible=drawn > 0 if drawn is not None else parent is None or parent.visible,
        clickable=bool(told.get("clickable")),
        parent=parent,
    )
    for child in raw.get("childIds", ()):
        if child in listed:
            made.children.append(_node(child, made, listed, places, more))
    return made


def _value(told: Any) -> Any:
    return told.get("value", "") if isinstance(told, dict) else ""


def _box(corner: Any, scale: float = 1.0, left: float = 0.0, top: float = 0.0) -> Box | None:
    """From left, top, width and height."""
    if not corner:
        return None
    x, y, width, height = (float(number) for number in corner)
    x, y = x + left, y + top
    return Box(x1=scale * x, y1=scale * y, x2=scale * (x + width), y2=scale * (y + height))


def scale_of(dom: Mapping[str, Any], more: Mapping[str, Any]) -> float:
    """Screenshot pixels per unit of the page: what is told of an element over what is drawn."""
    strings = dom["strings"]
    for document in dom["documents"]:
        nodes, layout = document["nodes"], document["layout"]
        for index, bounds in zip(layout["nodeIndex"], layout["bounds"], strict=True):
            told = more.get(_attributes(nodes["attributes"][index], strings).get("bid", ""), {})
            if told.get("bbox") and bounds[2] > 0:
                return float(told["bbox"][2] / bounds[2])
    return 1.0


def _places(dom: Mapping[str, Any], more: Mapping[str, Any]) -> dict[int, _Place]:
    """Backend id → what the snapshot of the page knows of that node, frames among them."""
    strings, scale = dom["strings"], scale_of(dom, more)
    found: dict[int, _Place] = {}
    offsets = {0: (0.0, 0.0)}
    for number, document in enumerate(dom["documents"]):
        left, top = offsets.get(number, (0.0, 0.0))
        left -= document.get("scrollOffsetX", 0.0)
        top -= document.get("scrollOffsetY", 0.0)
        nodes, layout = document["nodes"], document["layout"]
        bounds = dict(zip(layout["nodeIndex"], layout["bounds"], strict=True))
        frames = nodes.get("contentDocumentIndex", {"index": (), "value": ()})
        for index, inner in zip(frames["index"], frames["value"], strict=True):
            x, y, *_ = bounds.get(index, (0.0, 0.0))
            offsets[inner] = (left + x, top + y)
        for index, backend in enumerate(nodes["backendNodeId"]):
            tag = strings[nodes["nodeName"][index]].lower()
            attributes = _attributes(nodes["attributes"][index], strings)
            box = _box(bounds.get(index), scale, left, top)
            found[backend] = _Place(tag, attributes, box)
    return found


def _attributes(pairs: list[int], strings: list[str]) -> dict[str, str]:
    return {
        strings[name]: strings[value] if value >= 0 else ""
        for name, value in zip(pairs[::2], pairs[1::2], strict=True)
    }
