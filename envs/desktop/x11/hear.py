"""Every key, button and move on an X11 display, told by its RECORD extension.

Source: Record Extension Protocol Specification, version 1.13. Prevents: a listener that takes the
input away from the applications that it is meant for.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, Literal, NamedTuple

from handeye.actions.errors import DisplayError
from handeye.envs.desktop.x11.link import connect, hang_up, if_there

_BEGIN_SECONDS, _END_SECONDS = 10.0, 5.0
_MOST_LATE = 60.0
"""More than so many seconds late is another clock: one was set, or the server's has wrapped."""


class Signal(NamedTuple):
    """One event: `time` is when it happened, in Unix seconds, however late it was heard of. `code`
    is a keycode or the number of a button, `x` and `y` are input units of the whole desktop,
    `state` is the mask of what was held before."""

    time: float
    kind: Literal["key", "key_up", "button", "button_up", "move"]
    code: int
    x: int
    y: int
    state: int


@contextmanager
def hearing(name: str, key_file: str = "") -> Iterator["SimpleQueue[Signal]"]:
    """Within the block, what happens on the display is put into the queue as it happens.

    Raises DisplayError where the server does not tell.
    """
    from Xlib import X
    from Xlib.error import XError

    control, source = connect(name, key_file), connect(name, key_file)
    try:
        if not control.query_extension("RECORD"):
            raise DisplayError(
                f"The display {name} has no RECORD extension, which tells what a person does.",
                "Use another X server.",
            )
        context = _context(source, X)
        heard: SimpleQueue[Signal] = SimpleQueue()
        ear = _Ear(source, heard)
        thread = Thread(target=ear.listen, args=(context,), name="handeye-hear", daemon=True)
        source.sync()
        thread.start()
        if not ear.begun.wait(_BEGIN_SECONDS):
            raise DisplayError(f"The display {name} does not tell what is done.")
        try:
            yield heard
        finally:
            with if_there():
                control.record_disable_context(context)
                control.sync()
                thread.join(_END_SECONDS)
                control.record_free_context(context)
    except XError as error:
        raise DisplayError(f"The display {name} does not tell what is done: {error}.") from error
    finally:
        hang_up(control)
        hang_up(source)


def _context(display: Any, x: Any) -> int:
    from Xlib.ext import record

    wanted = {
        "core_requests": (0, 0),
        "core_replies": (0, 0),
        "ext_requests": (0, 0, 0, 0),
        "ext_replies": (0, 0, 0, 0),
        "delivered_events": (0, 0),
        "device_events": (x.KeyPress, x.MotionNotify),
        "errors": (0, 0),
        "client_started": False,
        "client_died": False,
    }
    return int(display.record_create_context(0, [record.AllClients], [wanted]))


class _Ear:
    """Turns what the server sends into signals; in the thread that waits for it."""

    def __init__(self, display: Any, heard: "SimpleQueue[Signal]") -> None:
        from Xlib import X

        self._display = display
        self._heard = heard
        self._behind = 0.0  # the server's clock, in seconds
        self.begun = Event()
        self._kinds = {
            X.KeyPress: "key",
            X.KeyRelease: "key_up",
            X.ButtonPress: "button",
            X.ButtonRelease: "button_up",
            X.MotionNotify: "move",
        }

    def listen(self, context: int) -> None:
        """Until the context is disabled, or the display is gone."""
        with if_there():
            self._display.record_enable_context(context, self._take)

    def _take(self, reply: Any) -> None:
        from Xlib.ext import record
        from Xlib.protocol import rq

        if reply.category == record.StartOfData:
            self.begun.set()
        if reply.category != record.FromServer or reply.client_swapped:
            return
        data, now = reply.data, time.time()
        while data:
            event, data = rq.EventField(None).parse_binary_value(
                data, self._display.display, None, None
            )
            kind: Any = self._kinds.get(event.type)
            if kind is not None:
                when = self._when(event.time / 1000, now)
                self._heard.put(
                    Signal(when, kind, event.detail, event.root_x, event.root_y, event.state)
                )

    def _when(self, stamp: float, now: float) -> float:
        """The moment of an event by this clock: what came soonest tells how far the server's is."""
        if not 0 <= now - stamp - self._behind < _MOST_LATE:
            self._behind = now - stamp
        return stamp + self._behind
