"""Answers to pings, as toolkits give them (EWMH, _NET_WM_PING), for the programs that tests start."""

from Xlib import X
from Xlib.display import Display
from Xlib.protocol.event import ClientMessage


class Pings:
    """Those to one window, which says that it answers them."""

    def __init__(self, display: Display, window) -> None:
        self._display, self._root = display, display.screen().root
        self._protocols = display.intern_atom("WM_PROTOCOLS")
        self._ping = display.intern_atom("_NET_WM_PING")
        window.set_wm_protocols([self._ping])

    def answer(self, event) -> bool:
        """Whether the event was one; it is sent on to the root."""
        if event.type & 0x7F != X.ClientMessage or event.client_type != self._protocols:
            return False
        if event.data[1][0] == self._ping:
            back = ClientMessage(window=self._root, client_type=self._protocols, data=event.data)
            self._root.send_event(back, X.SubstructureNotifyMask | X.SubstructureRedirectMask)
            self._display.flush()
        return True
