"""A page that leaves for an address that never answers stays where it is, after a while.

Until the server answers, the browser holds back every call to the page. Prevents: a page that is
ended, with what was typed on it, because a link led nowhere; a picture of a document that was
stopped before it had anything to show, which never comes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from handeye.envs.types import ActionError, ActionErrorKind

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

PART = 2 / 3
"""The part of a page's time to answer that goes to the server that it leaves for."""
_BACK_MS = 5_000
_IS_DRAWN = """new Promise(done => {
  requestAnimationFrame(() => done(true));
  setTimeout(() => done(document.hidden), 500);
})"""


class Arrivals:
    """Where pages go by themselves or by a click. Nothing is given up while `seconds` is None."""

    def __init__(self, is_open: Callable[["Request"], bool]) -> None:
        self.seconds: float | None = None
        self._is_open = is_open
        self._opening = False
        self._given_up: list[str] = []

    def attend(self, page: "Page") -> None:
        page.on("request", lambda request: self._wait(page, request))

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Within this an address is opened by a call that has a limit of its own."""
        self._opening = True
        try:
            yield
        finally:
            self._opening = False

    def forget(self) -> None:
        self._given_up.clear()

    def failed(self, clean: Callable[[str], str]) -> ActionError | None:
        """What was given up since `forget`, if anything was, told without secrets."""
        if not self._given_up:
            return None
        where = clean(self._given_up[-1])
        message = f"{where} did not answer for {self.seconds:.0f} s; the page was not left."
        return ActionError(kind=ActionErrorKind.NAVIGATION, message=message, maybe_done=True)

    def _wait(self, page: "Page", request: "Request") -> None:
        """Wait in the background for the answer to a request, if it is one to leave the page."""
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as PlaywrightTimeout

        if self.seconds is None or self._opening or not _leaves(page, request):
            return
        try:
            page.wait_for_event(
                "response", lambda each: each.request == request, timeout=1000 * self.seconds
            )
        except PlaywrightTimeout:
            if self._is_open(request):
                self._given_up.append(request.url)
                stop_loading(page)
        except Error:
            return  # the page is gone, and nobody waits for it any more


def stop_loading(page: "Page") -> None:
    """Give up the navigation under way. A document that was stopped before it had anything to show
    never shows anything: then the page before it comes back."""
    from playwright.sync_api import Error

    with suppress(Error):
        devtools = page.context.new_cdp_session(page)
        devtools.send("Page.stopLoading")
        asked = {"expression": _IS_DRAWN, "awaitPromise": True, "returnByValue": True}
        drawn = devtools.send("Runtime.evaluate", asked)["result"].get("value")
        devtools.detach()
        if not drawn:
            page.go_back(wait_until="commit", timeout=_BACK_MS)


def _leaves(page: "Page", request: "Request") -> bool:
    from playwright.sync_api import Error

    try:
        return request.is_navigation_request() and request.frame == page.main_frame
    except Error:  # the frame of a new tab does not exist yet
        return False
