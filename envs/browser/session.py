"""One running browser: its tabs, dialogs and downloads, and how it is started again when lost.

Prevents: orphaned browsers, a popup that nobody sees, popups without end.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.request import getproxies
from uuid import uuid4

from handeye.actions import Size
from handeye.actions.errors import BrowserLostError, DisplayError, EnvError
from handeye.envs.browser.arriving import Arrivals
from handeye.envs.browser.deadline import Deadline
from handeye.envs.browser.dialogs import Dialogs
from handeye.envs.browser.downloads import MOST_MB, Downloads
from handeye.envs.browser.driver import acquire, release
from handeye.envs.browser.find import find_browser
from handeye.envs.browser.gate import Gate
from handeye.envs.browser.network import Network
from handeye.envs.reach import Reach, host_of
from handeye.envs.types import ActionError, Blocked, Tab

if TYPE_CHECKING:
    from playwright.sync_api import (
        Browser,
        BrowserContext,
        Page,
        Playwright,
    )

_FOLDER = Path(__file__).parent
CLOSE_SECONDS = 10.0
RECOVER_SECONDS = 30.0
MOST_TABS = 50
_BUTTONS: tuple[Literal["left", "middle", "right"], ...] = ("left", "middle", "right")


class Session:
    """A browser with one context. Everything here speaks input units (CSS pixels)."""

    def __init__(
        self,
        *,
        headless: bool,
        viewport: Size,
        device_scale: float,
        reach: Reach | None = None,
        max_download_mb: float = MOST_MB,
    ) -> None:
        self._headless = headless
        self._viewport = viewport
        self._device_scale = device_scale
        self.deadline = Deadline()
        self.arrivals = Arrivals(lambda request: self.network.is_open(request))
        self.dialogs = Dialogs()
        self.last_url = "about:blank"
        self.clean: Callable[[str], str] = str  # what a page calls a file may tell a secret
        self.downloads = Downloads(max_download_mb, lambda name: self.clean(name))
        self.refused: list[Blocked] = []
        self.crashed = False
        self._driver: Playwright | None = None
        self._browser: Browser | None = None
        self.gate = None if reach is None else Gate(reach)
        try:
            self.start()
        except EnvError:
            if self.gate is not None:
                self.gate.close()
            raise

    def start(self) -> None:
        """Start the driver and a browser with one empty tab.

        Raises BrowserMissingError, BrowserLostError, or DisplayError when it cannot be shown.
        """
        from playwright.sync_api import Error

        found = find_browser()
        self._driver = acquire()
        mark = f"--handeye={uuid4().hex}"
        try:
            self._browser = self._driver.chromium.launch(
                executable_path=str(found.path),
                headless=self._headless,
                args=[mark, *self._way_out()],
                downloads_path=self.downloads.room(),
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error as error:
            release(self._driver)
            self._driver = None
            self.downloads.close()
            raise _start_error(found.path, error.message) from error
        self.deadline.watch(mark)
        self.downloads.watch(self._browser)
        if self.gate is not None:
            self.gate.watch(self._browser)
        self.open_context()

    def open_context(self) -> None:
        """A fresh context with one empty tab."""
        assert self._browser is not None
        self.context: BrowserContext = self._browser.new_context(
            viewport={"width": self._viewport.width, "height": self._viewport.height},
            device_scale_factor=self._device_scale,
            accept_downloads=True,
            service_workers="allow" if self.gate is None else "block",
        )
        self.context.add_init_script(_page_script())
        self.network = Network(self.context)
        self.pages: list[Page] = []
        self.context.on("page", self._opened)
        self.page: Page = self.context.new_page()
        if self.gate is not None:
            self.gate.attend(self.context)
        self.downloads.attend(self.context)
        self.crashed = False

    def tabs(self, title: str) -> tuple[Tab, ...]:
        """The open tabs; `title` is the current one's."""
        return tuple(
            Tab(url=page.url, title=title, active=True)
            if page is self.page
            else Tab(url=page.url, title=_title(page))
            for page in self.pages
        )

    @property
    def full(self) -> bool:
        """Whether no more tabs are opened; a person may open as many as they like."""
        return len(self.pages) >= MOST_TABS and self.dialogs.hand_over is None

    def switch(self, page: "Page") -> None:
        self.page = page
        page.bring_to_front()

    def tidy(self) -> None:
        """As new: one tab, no mouse button down, the pointer outside, nothing noted."""
        self.page, *others = self.pages or [self.context.new_page()]
        for page in others:
            page.close()
        for button in _BUTTONS:
            self.page.mouse.up(button=button)
        self.page.mouse.move(-1, -1)
        self.dialogs.forget()
        self.downloads.saved = []

    def led_nowhere(self) -> ActionError | None:
        """Why a page was not left for where it was to go, if that is what an action ran into."""
        turned = None if self.gate is None else self.gate.turned_away()
        return turned or self.arrivals.failed(self.clean)

    def recover(self) -> None:
        """Bring back a page at the last address after a crash, with a new browser if need be.

        Raises BrowserLostError when no browser can be started any more.
        """
        from playwright.sync_api import Error

        self.network.forget()
        with self.deadline.limit(RECOVER_SECONDS):
            try:
                dead, self.pages = self.pages, []
                self.page = self._fresh_page()
                for page in dead:
                    page.close()
                self.pages = [self.page]
                self.crashed = False
            except Error:
                self.close(broken=True)
                self.start()
            with suppress(Error):
                self.page.goto(self.last_url, wait_until="domcontentloaded", timeout=20_000)

    def _way_out(self) -> list[str]:
        """Through the gate's tunnel, except where this machine reaches the network only through a
        proxy of its own: that one resolves the names."""
        if self.gate is None or {"http", "https", "all"} & getproxies().keys():
            return []
        return self.gate.tunnel.browser_options

    def _fresh_page(self) -> "Page":
        """A new tab; at the second try where the first one came to a renderer that had ended."""
        from playwright.sync_api import Error

        try:
            return self.context.new_page()
        except Error:
            return self.context.new_page()

    def close(self, *, broken: bool = False) -> None:
        """End the browser, and the driver if nobody else uses it, whatever state they are in."""
        from playwright.sync_api import Error

        if self.gate is not None and not broken:
            self.gate.close()
        if self._driver is None:
            return
        driver, self._driver = self._driver, None
        with self.deadline.limit(CLOSE_SECONDS):
            with suppress(Error):
                if self._browser is not None:
                    self._browser.close()
            release(driver, broken=broken)
        self.deadline.end_browser()
        self.downloads.close()

    def take_refused(self) -> tuple[Blocked, ...]:
        """What pages were not let do since this was asked last, each once."""
        gate = () if self.gate is None else self.gate.take()
        found = dict.fromkeys([*gate, *self.refused, *self.downloads.refused])
        self.refused, self.downloads.refused = [], []
        return tuple(found)

    def _opened(self, page: "Page") -> None:
        if self.full:
            self._turn_away(page)
            return
        self.pages.append(page)
        self.page = page
        self.dialogs.attend(page)
        page.on("close", self._closed)
        page.on("crash", self._crash)
        self.downloads.attend_page(page)
        self.arrivals.attend(page)
        if self.gate is not None:
            self.gate.attend_page(page)

    def _turn_away(self, page: "Page") -> None:
        from playwright.sync_api import Error

        host = str(host_of(page.url) or "a new tab")
        reason = f"{MOST_TABS} tabs are open, and no more are opened"
        self.refused.append(Blocked(what="page", host=host, reason=reason))
        with suppress(Error):  # it closed by itself
            page.close()

    def _closed(self, page: "Page") -> None:
        if page in self.pages:
            self.pages.remove(page)
        if page is self.page and self.pages:
            self.page = self.pages[-1]

    def _crash(self, page: "Page") -> None:
        if page is self.page:
            self.crashed = True


def _page_script() -> str:
    watch = (_FOLDER / "watch.js").read_text("utf-8").replace("MOST_WINDOWS", str(MOST_TABS))
    collect = (_FOLDER / "collect.js").read_text("utf-8")
    # Kept in the page, so that the engine compiles it once and not at every look.
    return f"{watch}\nwindow.__handeye_watch__.collect ||= {collect}"


def _title(page: "Page") -> str:
    from playwright.sync_api import Error

    try:
        return page.title()
    except Error:  # the page is between two documents
        return ""


def _start_error(path: Path, log: str) -> EnvError:
    """Why a browser did not start, from what Playwright quotes of its output."""
    if "XServer" in log or "Missing X server" in log:
        return DisplayError(
            "There is no display to show the browser on.",
            "Log in, or start Xvfb and set DISPLAY; a run needs no display without --headed.",
        )
    said = re.findall(r"\[err\] (.+)", log)
    telling = [line for line in said if "error while loading" in line or "sandbox" in line.lower()]
    reason = (telling or said or log.strip().splitlines() or ["no reason given"])[0]
    return BrowserLostError(
        f"{path} did not start: {reason.strip().rstrip('.')}.",
        "Run `handeye doctor` to see what is wrong with it.",
    )
