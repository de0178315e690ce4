"""End a browser that does not answer: Playwright's page calls have no time limit of their own.

Prevents: a page that blocks its main thread hanging the run, and browsers left behind.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

NOTICE_SECONDS = 10.0
"""How long a call may take to notice that what it waits for was ended."""


class Deadline:
    """Ends what a call waits for when it takes too long: the browser's renderers, then the
    browser, then the driver, whose calls sometimes outlive the browser."""

    def __init__(self) -> None:
        self._browser: psutil.Process | None = None
        self._driver: psutil.Process | None = None
        self.expired = False

    def watch(self, mark: str) -> None:
        """Find the browser process, a child of this one, whose command line contains `mark`."""
        self._browser = self._driver = None
        children = psutil.Process().children(recursive=True)
        for child in children:
            try:
                command, parent = child.cmdline(), child.parent()
            except psutil.Error:
                continue
            if mark in command and not any(part.startswith("--type=") for part in command):
                self._browser, self._driver = child, parent if parent in children else None
                return

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Within this block a page may take `seconds`; `expired` says afterwards if it did."""
        self.expired = False
        done = threading.Event()
        timer = threading.Thread(target=self._wait, args=(done, seconds), daemon=True)
        timer.start()
        try:
            yield
        finally:
            done.set()

    def end_browser(self) -> None:
        """Kill the browser and its children, if they still run."""
        if self._browser is not None:
            _kill([self._browser, *_children(self._browser)])

    def _wait(self, done: threading.Event, seconds: float) -> None:
        if done.wait(seconds):
            return
        self.expired = True
        if self._browser is not None:
            _end_renderers(self._browser)
        if done.wait(NOTICE_SECONDS):
            return
        self.end_browser()
        if not done.wait(NOTICE_SECONDS) and self._driver is not None:
            _kill([self._driver])


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _end_renderers(browser: psutil.Process) -> None:
    """End the idle ones first, and see each gone before the next: the browser keeps one in spare,
    and would put the page that is opened again into it, dead or not."""
    for process in sorted(filter(_is_renderer, _children(browser)), key=_worked):
        _kill([process])
        psutil.wait_procs([process], timeout=1.0)


def _worked(process: psutil.Process) -> float:
    try:
        return float(process.cpu_times().user)
    except psutil.Error:
        return 0.0


def _is_renderer(process: psutil.Process) -> bool:
    try:
        return "--type=renderer" in process.cmdline()
    except psutil.Error:
        return False


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
