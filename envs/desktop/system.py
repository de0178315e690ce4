"""What differs between systems: the display's name, its windows, its hand, and its lock.

Prevents: code for X11 that runs on macOS, and a broken connection that ends the program.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

from handeye.actions import Box
from handeye.actions.errors import DisplayBusyError, DisplayError
from handeye.envs.desktop.hand import Hand
from handeye.envs.desktop.private import PrivateDisplay

if TYPE_CHECKING:
    from Xlib.display import Display

_LOCK = "_HANDEYE_LOCK"


class System(Protocol):
    """One desktop, held for one handeye. `display` and `key_file` are "" where there is no X11."""

    display: str
    key_file: str

    def hand(self, pause: Callable[[float], None], rest: Callable[[], None]) -> Hand: ...
    def title(self) -> str:
        """The title of the window that has the keyboard."""

    def window_box(self, title: str) -> Box | None:
        """Where the window of that title is, in input units."""

    def front(self) -> int:
        """The window that has the keyboard; 0 where there is none, or it is not known."""

    def place_of(self, window: int) -> Box | None:
        """Where a window is now, in input units; None when it is closed."""

    def busy(self) -> bool:
        """Whether the application in front is known to be at work on something."""

    def watched(self) -> AbstractContextManager[None]:
        """Within the block a display that goes away raises DisplayError."""


@contextmanager
def open_system(display: str | PrivateDisplay) -> Iterator[System]:
    """The desktop of that name, until the end of the block. Raises DisplayError."""
    if sys.platform in ("darwin", "win32") and not display:
        from handeye.envs.desktop.elsewhere import open_native

        with open_native() as native:
            yield native
        return
    with _open_x11(display) as system:
        yield system


@contextmanager
def _open_x11(display: str | PrivateDisplay) -> Iterator["X11System"]:
    from handeye.envs.desktop.x11.link import connect, hang_up, own_display, refuse_xwayland

    if isinstance(display, PrivateDisplay):
        name, key_file = display.name, display.key_file
    else:
        name, key_file = display or own_display(), ""
    link = connect(name, key_file)
    refuse_xwayland(link, name)
    try:
        system = X11System(link, name, key_file)
        with system.watched():
            system.lock()
        yield system
    finally:
        hang_up(link)


class X11System:
    """An X11 display. Its lock is a selection of the server, which ends with the connection."""

    def __init__(self, link: "Display", display: str, key_file: str) -> None:
        from Xlib import X

        from handeye.envs.desktop.x11.ping import Ping
        from handeye.envs.desktop.x11.windows import Windows

        self.display = display
        self.key_file = key_file
        self.windows = Windows(link)
        # Never shown: it holds the lock, and the window manager answers about it.
        self._own = link.screen().root.create_window(0, 0, 1, 1, 0, 0, window_class=X.InputOnly)
        self._ping = Ping(link, self.windows, self._own)
        self.busy = self._ping.busy
        self._link = link

    def hand(self, pause: Callable[[float], None], rest: Callable[[], None]) -> Hand:
        from handeye.envs.desktop.x11.hand import X11Hand

        def read_and_rest() -> None:
            # A screen is at rest, too, before an application has read what was sent to it.
            self._ping.wait_for_application(pause)
            rest()

        def passed_on() -> None:
            self._ping.wait_for_manager(pause)

        return X11Hand(self._link, pause, read_and_rest, passed_on)

    def title(self) -> str:
        return self.windows.active_title()

    def window_box(self, title: str) -> Box | None:
        window = self.windows.named(title)
        return window.box if window else None

    def front(self) -> int:
        return self.windows.active()

    def place_of(self, window: int) -> Box | None:
        return next((each.box for each in self.windows.all() if each.id == window), None)

    def lock(self) -> None:
        """Be the only handeye here. Raises DisplayBusyError; nothing is left on any disk."""
        from Xlib import X

        link = self._link
        atom = link.intern_atom(_LOCK)
        link.grab_server()
        try:
            if link.get_selection_owner(atom) != X.NONE:
                raise DisplayBusyError(
                    f"Another handeye works on the display {self.display}.",
                    "Wait until it is done. A run can use a private display: --display new.",
                )
            self._own.set_selection_owner(atom, X.CurrentTime)
        finally:
            link.ungrab_server()
            link.sync()

    @contextmanager
    def watched(self) -> Iterator[None]:
        from Xlib.error import ConnectionClosedError

        try:
            yield
        except (ConnectionClosedError, BrokenPipeError, ConnectionResetError) as error:
            raise DisplayError(f"The display {self.display} is gone.") from error
