"""Playwright's driver process: one for each thread, shared by the browsers of that thread.

The sync API allows only one driver in a thread. Prevents: a second browser that cannot start
because there is a first one.
"""

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Playwright


class _Shared(threading.local):
    driver: "Playwright | None" = None
    users = 0


_shared = _Shared()


def acquire() -> "Playwright":
    """The driver of this thread, started when it has none. Pair with `release`."""
    from playwright.sync_api import sync_playwright

    if _shared.driver is None:
        _shared.driver = sync_playwright().start()
        _shared.users = 0
    _shared.users += 1
    return _shared.driver


def release(driver: "Playwright", *, broken: bool = False) -> None:
    """Stop the driver when nobody uses it any more, or at once when it is broken."""
    from playwright.sync_api import Error

    if _shared.driver is not driver:
        return
    _shared.users -= 1
    if _shared.users <= 0 or broken:
        _shared.driver = None
        with suppress(Error):
            driver.stop()
