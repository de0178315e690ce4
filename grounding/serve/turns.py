"""One request at a time at the model, in the order in which they came, each in a thread.

Prevents: two requests in one model, a model that goes on for a client that left, and requests
that pile up without end.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from starlette.exceptions import HTTPException

from handeye.actions.errors import HandeyeError
from handeye.grounding.chat import Heard, Reply
from handeye.grounding.serve.refusals import as_refusal, refusal

Work = Callable[[Heard], Reply]

_ENDING = 3.0
"""Seconds that the model's thread has to end: a process that ends under it could crash."""


@dataclass(frozen=True)
class Piece:
    """Some of the reply, while it is written."""

    text: str
    kind: Literal["thought", "text"]


class _LeftError(Exception):
    """Nobody listens any more: carries the model's thread out of `complete`."""


class Turns:
    """The queue before the model: `waiting` requests may wait. Lives in one event loop."""

    def __init__(self, waiting: int) -> None:
        self._most = waiting
        self._waiting = 0
        self._free = asyncio.Lock()
        self._current: _Turn | None = None
        self._stopped = False

    async def take(self, work: Work) -> AsyncGenerator[Piece | Reply, None]:
        """Wait for the turn, then give the reply piece by piece and, last, whole.

        Raises refusals: with status 503 when too many wait; for what goes wrong in `work`. When
        the iteration ends early the model is ended with its next piece, and is free only then.
        """
        await self._wait()
        turn = self._current = _Turn(work, self._free.release)
        threading.Thread(target=turn.run, name="model", daemon=True).start()
        event: Piece | Reply | HTTPException | None = None
        try:
            while not isinstance(event, Reply):
                event = await turn.events.get()
                if isinstance(event, HTTPException):
                    raise event
                yield event
        finally:
            turn.left.set()

    async def _wait(self) -> None:
        if self._free.locked() and self._waiting >= self._most:
            message = f"{self._waiting} requests are waiting already. Try again later."
            raise refusal(503, message, code="overloaded", headers={"Retry-After": "5"})
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        if self._stopped:
            self._free.release()
            raise _stopping()

    def stop(self) -> None:
        """Refuse who waits or comes, and end the present reply. May be called by a signal."""
        self._stopped = True
        if self._current is not None:
            self._current.left.set()
            self._current.tell(_stopping())

    async def ended(self) -> None:
        """Wait until the model's thread has ended, but not for long."""
        self.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDING):
                await self._free.acquire()


class _Turn:
    """One request at the model: made and listened to in the event loop, run in a thread."""

    def __init__(self, work: Work, done: Callable[[], None]) -> None:
        self.events: asyncio.Queue[Piece | Reply | HTTPException] = asyncio.Queue()
        self.left = threading.Event()
        self._work = work
        self._done = done
        self._loop = asyncio.get_running_loop()

    def run(self) -> None:
        """The thread. An error that nobody foresaw is printed as its traceback."""
        end: Reply | HTTPException = refusal(500, "The model failed. The server's log says how.")
        try:
            end = self._work(self._heard)
        except HTTPException as refused:
            end = refused
        except HandeyeError as error:
            end = as_refusal(error)
        except _LeftError:
            pass
        finally:
            self.tell(end)
            self._in_loop(self._done)

    def tell(self, event: Piece | Reply | HTTPException) -> None:
        self._in_loop(lambda: self.events.put_nowait(event))

    def _heard(self, text: str, kind: Literal["thought", "text"]) -> None:
        if self.left.is_set():
            raise _LeftError
        self.tell(Piece(text, kind))

    def _in_loop(self, call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: the server has ended
            self._loop.call_soon_threadsafe(call)


def _stopping() -> HTTPException:
    return refusal(503, "The server is stopping.")
