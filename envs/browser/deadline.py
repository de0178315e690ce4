"""End a browser that does not answer: Playwright's page calls have no time limit of their own.

Prevents: a page that blocks its main thread hanging the run, and browsers left behind.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


class Deadline:
    """Ends the renderers of one browser, and then the browser, when a call takes too long."""

    def __init__(self) -> None:
        self._browser: psutil.Process | None = None
        self.expired = False

    def watch(self, mark: str) -> None:
        """Find the browser process, a child of this one, whose command line contains `mark`."""
        self._browser = None
        for child in psutil.Process().children(recursive=True):
            try:
                command = child.cmdline()
            except psutil.Error:
                continue
            if mark in command and not any(part.startswith("--type=") for part in command):
                self._browser = child
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
            _kill([child for child in _children(self._browser) if _is_renderer(child)])
        if not done.wait(5.0):
            self.end_browser()


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


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
