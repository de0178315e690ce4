"""Files that pages download: into one folder, under names that lead nowhere else, up to a size.

Prevents: a page that fills the disk with a file that never ends.
"""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any

from handeye.envs.reach import host_of
from handeye.envs.types import Blocked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Download, Page

MOST_MB = 500.0
_ROOM = "handeye-downloads-"


class Downloads:
    """Without a `folder` files are refused. `most_mb` is in millions of bytes, for each file."""

    def __init__(self, most_mb: float, clean: Callable[[str], str]) -> None:
        self.folder: Path | None = None
        self.begun = 0
        self.saved: list[Path] = []
        self.refused: list[Blocked] = []
        self._most_mb = most_mb
        self._clean = clean
        self._coming: dict[str, str] = {}
        self._devtools: CDPSession | None = None
        self._room: TemporaryDirectory[str] | None = None

    def room(self) -> str:
        """Where the browser keeps files that are under way, until `close`."""
        if self._room is None:
            _tidy()
            own = f"{_ROOM}{os.getpid()}-"
            self._room = TemporaryDirectory(prefix=own, ignore_cleanup_errors=True)
        return self._room.name

    def watch(self, browser: "Browser") -> None:
        """Hear how large the files of this browser become."""
        self._devtools = browser.new_browser_cdp_session()
        self._devtools.on("Browser.downloadWillBegin", self._begins)
        self._devtools.on("Browser.downloadProgress", self._grows)

    def attend(self, context: "BrowserContext") -> None:
        """Of each context, which has one empty tab. The folder and the names are Playwright's."""
        assert self._devtools is not None
        tab = context.new_cdp_session(context.pages[0])
        own = tab.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
        tab.detach()
        how = {"behavior": "allowAndName", "downloadPath": self.room(), "eventsEnabled": True}
        self._devtools.send("Browser.setDownloadBehavior", how | {"browserContextId": own})

    def attend_page(self, page: "Page") -> None:
        page.on("download", self._save)

    def close(self) -> None:
        if self._room is not None:
            self._room.cleanup()
            self._room = None

    def _begins(self, event: dict[str, Any]) -> None:
        self._coming[event["guid"]] = event["url"]

    def _grows(self, event: dict[str, Any]) -> None:
        from playwright.sync_api import Error

        guid = event["guid"]
        if event["state"] != "inProgress":
            self._coming.pop(guid, None)
            return
        size = max(event["receivedBytes"], event["totalBytes"])
        if size <= 1e6 * self._most_mb or guid not in self._coming:
            return
        host = str(host_of(self._coming.pop(guid)) or "the page")
        reason = f"a file of more than {self._most_mb:g} MB is not downloaded"
        self.refused.append(Blocked(what="page", host=host, reason=reason))
        assert self._devtools is not None
        with suppress(Error):  # it ended by itself
            self._devtools.send("Browser.cancelDownload", {"guid": guid})

    def _save(self, download: "Download") -> None:
        from playwright.sync_api import Error

        self.begun += 1
        if self.folder is None:
            with suppress(Error):
                download.cancel()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(self.folder, self._clean(download.suggested_filename))
        with suppress(Error):
            download.save_as(target)
            self.saved.append(target)


def _tidy() -> None:
    """A handeye that was killed has left its folder."""
    import psutil

    for left in Path(gettempdir()).glob(f"{_ROOM}*-*"):
        pid = left.name.removeprefix(_ROOM).partition("-")[0]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            with suppress(OSError):
                left.rmdir()


def _free_name(folder: Path, name: str) -> Path:
    """A path in `folder` that does not exist yet, with no part of `name` leading out of it."""
    safe = re.sub(r"[^\w.()+ -]", "_", Path(name).name).lstrip(".") or "download"
    target = folder / safe
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{Path(safe).stem} ({number}){Path(safe).suffix}"
    return target
