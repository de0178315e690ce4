"""What a person's browser looked like before a moment."""

import time
from typing import Any

from handeye.actions import Size
from handeye.envs.browser.camera import Camera
from handeye.envs.browser.looks import Looks
from handeye.envs.browser.session import Session
from handeye.envs.types import Screenshot

VIEWPORT = Size(width=400, height=300)


class SlowCamera(Camera):
    """Its first picture is taken only when a new tab has come in front."""

    def frame(self) -> Screenshot:
        page = self._session.page
        if len(self._session.pages) == 1:
            page.evaluate("window.open('about:blank')")
            while self._session.page is page:
                page.wait_for_timeout(5)
        return super().frame()


def test_a_frame_of_a_new_tab_is_not_taken_for_one_of_the_tab_before(site: Any) -> None:
    session = Session(headless=True, viewport=VIEWPORT, device_scale=1.0)
    try:
        first = session.page
        first.goto(site({"/": "<button>First</button>"}).url)
        looks = Looks(session, SlowCamera(session, VIEWPORT, 1.0))
        looks.look()
        session.switch(first)
        looks.look()
        seen = looks.before(first, time.time(), None)
        assert seen is not None
        assert [each.name for each in seen.elements or ()] == ["First"]
        earliest = looks.before(first, 0.0, None)
        assert earliest == seen
    finally:
        session.close()
