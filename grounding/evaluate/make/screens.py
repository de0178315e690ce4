"""Pages at several sizes and scales, as a data set in ScreenSpot-Pro's format.

Prevents: sets of one window size, in which everything stands where it always stands.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from handeye.actions import Point, Size
from handeye.actions.errors import UsageError
from handeye.envs import Observation
from handeye.grounding.evaluate.make.choose import Chosen, choose

if TYPE_CHECKING:
    from handeye.envs.browser import BrowserEnv

MOST = 12
"""Items of one screen."""

# The element at a point, or the control around it: does it hold a letter or a digit?
_SHOWS_TEXT = """([x, y]) => {
  const hit = document.elementFromPoint(x, y);
  const control = hit && (hit.closest('a, button, [role], label') || hit);
  return Boolean(control && /[\\p{L}\\p{N}]/u.test(control.innerText || ''));
}"""


class View(NamedTuple):
    """A window: its size in CSS pixels and the device scale."""

    size: Size
    scale: float

    @property
    def name(self) -> str:
        return f"{self.size.width}x{self.size.height}@{self.scale:g}"


VIEWS = (
    View(Size(width=1280, height=720), 1.0),
    View(Size(width=1920, height=1080), 1.0),
    View(Size(width=1280, height=720), 2.0),
    View(Size(width=390, height=844), 2.0),
)
"""A laptop, a desktop, a laptop of high density, a phone."""


class Screen(NamedTuple):
    """One page in one view, and what is asked about it."""

    page: str
    view: View
    seen: Observation
    chosen: list[Chosen]


def make(urls: Sequence[str], folder: Path, views: Sequence[View] = VIEWS) -> int:
    """Writes annotations/own.json, images/ and review.html into `folder`; how many items there are.

    Raises UsageError for a folder that is not empty, or pages with nothing to ask for; and what
    BrowserEnv raises.
    """
    return write(_looks(urls, views), folder)


def write(screens: Iterable[Screen], folder: Path) -> int:
    """The data set of these screens in `folder`, as `make` does it."""
    from handeye.grounding.evaluate.make.sheet import sheet

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty.", "Name a new folder with --out.")
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = []
    cards: list[Screen] = []
    for screen in screens:
        image = f"{len(cards):03}-{_slug(screen.page)}-{screen.view.name}.png"
        (folder / "images" / image).write_bytes(screen.seen.screenshot.data)
        cards.append(screen)
        rows += [_row(screen, image, len(rows) + n, each) for n, each in enumerate(screen.chosen)]
    if not rows:
        raise UsageError("These pages have nothing to ask for.", "Name pages with named controls.")
    (folder / "annotations").mkdir()
    text = json.dumps(rows, indent=1, ensure_ascii=False)
    (folder / "annotations" / "own.json").write_text(text + "\n", encoding="utf-8")
    (folder / "review.html").write_text(sheet(cards), encoding="utf-8")
    return len(rows)


def _looks(urls: Sequence[str], views: Sequence[View]) -> Iterator[Screen]:
    """Every page in every view; one browser a view."""
    from handeye.envs.browser import BrowserEnv

    for view in views:
        with BrowserEnv(viewport=view.size, device_scale=view.scale) as env:
            for url in urls:
                yield look(env, url, view)


def look(env: "BrowserEnv", url: str, view: View, most: int = MOST) -> Screen:
    """The page at `url` in a window that is `view`, and up to `most` of its elements."""
    env.open(url)
    seen = env.observe()
    space = seen.screenshot.space

    def shows_text(point: Point) -> bool:
        at = space.to_input(point)
        return bool(env.evaluate(_SHOWS_TEXT, [at.x, at.y]))

    chosen = choose(seen.elements or (), space.size, shows_text, most)
    return Screen(seen.title or url, view, seen, chosen)


def _row(screen: Screen, image: str, number: int, chosen: Chosen) -> dict[str, Any]:
    """An entry of the annotations; the official fields."""
    size, box = screen.seen.screenshot.space.size, chosen.element.box
    return {
        "id": f"own_{number}",
        "img_filename": image,
        "img_size": [size.width, size.height],
        "bbox": [round(edge, 2) for edge in (box.x1, box.y1, box.x2, box.y2)],
        "instruction": chosen.phrase,
        "ui_type": "text" if chosen.group in ("text", "field") else "icon",
        "group": chosen.group,
        "application": screen.page,
        "platform": screen.view.name,
    }


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40] or "page"
