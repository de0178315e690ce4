"""Where a page shows secrets: their boxes are covered in every picture that leaves the browser.

What the page shows is compared here and not in the page, which is never told a secret that it does
not hold. Prevents: a password in a field, in a sentence that repeats it, or cut in two by markup.
"""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from handeye.actions import Box
from handeye.envs.browser.elements import own_box
from handeye.envs.secrets import Vault

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

_SHOWN = (Path(__file__).parent / "shown.js").read_text("utf-8")


class Veil:
    """Knows where secrets are, and where they were a moment ago: a picture may be from then."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._before: list[Box] = []

    def boxes(self, page: "Page") -> list[Box]:
        """What has to be covered, in input units, in a picture from just now."""
        if not self._vault.secrets:
            return []
        now = [box for frame in page.frames for box in self._in_frame(frame)]
        boxes, self._before = [*now, *self._before], now
        return boxes

    def remember(self, page: "Page") -> None:
        """Where they are right after an action: what comes next may still be a picture of it."""
        from playwright.sync_api import Error

        with suppress(Error):  # the page is on its way to another document
            self.boxes(page)

    def _in_frame(self, frame: "Frame") -> list[Box]:
        from playwright.sync_api import Error

        left, top = corner(frame)
        try:
            runs = frame.evaluate(_SHOWN)
        except Error:
            own = own_box(frame) if frame.parent_frame is not None else None
            if own is None:
                raise
            return [Box(x1=left, y1=top, x2=left + own[2], y2=top + own[3])]
        telling = self._vault.redactor.tells([text for text, _ in runs])
        return [
            Box(x1=x1 + left, y1=y1 + top, x2=x2 + left, y2=y2 + top)
            for at in telling
            for x1, y1, x2, y2 in runs[at][1]
        ]


def corner(frame: "Frame") -> tuple[float, float]:
    """Where a frame begins in its page."""
    left = top = 0.0
    at: Frame | None = frame
    while at is not None and at.parent_frame is not None:
        own = own_box(at)
        left, top = (left + own[0], top + own[1]) if own else (left, top)
        at = at.parent_frame
    return left, top


def site_of(frame: "Frame") -> str:
    """The address whose site a frame belongs to: one without its own has that of its parent."""
    at: Frame | None = frame
    while at is not None:
        if not at.url.startswith("about:") and at.url:
            return at.url
        at = at.parent_frame
    return ""


def focused_frame(page: "Page") -> "Frame":
    """The frame that what is typed goes to."""
    frame = page.main_frame
    while True:
        handle = frame.evaluate_handle(_ACTIVE)
        element = handle.as_element()
        inner = element.content_frame() if element else None
        handle.dispose()
        if inner is None:
            return frame
        frame = inner


_ACTIVE = """() => {
  const watch = window.__handeye_watch__;
  let element = document.activeElement;
  for (let root = element && watch && watch.shadowOf(element); root && root.activeElement;
       root = watch.shadowOf(element)) element = root.activeElement;
  return element;
}"""
