"""Asks the application in front and the window manager, again and again, whether they keep up.

One that is making a dialog answers late, and that is how it is known that something is coming. A
window manager that reads a new keyboard map (openbox takes 0.1 s for each key) passes clicks on
late. Prevents: a look at the screen while there is still work on the click before, and clicks that
come before the window manager can take them.
Source: Extended Window Manager Hints, _NET_WM_PING and _NET_REQUEST_FRAME_EXTENTS.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from handeye.envs.desktop.x11.windows import Windows

if TYPE_CHECKING:
    from Xlib.display import Display

LATE_SECONDS = 0.03
"""Whoever is idle answers within a few milliseconds."""
GIVEN_UP_SECONDS = 5.0
"""Who does not answer for so long is stuck, or deaf: it is not waited for."""
_POLL_SECONDS = 0.002


class _Question:
    """Asked once at a time; `ask` says whether there is anybody to be asked."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._asked_at = float("-inf")
        self.waiting = False

    def busy(self) -> bool:
        """Whether an answer is late; asks again when there is none to come."""
        age = time.monotonic() - self._asked_at
        if self.waiting and age < GIVEN_UP_SECONDS:
            return age > LATE_SECONDS
        if age > LATE_SECONDS:
            self.put()
        return False

    def put(self) -> None:
        """Ask, whatever was asked before."""
        self.waiting, self._asked_at = self._ask(), time.monotonic()


class Ping:
    """`own` is a window of ours, for what the window manager says of it."""

    def __init__(self, display: "Display", windows: Windows, own: Any) -> None:
        from Xlib import X

        self._display, self._windows, self._own = display, windows, own
        self._protocols = display.intern_atom("WM_PROTOCOLS")
        self._ping = display.intern_atom("_NET_WM_PING")
        self._extents = display.intern_atom("_NET_FRAME_EXTENTS")
        self._stamp = 0
        self._application = _Question(self._ask_application)
        self._manager = _Question(self._ask_manager)
        display.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)
        own.change_attributes(event_mask=X.PropertyChangeMask)

    def busy(self) -> bool:
        """Whether one of them owes an answer."""
        self._listen()
        return any([self._application.busy(), self._manager.busy()])

    def wait_for_application(self, pause: Callable[[float], None]) -> None:
        """Until the application in front has read all that was sent to it so far.

        Events come to it in order: once it answers what is asked now, it has read those before.
        """
        self._wait_for(self._application, pause)

    def wait_for_manager(self, pause: Callable[[float], None]) -> None:
        """Until the window manager has passed on the presses that were sent so far."""
        self._wait_for(self._manager, pause)

    def _wait_for(self, question: _Question, pause: Callable[[float], None]) -> None:
        question.put()
        end = time.monotonic() + GIVEN_UP_SECONDS
        while question.waiting and time.monotonic() < end:
            pause(_POLL_SECONDS)
            self._listen()

    def _ask_application(self) -> bool:
        number = self._windows.active()
        if not number or self._ping not in self._windows.protocols(number):
            return False
        self._stamp += 1
        self._windows.tell(number, "WM_PROTOCOLS", [self._ping, self._stamp, number, 0, 0])
        return True

    def _ask_manager(self) -> bool:
        if not self._windows.supports("_NET_REQUEST_FRAME_EXTENTS"):
            return False
        self._windows.ask(self._own.id, "_NET_REQUEST_FRAME_EXTENTS", [0, 0, 0, 0, 0])
        return True

    def _listen(self) -> None:
        from Xlib import X

        while self._display.pending_events():
            event = self._display.next_event()
            kind = event.type & 0x7F
            if kind == X.ClientMessage and event.client_type == self._protocols:
                if list(event.data[1][:2]) == [self._ping, self._stamp]:
                    self._application.waiting = False
            elif kind == X.PropertyNotify and event.atom == self._extents:
                self._manager.waiting = False
