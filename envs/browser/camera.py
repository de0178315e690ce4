"""Pictures of a page through the DevTools protocol, and what settle needs to know beside them.

Prevents: a screenshot whose device scale is guessed, and one lost right after a navigation.
"""

import base64
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from handeye.actions import Box, ScreenSpace, Size, Zoom
from handeye.envs.browser.elements import STATE, page_state
from handeye.envs.browser.leaving import went_by_itself
from handeye.envs.browser.session import Session
from handeye.envs.refused import Refused
from handeye.envs.settle import PageState
from handeye.envs.types import ActionErrorKind, Screenshot

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Frame, Page

_TRY_AGAIN_SECONDS = 5.0
_NOT_NOW = ("Unable to capture", "Not attached to an active page", "Internal error")
_BETWEEN_DOCUMENTS = ("context", "navigat", "Internal error")


class Camera:
    """Looks at the current tab of a session; the probe that settle looks through."""

    def __init__(self, session: Session, viewport: Size, device_scale: float) -> None:
        self._session = session
        self._metrics = {
            "width": viewport.width,
            "height": viewport.height,
            "deviceScaleFactor": device_scale,
            "mobile": False,
        }
        self._cdp: dict[Page, CDPSession] = {}
        self._known: set[Page] = set()
        self._waiting: Page | None = None
        self._ending = False
        self.space = ScreenSpace(size=viewport)
        self.newest: Screenshot | None = None
        self.previous: Screenshot | None = None

    def forget(self) -> None:
        """The browser is another one now."""
        self._cdp.clear()
        self._known.clear()
        self.newest = self.previous = None

    def frame(self) -> Screenshot:
        """The visible part of the page, in device pixels."""
        data = self._capture()
        size = png_size(data)
        viewport = self._session.page.viewport_size
        if viewport is not None:
            scale_x, scale_y = size.width / viewport["width"], size.height / viewport["height"]
            self.space = ScreenSpace(size=size, scale_x=scale_x, scale_y=scale_y)
        self.previous, self.newest = self.newest, Screenshot(data=data, space=self.space)
        return self.newest

    def state(self) -> PageState:
        """What the page and the network say of being at rest."""
        from playwright.sync_api import Error

        requests = self._session.network.waiting()
        try:
            raw = self.ask_page(STATE)
        except Error as error:
            if not any(word in error.message for word in _BETWEEN_DOCUMENTS):
                raise
            return PageState(loading=True, requests=requests)
        return page_state(raw, self.space, requests)

    def ask_page(self, expression: str) -> Any:
        """The JSON value of an expression of ours in the page; half the time of `page.evaluate`."""
        answer = self._send("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def pause(self, seconds: float) -> None:
        from playwright.sync_api import Error

        page = self._session.page
        try:
            page.wait_for_timeout(seconds * 1000)
        except Error as error:
            if not went_by_itself(self._session, page, error):
                raise

    def ignore_open_requests(self) -> None:
        self._session.network.ignore_open()

    def closer(self, region: Box, factor: float) -> Screenshot:
        """A part of the screen (screenshot pixels), `factor` times larger."""
        box = self.space.box_to_input(region)
        view = self._send("Page.getLayoutMetrics")["cssVisualViewport"]
        clip = {
            "x": box.x1 + view["pageX"],
            "y": box.y1 + view["pageY"],
            "width": box.width,
            "height": box.height,
            "scale": factor,
        }
        data = self._capture(clip=clip)
        size = png_size(data)
        space = ScreenSpace(
            size=size,
            scale_x=size.width / box.width,
            scale_y=size.height / box.height,
            left=box.x1,
            top=box.y1,
        )
        return Screenshot(data=data, space=space)

    def zoomed(self, zoom: Zoom) -> Screenshot:
        """The closer look that an action asks for. Raises Refused where it is off the screen."""
        size = self.space.size
        region = zoom.region.intersection(Box(x1=0, y1=0, x2=size.width, y2=size.height))
        if region is None:
            raise Refused(ActionErrorKind.INVALID, "The region to look at is not on the screen.")
        return self.closer(region, zoom.factor)

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call the DevTools protocol, again when the page changes its document meanwhile."""
        from playwright.sync_api import Error

        while True:
            page = self._session.page
            # An old session resets the emulated screen when it ends: never after the new one began.
            while self._ending:
                page.wait_for_timeout(2)
            asked = False
            try:
                devtools = self._devtools()
                self._waiting, asked = page, True
                return devtools.send(method, params)
            except Error as error:
                given_up = asked and self._waiting is not page
                if not given_up and not went_by_itself(self._session, page, error):
                    raise
            finally:
                self._waiting = None

    def _navigated(self, frame: "Frame") -> None:
        """A picture asked of a document that is gone never comes: give the call up."""
        from playwright.sync_api import Error

        page = self._waiting
        if page is not None and frame == page.main_frame:
            self._waiting, self._ending = None, True
            with suppress(Error):
                self._cdp.pop(page).detach()
            self._ending = False

    def _closed(self, page: "Page") -> None:
        self._cdp.pop(page, None)
        self._known.discard(page)

    def _devtools(self) -> "CDPSession":
        page = self._session.page
        if page not in self._cdp:
            if page not in self._known:
                self._known.add(page)
                page.on("framenavigated", self._navigated)
                page.on("close", self._closed)
            self._cdp[page] = self._session.context.new_cdp_session(page)
            # The emulation belongs to a session: without its own, this one takes pictures at
            # scale 1 and resets the page's scale when it clips.
            self._cdp[page].send("Emulation.setDeviceMetricsOverride", self._metrics)
        return self._cdp[page]

    def _capture(self, **options: Any) -> bytes:
        """PNG bytes. A page that is just being opened may refuse a few times: ask again."""
        from playwright.sync_api import Error

        end = time.monotonic() + _TRY_AGAIN_SECONDS
        while True:
            try:
                answer = self._send(
                    "Page.captureScreenshot", format="png", optimizeForSpeed=True, **options
                )
                return base64.b64decode(answer["data"])
            except Error as error:
                passing = any(word in error.message for word in _NOT_NOW)
                if not passing or time.monotonic() > end:
                    raise
            self.pause(0.005)


def png_size(data: bytes) -> Size:
    """Width and height from a PNG's header (PNG specification, section 11.2.2)."""
    width, height = struct.unpack(">II", data[16:24])
    return Size(width=width, height=height)
