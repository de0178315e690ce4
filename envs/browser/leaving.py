"""Windows that close by themselves while they are looked at or acted on.

Prevents: a download that opens a window for a moment, or a "Close" that works, taken for a crash.
"""

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from handeye.actions import Action
from handeye.envs.browser.session import Session
from handeye.envs.types import ActionError, ActionErrorKind

if TYPE_CHECKING:
    from playwright.sync_api import Error, Page

_CLOSING = (
    "has been closed",
    "No target with given id",
    "Target closed",
    "Not attached",
    "no object with guid",
)
_TOLD_SECONDS = 1.0  # from the end of a window to when it is heard of
_POLL_MS = 5.0


def went_by_itself(session: Session, page: "Page", error: "Error") -> bool:
    """Whether asking a page failed because it has closed while another is there to look at."""
    from playwright.sync_api import Error

    others = [each for each in session.pages if each is not page]
    if not others or not any(word in error.message for word in _CLOSING):
        return False
    end = time.monotonic() + _TOLD_SECONDS
    with suppress(Error):  # the whole browser is gone
        while not page.is_closed() and time.monotonic() < end:
            others[-1].wait_for_timeout(_POLL_MS)
        return page.is_closed() and session.page is not page
    return False


def cut_short(action: Action) -> tuple[str, ActionError | None]:
    """The note and the error of an action whose window has gone: a click has had its effect, of
    another action some may be missing."""
    if action.kind == "click":
        return "the window closed", None
    message = "The window closed while it was acted on; another one is looked at now."
    return "", ActionError(kind=ActionErrorKind.INVALID, message=message, maybe_done=True)
