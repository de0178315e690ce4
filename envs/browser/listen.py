"""A browser that a person uses, and that tells what they do in it, in all tabs and frames.

Each thing that was done comes with the last different frame before it, and with the elements that
were on the page at that moment. Password fields are covered in every picture. Prevents: a click
matched with the page that it led to.
"""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from handeye.actions import (
    Action,
    CloseTab,
    Dialog,
    Download,
    NewTab,
    Point,
    Size,
    SwitchTab,
)
from handeye.actions.errors import NavigationError
from handeye.envs.browser.camera import Camera
from handeye.envs.browser.elements import own_box
from handeye.envs.browser.heard import Told, action_of, press_of
from handeye.envs.browser.history import KEYS, History
from handeye.envs.browser.looks import Looks
from handeye.envs.browser.pages import open_url
from handeye.envs.browser.session import Session
from handeye.envs.refused import Refused
from handeye.envs.types import Observation
from handeye.envs.watching import Did

if TYPE_CHECKING:
    from playwright.sync_api import Dialog as PageDialog
    from playwright.sync_api import Frame, Page

_SCRIPT = Path(__file__).with_name("listen.js")
_CAUSED_SECONDS = 1.5
"""What a page does so soon after an input is taken for its answer to that input."""


class BrowserListener:
    """Raises NavigationError when the first page cannot be opened, and what starting a browser
    raises."""

    name = "browser"

    def __init__(
        self, url: str, *, headless: bool = False, viewport: Size, device_scale: float = 1.0
    ) -> None:
        self.closed = False
        self._session = Session(
            headless=headless, viewport=viewport, device_scale=device_scale, max_download_mb=inf
        )
        self._looks = Looks(self._session, Camera(self._session, viewport, device_scale))
        self._queue: deque[Callable[[], None]] = deque()
        self._did: list[Did] = []
        self._down: tuple[Told, Point, Observation | None] | None = None
        self._dialog: PageDialog | None = None
        self._dialog_at = 0.0
        self._input_at = time.time()
        self._history = History()
        self._closing: set[Page] = set()
        try:
            self._listen()
            open_url(self._session, url)
            self._current = self._session.page
            self._looks.look()
            self._queue.clear()
            self._history.arrived(self._current, self._current.url)
        except Refused as refusal:
            self.close()
            raise NavigationError(refusal.error.message) from refusal
        except BaseException:
            self.close()
            raise

    @property
    def page(self) -> "Page":
        """The tab that was used last."""
        return self._session.page

    @property
    def waiting(self) -> bool:
        return self._dialog is not None

    def save_downloads_to(self, folder: Path) -> None:
        self._session.downloads.folder = folder

    def poll(self, seconds: float = 0.1) -> list[Did]:
        """Wait a moment and look; what was done since the last call, oldest first."""
        from playwright.sync_api import Error

        try:
            self._looks.pause(seconds)
            if self._dialog is None:
                self._looks.look()
        except Error as error:
            words = ("closed", "crashed", "disconnected")
            self.closed = any(word in error.message for word in words) and not self._alive()
        while self._queue:
            self._queue.popleft()()
        if self._down is not None and time.time() - self._down[0].time > 1.0 and self.closed:
            self._release(None)
        did, self._did = self._did, []
        return did

    def look(self) -> Observation:
        """The screen as it is now, or was last, secrets covered."""
        from playwright.sync_api import Error

        with suppress(Error):
            self._looks.look()
        assert self._looks.last is not None
        return self._looks.last

    def close(self) -> None:
        """End the browser. May be called twice."""
        self._session.close()

    def _listen(self) -> None:
        context = self._session.context
        context.expose_binding("__handeye_did__", self._hear)
        context.add_init_script(path=_SCRIPT)
        context.on("page", self._opened)
        self._session.dialogs.hand_over = self._ask
        for page in self._session.pages:
            self._watch(page)

    def _watch(self, page: "Page") -> None:
        page.on("close", lambda _: self._closes(page))
        page.on("download", lambda _: self._queue.append(self._downloaded))
        page.on("request", self._requested)
        devtools = self._session.context.new_cdp_session(page)
        devtools.send("Page.enable")
        devtools.on("Page.javascriptDialogClosed", self._answered)

    def _alive(self) -> bool:
        return bool(self._session.pages)

    def _hear(self, source: dict[str, Any], text: str) -> None:
        try:
            told = Told.model_validate_json(text)
        except ValidationError:
            return  # a page that found the way in tells nothing that can be used
        self._queue.append(lambda: self._take(source["page"], source["frame"], told))

    def _take(self, page: "Page", frame: "Frame", told: Told) -> None:
        """Turn one event of a page into what was done, as far as it is known by now."""
        if told.kind == "closing":
            self._closing.add(page)
            return
        if told.kind == "came":
            self._came(page, told)
            return
        if told.kind != "up":
            self._input_at = max(self._input_at, told.time)
        if told.kind != "up":
            self._release(None)
        self._turn_to(page, told.time)
        if told.kind == "up":
            self._release(self._point(frame, told) if told.far else None)
            return
        at = self._point(frame, told)
        before = self._looks.before(page, told.time, told.page)
        if told.kind == "down" and at is not None:
            self._down = (told, at, before)
            return
        action = action_of(told, at)
        if action is not None:
            self._add(told, action, before)

    def _came(self, page: "Page", told: Told) -> None:
        """A tab has a new document: by the person's word, where no page asked for it."""
        action = self._history.came(page, told.how, told.url)
        last = self._did[-1].action if self._did else None
        if action is None:
            return
        if last is not None and last.kind == "press" and KEYS.get(last.keys) == told.how:
            self._did[-1] = self._did[-1].model_copy(update={"action": action})
        elif last is not None and last == NewTab() and action.kind == "goto":
            self._did[-1] = self._did[-1].model_copy(update={"action": NewTab(url=action.url)})
        elif action.kind == "goto" or told.time - self._input_at > _CAUSED_SECONDS:
            self._note(action, page, told.time)

    def _release(self, to: Point | None) -> None:
        if self._down is not None:
            down, at, before = self._down
            self._down = None
            self._add(down, press_of(down, at, to), before)

    def _add(self, told: Told, action: Action, before: Observation | None) -> None:
        whole = told.kind in ("text", "select", "upload")
        label = told.parameter or told.label
        self._did.append(
            Did(
                time=told.time, action=action, before=before, field=told.field, whole=whole,
                secret=told.secret, label=label,
            )
        )  # fmt: skip

    def _note(self, action: Action, page: "Page", when: float) -> None:
        """Something that was done to the browser and not to a page."""
        self._release(None)
        before = self._looks.before(page, when, None)
        self._did.append(Did(time=when, action=action, before=before))

    def _turn_to(self, page: "Page", when: float) -> None:
        """Whoever acts in another tab has turned to it."""
        if page is self._current or page not in self._session.pages:
            return
        self._current = self._session.page = page
        before = self._looks.last
        index = self._session.pages.index(page)
        self._did.append(Did(time=when, action=SwitchTab(index=index), before=before))

    def _point(self, frame: "Frame", told: Told) -> Point | None:
        """Where on the screen an event was, through the frames that the page could not read."""
        if told.at is None:
            return None
        x, y = told.at[0] + told.left, told.at[1] + told.top
        at: Frame | None = frame
        for _ in range(told.up):
            at = at.parent_frame if at else None
        while at is not None and at.parent_frame is not None:
            box = own_box(at)
            x, y = (x + box[0], y + box[1]) if box else (x, y)
            at = at.parent_frame
        return self._looks.space.clamp(self._looks.space.from_input(Point(x=x, y=y)))

    def _opened(self, page: "Page") -> None:
        self._watch(page)
        own, when = page.opener() is None, time.time()
        self._queue.append(lambda: self._turned(page, when, own=own))

    def _turned(self, page: "Page", when: float, *, own: bool) -> None:
        """A new tab is in front; the person opened it where no page did."""
        if own:
            self._note(NewTab(), self._current, when)
        if page in self._session.pages:
            self._current = self._session.page = page

    def _closes(self, page: "Page") -> None:
        when = time.time()
        self._queue.append(lambda: self._closed(page, when))

    def _closed(self, page: "Page", when: float) -> None:
        if self._session.pages and page not in self._closing:
            self._note(CloseTab(), page, when)
        if self._session.pages:
            self._current = self._session.page

    def _downloaded(self) -> None:
        """The click that started it is one that waits for the file."""
        self._release(None)
        for at in range(len(self._did) - 1, -1, -1):
            did = self._did[at]
            if did.action.kind == "click":
                download = Download(target=did.action.target)
                self._did[at] = did.model_copy(update={"action": download})
                return

    def _requested(self, request: Any) -> None:
        """An address that was typed, or taken from a bookmark, comes from no page."""
        from playwright.sync_api import Error

        with suppress(Error):
            if not request.is_navigation_request() or request.frame.parent_frame is not None:
                return
            unasked = time.time() - self._input_at < _CAUSED_SECONDS
            asked = "referer" not in request.headers and not unasked
            if asked and request.redirected_from is None and request.method == "GET":
                self._history.asked(request.frame.page, request.url)

    def _ask(self, dialog: "PageDialog") -> None:
        """Leave the dialog to the person; the page waits meanwhile."""
        self._dialog, self._dialog_at = dialog, time.time()

    def _answered(self, event: dict[str, Any]) -> None:
        if self._dialog is None:
            return
        text = event.get("userInput") or ""
        prompt = self._dialog.type == "prompt"
        self._dialog = None
        action = Dialog(accept=bool(event.get("result")), text=text if prompt else "")
        when = self._dialog_at
        self._queue.append(lambda: self._note(action, self._current, when))
