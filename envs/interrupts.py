"""Ctrl-C and SIGTERM wait until a talk with the display server, or a write to the disk, is over.

python-xlib never ends a call whose predecessor was left by an exception while it waited for an
answer. Prevents: an interrupted run that hangs while it lets go of its keys, and one whose end was
being written and is taken back.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

Handler = Callable[[int, FrameType | None], object]

_before: dict[int, Handler] = {}
_came: list[int] = []


@contextmanager
def put_off() -> Iterator[None]:
    """Within the block signals wait for `check`, or for its end. May be nested; does nothing
    outside the main thread, which alone hears of signals."""
    if _before or threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    _before.update({number: each for number, each in handlers.items() if callable(each)})
    for number in _before:
        signal.signal(number, _note)
    try:
        yield
    finally:
        handled = dict(_before)
        _before.clear()
        for number, handler in handled.items():
            signal.signal(number, handler)
        _pass_on(handled)


def check() -> None:
    """Now is a good moment: what was put off is handled, as by KeyboardInterrupt."""
    if _came:
        _pass_on(_before)


def _note(number: int, frame: FrameType | None) -> None:
    """A second signal of a kind is one of impatience, and does not wait."""
    if number in _came:
        _before[number](number, frame)
    _came.append(number)


def _pass_on(handlers: dict[int, Handler]) -> None:
    came = list(_came)
    _came.clear()
    for number in came:
        handlers[number](number, None)
