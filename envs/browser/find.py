"""Which browser to drive: Playwright's own Chromium, else a Chromium, Chrome or Edge of the system.

Nothing is started to find out. Prevents: a driver started only to learn that it has no browser,
and Ubuntu's placeholder for the Chromium snap taken for a browser.
"""

import json
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from handeye.actions import Value
from handeye.actions.errors import BrowserMissingError

OVERRIDE = "HANDEYE_BROWSER"

_ON_PATH = {
    "Chromium": ("chromium", "chromium-browser"),
    "Google Chrome": ("google-chrome", "google-chrome-stable", "chrome"),
    "Microsoft Edge": ("microsoft-edge", "microsoft-edge-stable", "msedge"),
}
_LINUX = {
    "Chromium": ("/usr/lib/chromium/chromium", "/snap/bin/chromium"),
    "Google Chrome": ("/opt/google/chrome/chrome",),
    "Microsoft Edge": ("/opt/microsoft/msedge/msedge",),
}
_MAC = {
    name: tuple(f"{top}/Applications/{name}.app/Contents/MacOS/{name}" for top in ("", "~"))
    for name in _ON_PATH
}
_WINDOWS = {
    name: tuple(f"%{top}%\\{tail}" for top in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
    for name, tail in (
        ("Chromium", "Chromium\\Application\\chrome.exe"),
        ("Google Chrome", "Google\\Chrome\\Application\\chrome.exe"),
        ("Microsoft Edge", "Microsoft\\Edge\\Application\\msedge.exe"),
    )
}


class FoundBrowser(Value):
    """An executable that Playwright can drive. `version` is known for Playwright's own only."""

    path: Path
    kind: Literal["playwright", "system"]
    name: str
    version: str = ""


def find_browser() -> FoundBrowser:
    """The browser to use. The environment variable HANDEYE_BROWSER overrides the search.

    Raises BrowserMissingError when there is none, or when HANDEYE_BROWSER names none.
    """
    found = _overridden() or _playwright_browser() or _system_browser()
    if found is None:
        raise BrowserMissingError(
            "There is no Chromium, Chrome or Edge on this machine.",
            "Run `handeye doctor --install-browser`, or set HANDEYE_BROWSER to its path.",
        )
    return found


def _overridden() -> FoundBrowser | None:
    wanted = os.environ.get(OVERRIDE, "").strip()
    if not wanted:
        return None
    path = shutil.which(os.path.expanduser(wanted))
    if path is None:
        raise BrowserMissingError(
            f"{OVERRIDE} is set to {wanted!r}, which is no program that can be started.",
            "Set it to the path of a Chromium, Chrome or Edge, or unset it.",
        )
    return FoundBrowser(path=Path(path), kind="system", name=Path(path).stem)


def _playwright_browser() -> FoundBrowser | None:
    """Where Playwright's driver keeps the Chromium of this version, once the download is whole."""
    spec = find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent / "driver" / "package"
    listed: list[dict[str, str]] = json.loads(
        (package / "browsers.json").read_text(encoding="utf-8")
    )["browsers"]
    own = next(browser for browser in listed if browser["name"] == "chromium")
    folder = _playwright_folder(package) / f"chromium-{own['revision']}"
    if not (folder / "INSTALLATION_COMPLETE").is_file():
        return None
    patterns = {
        "darwin": "chrome-mac*/*.app/Contents/MacOS/*",
        "win32": "chrome-win*/chrome.exe",
    }
    paths = sorted(folder.glob(patterns.get(sys.platform, "chrome-linux*/chrome")))
    if not paths:
        return None
    return FoundBrowser(
        path=paths[0],
        kind="playwright",
        name="Playwright's Chromium",
        version=own.get("browserVersion", ""),
    )


def _playwright_folder(package: Path) -> Path:
    """Playwright's browsers folder, by the rules of its driver."""
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if chosen == "0":
        return package / ".local-browsers"
    if chosen:
        return Path(chosen).absolute()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "ms-playwright"


def _system_browser() -> FoundBrowser | None:
    places = {"darwin": _MAC, "win32": _WINDOWS}.get(sys.platform, _LINUX)
    for name, commands in _ON_PATH.items():
        on_path = (shutil.which(command) for command in commands)
        known = (shutil.which(os.path.expandvars(os.path.expanduser(at))) for at in places[name])
        for path in (*on_path, *known):
            if path is not None and not _is_snap_placeholder(Path(path)):
                return FoundBrowser(path=Path(path), kind="system", name=name)
    return None


def _is_snap_placeholder(path: Path) -> bool:
    """Ubuntu's /usr/bin/chromium-browser only asks to install a snap when there is none."""
    if sys.platform != "linux":
        return False
    with path.open("rb") as file:
        start = file.read(4096)
    return start.startswith(b"#!") and b"snap install chromium" in start
