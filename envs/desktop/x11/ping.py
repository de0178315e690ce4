"""Asks the application in front whether it has dealt with all that was sent to it (_NET_WM_PING).

Applications read their events in order, so the answer comes after the click before it was handled.
Prevents: a look at the screen while the application is still making the dialog. Source: EWMH.
"""

from typing import TYPE_CHECKING

from handeye.envs.desktop.x11.windows import Windows

if TYPE_CHECKING:
    from Xlib.display import Display


class Ping:
    """One question at a time."""

    def __init__(self, display: "Display", windows: Windows) -> None:
        from Xlib import X

        self._display = display
        self._windows = windows
        self._protocols = display.intern_atom("WM_PROTOCOLS")
        self._ping = display.intern_atom("_NET_WM_PING")
        self._stamp = 0
        self._waiting = False
        display.screen().root.change_attributes(event_mask=X.SubstructureNotifyMask)

    def ask(self) -> None:
        """Put the question to the window that has the keyboard, if it knows the protocol."""
        number = self._windows.active()
        self._waiting = bool(number) and self._ping in self._windows.protocols(number)
        if self._waiting:
            self._stamp += 1
            self._windows.tell(number, "WM_PROTOCOLS", [self._ping, self._stamp, number, 0, 0])

    def answered(self) -> bool:
        """Whether the last question has been answered, or none was asked."""
        from Xlib import X

        display = self._display
        while self._waiting and display.pending_events():
            event = display.next_event()
            if event.type & 0x7F == X.ClientMessage and event.client_type == self._protocols:
                data = event.data[1]
                if data[0] == self._ping and data[1] == self._stamp:
                    self._waiting = False
        return not self._waiting
