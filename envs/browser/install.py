"""Get a browser onto this machine: use what is there, else download, else Debian's package.

Each way has a time limit and says what it does. Prevents: a first run that hangs on an
unreachable download, or that ends without saying what the person can do.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from handeye.actions.errors import BrowserMissingError
from handeye.envs.browser.find import OVERRIDE, FoundBrowser, find_browser

Report = Callable[[str], None]

# Playwright's driver makes five attempts, so an unreachable host costs at most five of these.
_CONNECT_MS = "5000"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_DOWNLOAD_SECONDS = 600.0
_APT_SECONDS = 600.0
_APT = ("apt-get", "-q", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")


def install_browser(report: Report) -> FoundBrowser:
    """Find a browser, or install one; `report` is told each thing that is tried.

    Raises BrowserMissingError when every way failed, saying what to do on this system.
    """
    for way in (_nothing, _download, _debian_package):
        if not way(report):
            continue
        found = _usable(report)
        if found is not None:
            report(f"Browser: {found.name}, {found.path}")
            return found
    raise BrowserMissingError("No browser could be found or installed.", _what_to_do())


def _usable(report: Report) -> FoundBrowser | None:
    """The browser that would be used, if it can be started."""
    try:
        found = find_browser()
    except BrowserMissingError:
        if os.environ.get(OVERRIDE):
            raise
        return None
    if sys.platform == "linux" and not _run([str(found.path), "--version"], 30.0, None):
        report(f"{found.path} does not start; libraries of the system may be missing.")
        return None
    return found


def _nothing(_report: Report) -> bool:
    return True


def _download(report: Report) -> bool:
    report("Downloading Chromium with Playwright …")
    playwright = [sys.executable, "-m", "playwright"]
    if not _run([*playwright, "install", "chromium"], _DOWNLOAD_SECONDS, report):
        report("Playwright's download did not work.")
        return False
    if _root_on_debian():
        report("Installing the system libraries that it needs …")
        _run([*playwright, "install-deps", "chromium"], _APT_SECONDS, report)
    return True


def _debian_package(report: Report) -> bool:
    if not _root_on_debian():
        return False
    report("Installing the Debian package chromium …")
    install = [*_APT, "install", "-y", "--no-install-recommends", "chromium"]
    if _run([*_APT, "update"], _APT_SECONDS, report) and _run(install, _APT_SECONDS, report):
        return True
    report("apt-get could not install chromium.")
    return False


def _root_on_debian() -> bool:
    geteuid = getattr(os, "geteuid", None)
    return (
        geteuid is not None
        and geteuid() == 0
        and Path("/etc/debian_version").is_file()
        and shutil.which("apt-get") is not None
    )


def _what_to_do() -> str:
    again = f"or run `{sys.executable} -m playwright install chromium` where the network allows it."
    if sys.platform == "darwin":
        return f"Install Google Chrome (`brew install --cask google-chrome`), {again}"
    if sys.platform == "win32":
        return f"Install Google Chrome (`winget install Google.Chrome`), {again}"
    if Path("/etc/debian_version").is_file():
        return f"Run `sudo apt-get install chromium`, {again}"
    return f"Install Chromium or Google Chrome with the system's package manager, {again}"


def _run(command: Sequence[str], seconds: float, report: Report | None) -> bool:
    """Whether the command ended well within the time; its lines of output go to `report`."""
    env = os.environ | {
        "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": _CONNECT_MS,
        "DEBIAN_FRONTEND": "noninteractive",
    }
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "output"
        with log.open("wb") as sink:
            try:
                process = subprocess.Popen(
                    command, env=env, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
                )
            except OSError:
                return False
            try:
                return _follow(process, log, time.monotonic() + seconds, report)
            finally:
                _end(process)


def _follow(
    process: "subprocess.Popen[bytes]", log: Path, deadline: float, report: Report | None
) -> bool:
    told: set[str] = set()  # each attempt fails with the same lines
    with log.open(encoding="utf-8", errors="replace") as lines:
        while time.monotonic() < deadline:
            try:
                code: int | None = process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                code = None
            for line in lines:
                text = _COLOURS.sub("", line).strip()[:160]
                if report is not None and text not in told and _worth_saying(text):
                    told.add(text)
                    report(f"  {text}")
            if code is not None:
                return code == 0
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill what still runs, children first: Playwright downloads in a process of its own."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()


def _worth_saying(line: str) -> bool:
    starts = ("Downloading", "Error:", "E:", "Get:", "Setting up chromium")
    return line.startswith(starts) or "% of" in line
