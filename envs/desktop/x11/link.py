"""The connection to an X display, and what to do when there is none.

Prevents: a bare "can't open display", a machine without ~/.Xauthority taken for a broken one, and
a run that waits for ever for the answer of a server that has ended.
"""

import contextlib
import io
import os
import traceback
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from handeye.actions.errors import DisplayError

if TYPE_CHECKING:
    from Xlib.display import Display

_START_ONE = "Log in on a desktop and set DISPLAY, or use a private one: --display new."


@contextlib.contextmanager
def authority(path: str) -> Iterator[None]:
    """Within the block the X libraries read their keys from `path`; "" leaves it as it is."""
    before = os.environ.get("XAUTHORITY")
    own = before or os.path.expanduser("~/.Xauthority")
    # The library wants a file; an empty one says that no key is needed.
    os.environ["XAUTHORITY"] = path or (own if os.path.exists(own) else os.devnull)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XAUTHORITY"]
        else:
            os.environ["XAUTHORITY"] = before


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The library prints a line where no key is needed, and leaves files and sockets open."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore", ResourceWarning)
        yield


class _Lost(OSError):
    """The library looks for the reason at [1]."""

    def __getitem__(self, index: int) -> object:
        return self.args[index]


class _Socket:
    """The socket of a connection. Where sending fails, the library raises another error over it,
    does not mark the connection as closed, and waits for ever when it is used again."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.fileno, self.recv, self.close = real.fileno, real.recv, real.close

    def send(self, data: bytes) -> int:
        try:
            return int(self._real.send(data))
        except OSError as error:
            raise _Lost(*error.args) from error


def connect(name: str, key_file: str = "") -> "Display":
    """Open the display `name` (":0"). Raises DisplayError."""
    try:
        from Xlib import error
        from Xlib.display import Display
    except ImportError as missing:
        raise DisplayError(
            f"The desktop needs a package that is not installed: {missing.name}.",
            "Run `pip install 'handeye[desktop]'`.",
        ) from missing
    try:
        with authority(key_file), _quiet():
            display = Display(name)
            display.display.socket = _Socket(display.display.socket)
    except error.DisplayNameError as wrong:
        raise DisplayError(f"{name!r} is no name of a display.", "Write :0 or :1.") from wrong
    except (error.DisplayConnectionError, error.XauthError, OSError) as closed:
        with _quiet():  # its socket
            traceback.clear_frames(closed.__traceback__)
        reason = _reason(closed)
        message = f"The display {name} cannot be opened: {reason}."
        raise DisplayError(message, _START_ONE) from closed
    if not display.query_extension("XTEST"):
        display.close()
        raise DisplayError(
            f"The display {name} has no XTEST extension, which sends keys and clicks.",
            "Use another X server, or a private one: --display new.",
        )
    return display


@contextlib.contextmanager
def if_there() -> Iterator[None]:
    """Within the block a display that is gone is no error: there is nothing to be ended on it."""
    from Xlib.error import ConnectionClosedError

    with contextlib.suppress(ConnectionClosedError, OSError):
        yield


def hang_up(display: "Display") -> None:
    """Close the connection."""
    with if_there():
        display.close()


def _reason(error: Exception) -> str:
    """What the server said; the library gives it as it came."""
    said = getattr(error, "msg", "") or error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if "[Errno 2]" in text or "[Errno 111]" in text:  # no such socket, or nobody behind it
        return "no X server has that name"
    return text.strip().rstrip(".")


def own_display() -> str:
    """The name of the desktop that handeye was started on. Raises DisplayError."""
    wayland = os.environ.get("WAYLAND_DISPLAY") or (os.environ.get("XDG_SESSION_TYPE") == "wayland")
    if wayland:
        raise DisplayError(
            "This is a Wayland session, where no program may look at the screen or move the mouse.",
            "Log in to an X11 (Xorg) session, or use a private display: --display new.",
        )
    name = os.environ.get("DISPLAY", "")
    if not name:
        raise DisplayError("There is no display: DISPLAY is not set.", _START_ONE)
    return name


def refuse_xwayland(display: "Display", name: str) -> None:
    """Windows of Wayland are black on XWayland's screen, and take no input from there."""
    if display.query_extension("XWAYLAND"):
        display.close()
        raise DisplayError(
            f"The display {name} is XWayland's, which does not show the windows of Wayland.",
            "Log in to an X11 (Xorg) session, or use a private display: --display new.",
        )
