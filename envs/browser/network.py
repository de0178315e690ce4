"""Which requests a page is waiting for, and which go on for ever.

Prevents: returning while a search is still loading, and waiting for a poller on every step.
"""

import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Request

_AWAITED = frozenset({"document", "stylesheet", "script", "xhr", "fetch"})
_IMAGE_SECONDS = 1.0
_IDLE_SECONDS = 1.5
_OFTEN = 3


class Network:
    """Counts the open requests of a browser context that are worth waiting for."""

    def __init__(self, context: "BrowserContext") -> None:
        self._open: dict[Request, float] = {}
        self._idle_starts: Counter[str] = Counter()
        self._endless: set[str] = set()
        self._touched = time.monotonic()
        context.on("request", self._started)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._ended)

    def touched(self) -> None:
        """Someone acted on the page: what starts now is an answer to that."""
        self._touched = time.monotonic()

    def waiting(self) -> int:
        """How many open requests are worth waiting for."""
        now = time.monotonic()
        return sum(self._awaited(request, now - begun) for request, begun in self._open.items())

    def is_open(self, request: "Request") -> bool:
        """Whether nothing has come of a request so far."""
        return request in self._open

    def ignore_open(self) -> None:
        """Take the requests that are open now for endless ones, and their like as well."""
        now = time.monotonic()
        for request, begun in self._open.items():
            if self._awaited(request, now - begun):
                self._endless.add(_key(request))

    def forget(self) -> None:
        """Drop what was open: its page is gone."""
        self._open.clear()

    def _awaited(self, request: "Request", age: float) -> bool:
        kind = request.resource_type
        if kind == "image":
            return age < _IMAGE_SECONDS
        return kind in _AWAITED and _key(request) not in self._endless

    def _started(self, request: "Request") -> None:
        now = time.monotonic()
        self._open[request] = now
        if now - self._touched > _IDLE_SECONDS and request.resource_type in ("xhr", "fetch"):
            key = _key(request)
            self._idle_starts[key] += 1
            if self._idle_starts[key] >= _OFTEN:
                self._endless.add(key)

    def _ended(self, request: "Request") -> None:
        self._open.pop(request, None)


def _key(request: "Request") -> str:
    return f"{request.method} {request.url.partition('?')[0]} {hash(request.post_data_buffer)}"
