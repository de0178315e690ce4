"""Actions on pages rather than on points: addresses, history, tabs, lists, files, dialogs."""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from handeye.actions import (
    Back,
    CloseTab,
    Dialog,
    Download,
    Forward,
    Goto,
    NewTab,
    Reload,
    SelectOption,
    SwitchTab,
    Upload,
)
from handeye.actions.errors import NavigationError
from handeye.envs.browser.address import explain, normalise_url
from handeye.envs.browser.arriving import stop_loading
from handeye.envs.browser.hand import POLL_MS, Hand
from handeye.envs.browser.session import Session
from handeye.envs.paths import real_path
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

NAVIGATION_MS = 30_000
DOWNLOAD_SECONDS = 60.0
DOWNLOAD_START_SECONDS = 10.0
_INTERRUPTED_SECONDS = 5.0
FILE_CHOOSER_MS = 3_000
DOWNLOADED = "a file to download, not a page"


def _goto(hand: Hand, action: Goto) -> str:
    return open_url(hand.session, action.url)


def open_url(session: Session, address: str) -> str:
    """Open an address in the current tab; the answer is DOWNLOADED when it is no page, else "".

    Raises Refused with what is wrong with it.
    """
    from playwright.sync_api import Error

    try:
        url = normalise_url(address)
        with session.arrivals.opening():
            response = _navigate(session.page, url)
    except NavigationError as error:
        raise Refused(ActionErrorKind.NAVIGATION, str(error)) from error
    except Error as error:
        if "Download is starting" in error.message:
            return DOWNLOADED
        if "Timeout" in error.message:
            stop_loading(session.page)
        else:
            _raise_if_crashed(session.page)
        if "ERR_" not in error.message and "Timeout" not in error.message:
            raise
        gate = session.gate
        if gate is not None and (turned := gate.turned_away()) is not None:
            raise Refused(ActionErrorKind.NAVIGATION, turned.message) from error
        said = error.message if gate is None else gate.explained(url, error.message)
        message = " ".join(explain(url, said))
        raise Refused(ActionErrorKind.NAVIGATION, message) from error
    if response is not None and response.status >= 400:
        status = f"{response.status} {response.status_text}".strip()
        message = f"{url} answered {status}. Check the address."
        raise Refused(ActionErrorKind.NAVIGATION, message)
    return ""


def _raise_if_crashed(page: "Page") -> None:
    """A page that crashed on the way to an address is told only at the next call."""
    from playwright.sync_api import Error

    try:
        page.evaluate("0")
    except Error as error:
        if "crashed" in error.message:
            raise


def _navigate(page: "Page", url: str) -> "Response | None":
    from playwright.sync_api import Error

    end = time.monotonic() + _INTERRUPTED_SECONDS
    while True:
        try:
            return page.goto(url, wait_until="domcontentloaded", timeout=NAVIGATION_MS)
        except Error as error:
            # The browser's own error page, for an address before this one, came in between.
            cut_short = "interrupted by another navigation" in error.message
            if not cut_short or time.monotonic() > end:
                raise
        page.wait_for_timeout(POLL_MS)


def _history(step: str) -> Callable[[Hand, Any], None]:
    def go(hand: Hand, _action: Back | Forward | Reload) -> None:
        move = getattr(hand.page, step)
        if move(wait_until="commit", timeout=NAVIGATION_MS) is None and step != "reload":
            before = hand.session.last_url
            if hand.page.url == before:
                raise Refused(ActionErrorKind.INVALID, f"There is no page to go {step[3:]} to.")

    return go


def _new_tab(hand: Hand, action: NewTab) -> str:
    if hand.session.full:
        message = f"{len(hand.session.pages)} tabs are open already. Close one first."
        raise Refused(ActionErrorKind.REFUSED, message)
    hand.session.switch(hand.session.context.new_page())
    return open_url(hand.session, action.url) if action.url else ""


def _tab(hand: Hand, index: int) -> "Page":
    pages = hand.session.pages
    if index >= len(pages):
        raise Refused(
            ActionErrorKind.INVALID, f"There is no tab {index + 1}; {len(pages)} are open."
        )
    return pages[index]


