"""Exchanges with the X server that a signal does not cut in two.

The library marks its connection as in use while it sends and receives. An exception from a signal
in the middle leaves the mark, and whoever uses the connection next, to let go of keys, waits for
ever. Prevents: a run that neither Ctrl-C nor SIGTERM ends.
"""

import contextlib
import functools
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from Xlib.display import Display

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def keep_whole(display: "Display") -> None:
    """From now on signals wait until an exchange of this connection is over."""
    protocol = display.display
    protocol.send_and_recv = _whole(protocol.send_and_recv)


def _whole(exchange: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(exchange)
    def kept(*words: Any, **options: Any) -> Any:
        with signals_waiting():
            return exchange(*words, **options)

    return kept


@contextlib.contextmanager
def signals_waiting() -> Iterator[None]:
    """Ctrl-C and SIGTERM come after the block; a second one comes at once, as a server may hang.

    Only the main thread is interrupted by signals; in others nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before: dict[int, Any] = {}

    def later(number: int, frame: FrameType | None) -> None:
        came.append(number)
        if len(came) > 1 and callable(before.get(number)):
            before[number](number, frame)

    for one in _SIGNALS:
        before[one] = signal.signal(one, later)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if len(came) == 1:
            signal.raise_signal(came[0])
