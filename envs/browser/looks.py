"""The newest different frames of a browser that a person uses, and which one came before a moment.

Password fields are covered, where they were before and after the picture was taken. Prevents: a
password that is seen because the page moved while it was looked at, and a frame of one tab that is
taken for one of another.
"""

import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from handeye.actions import Box, ScreenSpace
from handeye.envs.browser.camera import Camera
from handeye.envs.browser.elements import COLLECT, listing, rows_of
from handeye.envs.browser.session import Session
from handeye.envs.browser.veil import corner
from handeye.envs.cover import covered
from handeye.envs.types import Observation

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SECRETS = "window.__handeye_secrets__ ? window.__handeye_secrets__.boxes() : []"
_KEPT = 40


class Looks:
    def __init__(self, session: Session, camera: Camera) -> None:
        self._session = session
        self._camera = camera
        self._seen: deque[tuple[float, Page, Observation]] = deque(maxlen=_KEPT)

    @property
    def space(self) -> ScreenSpace:
        return self._camera.space

    @property
    def last(self) -> Observation | None:
        return self._seen[-1][2] if self._seen else None

    def pause(self, seconds: float) -> None:
        """Let the page go on; what it tells is heard meanwhile."""
        self._camera.pause(seconds)

    def before(self, page: "Page", when: float, answer: str | None) -> Observation | None:
        """The last different frame before a moment, with the elements that the page told then."""
        on_page = [(at, seen) for at, on, seen in self._seen if on is page]
        earlier = [seen for at, seen in on_page if at <= when] or [seen for _, seen in on_page[:1]]
        if not earlier:
            return self.last
        elements = rows_of(answer, self.space) if answer is not None else None
        if elements is None:
            return earlier[-1]
        return earlier[-1].model_copy(update={"elements": elements})

    def look(self) -> None:
        """Look at the tab that is used; a frame that was seen last is not kept twice."""
        page = self._session.page
        hidden = self._secret_boxes(page)
        screenshot = self._camera.frame()
        when = time.time()
        found = listing(self._camera.ask_page(COLLECT), page, self.space)
        hidden += self._secret_boxes(page)
        if page is not self._session.page:
            self.look()  # a tab came in front meanwhile: which one was seen is not known
            return
        shown = covered(screenshot, [self.space.box_from_input(box) for box in hidden])
        last = self._seen[-1] if self._seen else None
        if last and last[1] is page and last[2].screenshot.sha256 == shown.sha256:
            return
        seen = Observation(
            screenshot=shown,
            url=page.url,
            title=found.title,
            tabs=self._session.tabs(found.title),
            elements=found.elements,
        )
        self._seen.append((when, page, seen))

    def _secret_boxes(self, page: "Page") -> list[Box]:
        """Where password fields are, in input units, in all frames."""
        from playwright.sync_api import Error

        boxes = []
        for frame in page.frames:
            with suppress(Error):  # a frame between two documents shows nothing yet
                found = frame.evaluate(_SECRETS)
                left, top = corner(frame) if found else (0.0, 0.0)
                boxes += [
                    Box(x1=x1 + left, y1=y1 + top, x2=x2 + left, y2=y2 + top)
                    for x1, y1, x2, y2 in found
                ]
        return boxes