def _switch_tab(hand: Hand, action: SwitchTab) -> None:
    hand.session.switch(_tab(hand, action.index))


def _close_tab(hand: Hand, action: CloseTab) -> None:
    session = hand.session
    if len(session.pages) == 1:
        raise Refused(ActionErrorKind.INVALID, "The only tab cannot be closed.")
    page = session.page if action.index is None else _tab(hand, action.index)
    page.close()
    session.switch(session.page)


def _select_option(hand: Hand, action: SelectOption) -> None:
    handle = hand.element(action.target)
    names = handle.evaluate(
        """element => element.tagName === "SELECT"
          ? [...element.options].map(option => [option.label.trim(), option.value]) : null"""
    )
    if names is None:
        raise Refused(ActionErrorKind.INVALID, f"{action.target} is no list to select from.")
    chosen = [_option(wanted, names) for wanted in action.options]
    if None in chosen:
        wanted = action.options[chosen.index(None)]
        known = ", ".join(label for label, _ in names[:12])
        message = f"{action.target} has no option {wanted!r}; it has: {known}."
        raise Refused(ActionErrorKind.INVALID, message)
    handle.select_option(index=[index for index in chosen if index is not None])


def _option(wanted: str, names: list[list[str]]) -> int | None:
    """The option meant: by its exact label or value, else the only label that contains it."""
    folded = wanted.strip().casefold()
    for index, (label, value) in enumerate(names):
        if folded in (label.casefold(), value.casefold()):
            return index
    near = [index for index, (label, _) in enumerate(names) if folded in label.casefold()]
    return near[0] if len(near) == 1 else None


def _upload(hand: Hand, action: Upload) -> None:
    paths = []
    for named in action.paths:
        path = real_path(named)
        if path is None or not any(path.is_relative_to(each.resolve()) for each in hand.uploads):
            message = f"{named} is not in a folder that uploads are allowed from."
            raise Refused(ActionErrorKind.REFUSED, message)
        if not os.path.isfile(path):
            raise Refused(ActionErrorKind.INVALID, f"There is no file {path}.")
        paths.append(path)
    handle = hand.element(action.target)
    if handle.evaluate("element => element.tagName === 'INPUT' && element.type === 'file'"):
        handle.set_input_files(paths)
        return
    spot = hand.at(action.target)
    with hand.page.expect_file_chooser(timeout=FILE_CHOOSER_MS) as chooser:
        hand.page.mouse.click(spot.x, spot.y)
    chooser.value.set_files(paths)


def _download(hand: Hand, action: Download) -> str:
    files = hand.session.downloads
    begun, saved, refused = files.begun, len(files.saved), len(files.refused)
    spot = hand.at(action.target)
    page = hand.page  # a window that opens for the file closes by itself
    page.mouse.click(spot.x, spot.y)
    end = time.monotonic() + DOWNLOAD_SECONDS
    started = time.monotonic() + DOWNLOAD_START_SECONDS
    while len(files.saved) == saved and time.monotonic() < end:
        if len(files.refused) > refused:
            message = f"{files.refused[-1].reason[0].upper()}{files.refused[-1].reason[1:]}."
            raise Refused(ActionErrorKind.REFUSED, message, maybe_done=True)
        if files.begun == begun and time.monotonic() > started:
            break
        (hand.page if page.is_closed() else page).wait_for_timeout(POLL_MS)
    if len(files.saved) == saved:
        message = f"Clicking {action.target} brought no whole file."
        raise Refused(ActionErrorKind.TIMEOUT, message, maybe_done=True)
    return f"saved {files.saved[-1].name}"


def _dialog(hand: Hand, action: Dialog) -> None:
    hand.session.dialogs.answer = action


PERFORM: dict[str, Callable[[Hand, Any], str | None]] = {
    "goto": _goto,
    "back": _history("go_back"),
    "forward": _history("go_forward"),
    "reload": _history("reload"),
    "new_tab": _new_tab,
    "switch_tab": _switch_tab,
    "close_tab": _close_tab,
    "select_option": _select_option,
    "upload": _upload,
    "download": _download,
    "dialog": _dialog,
}
