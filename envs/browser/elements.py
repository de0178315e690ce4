"""The elements of a page, from one page call and one more for each cross-origin frame."""

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from handeye.actions import Box, Point, ScreenSpace
from handeye.envs.settle import PageState
from handeye.envs.types import Element

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Frame, Page

COLLECT = "window.__handeye_watch__ ? window.__handeye_watch__.collect() : null"
STATE = "window.__handeye_watch__ ? window.__handeye_watch__.state() : null"

_OWN_BOX = """element => {
  let readable = false;
  try { readable = Boolean(element.contentDocument); } catch { /* another origin */ }
  const box = element.getBoundingClientRect();
  return [box.left + element.clientLeft, box.top + element.clientTop,
          element.clientWidth, element.clientHeight, readable];
}"""

_ELEMENT_AT = """([x, y]) => {
  const watch = window.__handeye_watch__;
  const shadowOf = (element) => watch ? watch.shadowOf(element) : element.shadowRoot;
  const at = (document, x, y) => {
    let element = document.elementFromPoint(x, y);
    for (let root = element && shadowOf(element); root; root = shadowOf(element)) {
      const inner = root.elementFromPoint(x, y);
      if (!inner || inner === element) break;
      element = inner;
    }
    if (!element || (element.tagName !== "IFRAME" && element.tagName !== "FRAME")) return element;
    const box = element.getBoundingClientRect();
    let inside = null;
    try { inside = element.contentDocument; } catch { inside = null; }
    return inside ? at(inside, x - box.left - element.clientLeft, y - box.top - element.clientTop)
                  : element;
  };
  const element = at(document, x, y);
  if (!element) return null;
  if (element.tagName === "LABEL" && element.control) return element.control;
  return element.closest("select") || element;
}"""


def page_state(raw: Any, space: ScreenSpace, requests: int) -> PageState:
    """The page's own word on whether it rests; pixels and requests alone where it has none."""
    if not isinstance(raw, dict):
        return PageState(requests=requests)
    return PageState(
        document=float(raw["document"]),
        mutations=int(raw["mutations"]),
        timers=int(raw["timers"]),
        finite_animations=int(raw["finite"]),
        loading=bool(raw["loading"]),
        requests=requests,
        restless=[space.box_from_input(_box(*corners)) for corners in raw["restless"]],
    )


class Listing(NamedTuple):
    """What one page call lists: elements in screenshot pixels, the title, the raw page state."""

    elements: tuple[Element, ...] = ()
    title: str = ""
    state: Any = None


def rows_of(answer: str, space: ScreenSpace) -> tuple[Element, ...] | None:
    """The elements of an answer to `COLLECT`; None where a frame of another origin hides some."""
    found = json.loads(answer)
    return None if found["foreign"] else tuple(_element(row, space) for row in found["elements"])


def listing(answer: str | None, page: "Page", space: ScreenSpace) -> Listing:
    """What the page answered to `COLLECT`, completed with its cross-origin frames.

    Elements of same-origin frames and of shadow roots are included by the page call itself.
    """
    if answer is None:
        return Listing(title=page.title())
    found = json.loads(answer)
    rows = list(found["elements"])
    if found["foreign"]:
        whole = Box(x1=0, y1=0, x2=found["width"], y2=found["height"])
        _collect_foreign(page.main_frame, 0.0, 0.0, whole, rows)
    elements = tuple(_element(row, space) for row in rows)
    return Listing(elements, found["title"], found["state"])


def _collect_foreign(
    parent: "Frame", left: float, top: float, clip: Box, rows: list[dict[str, Any]]
) -> None:
    for frame in parent.child_frames:
        own = own_box(frame)
        if own is None:
            continue
        x, y, width, height, readable = own
        x, y = x + left, y + top
        seen = _box(x, y, x + width, y + height).intersection(clip)
        if seen is None:
            continue
        if readable:
            _collect_foreign(frame, x, y, seen, rows)
            continue
        answer = frame.evaluate(COLLECT)
        if answer is None:
            continue
        found = json.loads(answer)
        name = frame.name or "frame"
        of = {} if frame.url.startswith("about:") else {"origin": frame.url[:300]}
        for row in found["elements"]:
            x1, y1, x2, y2 = row["box"]
            box = _box(x1 + x, y1 + y, x2 + x, y2 + y).intersection(seen)
            if box is not None:
                path = f"{name} {row.get('frame', '')}".strip()
                corners = [box.x1, box.y1, box.x2, box.y2]
                rows.append({**row, "box": corners, "frame": path, **of})
        if found["foreign"]:
            _collect_foreign(frame, x, y, seen, rows)


def own_box(frame: "Frame") -> "list[float] | None":
    """Left, top, width and height in the parent, and whether the parent can read the frame."""
    from playwright.sync_api import Error

    try:
        handle = frame.frame_element()
        box: list[float] = handle.evaluate(_OWN_BOX)
        handle.dispose()
        return box
    except Error:  # the frame went away between the list and the look
        return None


def element_at(page: "Page", point: Point) -> "ElementHandle | None":
    """The DOM element under `point` (input units), through shadow roots and all frames.

    Who asks disposes of it: the page keeps what is held, also when it has thrown it away.
    """
    frame: Frame = page.main_frame
    x, y = point.x, point.y
    while True:
        found = frame.evaluate_handle(_ELEMENT_AT, [x, y])
        handle = found.as_element()
        inner = handle.content_frame() if handle else None
        if handle is None or inner is None:
            return handle
        left, top, *_ = handle.evaluate(_OWN_BOX)
        handle.dispose()
        frame, x, y = inner, x - left, y - top


def _box(x1: float, y1: float, x2: float, y2: float) -> Box:
    return Box(x1=x1, y1=y1, x2=max(x1, x2), y2=max(y1, y2))


def _element(row: dict[str, Any], space: ScreenSpace) -> Element:
    return Element(**{**row, "box": space.box_from_input(_box(*row["box"]))})
