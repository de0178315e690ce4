"""The windows of an X11 display, as its window manager tells them (EWMH).

Prevents: a run that fails because a window closed while it was looked at.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from handeye.actions import Box

if TYPE_CHECKING:
    from Xlib.display import Display


class Window(NamedTuple):
    """An open window: its title and where it is, in input units, without the frame around it."""

    id: int
    title: str
    box: Box


class Windows:
    """Looks at the windows of one display, and asks the window manager to do things with them."""

    def __init__(self, display: "Display") -> None:
        self._display = display
        self._root = display.screen().root

    @property
    def managed(self) -> bool:
        """Whether a window manager is running."""
        return self.manager != 0

    @property
    def manager(self) -> int:
        """The window by which the window manager is known: another one has another. 0: none."""
        return next(iter(self._property(self._root, "_NET_SUPPORTING_WM_CHECK")), 0)

    def supports(self, name: str) -> bool:
        """Whether the window manager knows a part of the hints."""
        atom = self._display.intern_atom(name)
        return atom in self._property(self._root, "_NET_SUPPORTED")

    def all(self) -> tuple[Window, ...]:
        """Every window that the window manager lists, the oldest first."""
        found = (self._window(number) for number in self._property(self._root, "_NET_CLIENT_LIST"))
        return tuple(window for window in found if window is not None)

    def active(self) -> int:
        """The window that has the keyboard; 0 where there is none."""
        numbers = self._property(self._root, "_NET_ACTIVE_WINDOW")
        return int(numbers[0]) if len(numbers) else 0

    def active_title(self) -> str:
        """The title of the window that has the keyboard; "" where there is none."""
        number = self.active()
        return self._title(number) if number else ""

    def protocols(self, number: int) -> tuple[int, ...]:
        """What a window takes part in, as atoms."""
        window = self._display.create_resource_object("window", number)
        return tuple(self._property(window, "WM_PROTOCOLS"))

    def named(self, title: str) -> Window | None:
        """The window whose title is `title`, else the newest whose title holds it."""
        windows = self.all()[::-1]
        exact = [window for window in windows if window.title.casefold() == title.casefold()]
        holding = [window for window in windows if title.casefold() in window.title.casefold()]
        return next(iter([*exact, *holding]), None)

    def activate(self, window: Window) -> None:
        """Bring a window to the front and give it the keyboard."""
        self.ask(window.id, "_NET_ACTIVE_WINDOW", [2, 0, 0, 0, 0])

    def close(self, window: Window) -> None:
        """Ask the application to close a window."""
        self.ask(window.id, "_NET_CLOSE_WINDOW", [0, 2, 0, 0, 0])

    def tell(self, number: int, message: str, data: list[int]) -> None:
        """Send a message to a window itself."""
        window = self._display.create_resource_object("window", number)
        window.send_event(self._message(number, message, data), onerror=_ignored)
        self._display.sync()

    def ask(self, number: int, message: str, data: list[int]) -> None:
        """Send a message about a window to the window manager."""
        from Xlib import X

        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._root.send_event(self._message(number, message, data), event_mask=mask)
        self._display.sync()

    def _message(self, number: int, message: str, data: list[int]) -> Any:
        from Xlib.protocol import event

        window = self._display.create_resource_object("window", number)
        kind = self._display.intern_atom(message)
        return event.ClientMessage(window=window, client_type=kind, data=(32, data))

    def _window(self, number: int) -> Window | None:
        from Xlib.error import XError

        window = self._display.create_resource_object("window", number)
        try:
            size = window.get_geometry()
            corner = self._root.translate_coords(window, 0, 0)
        except XError:
            return None  # it closed meanwhile
        # The library names what it answers the wrong way round: x and y lie on the root.
        x, y = float(corner.x), float(corner.y)
        box = Box(x1=x, y1=y, x2=x + size.width, y2=y + size.height)
        return Window(number, self._title(number), box)

    def _title(self, number: int) -> str:
        window = self._display.create_resource_object("window", number)
        for name in ("_NET_WM_NAME", "WM_NAME"):
            value = self._property(window, name)
            if len(value):
                raw = value.encode("latin-1") if isinstance(value, str) else bytes(value)
                return raw.decode("utf-8", "replace")
        return ""

    def _property(self, window: Any, name: str) -> Any:
        from Xlib import X
        from Xlib.error import XError

        try:
            atom = self._display.intern_atom(name)
            found = window.get_full_property(atom, X.AnyPropertyType)
        except XError:
            return ()  # it closed meanwhile
        return found.value if found is not None else ()


def _ignored(*_: object) -> None:
    """The window closed meanwhile."""
