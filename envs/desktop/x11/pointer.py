"""The pointer of an X11 display: moves, buttons and wheel.

Prevents: clicks that a window manager takes for its own (alt and the mouse move windows), buttons
swapped for the left hand, two clicks taken for a double click, and buttons left down.
"""

import itertools
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from handeye.actions.union import Button
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

if TYPE_CHECKING:
    from Xlib.display import Display

BUTTONS: dict[str, int] = {"left": 1, "middle": 2, "right": 3, "back": 8, "forward": 9}
_UP, _DOWN, _LEFT, _RIGHT = 4, 5, 6, 7
_SHIELD = 10
"""A button that nothing listens to."""
_APART_SECONDS = 0.55
_APART_PIXELS = 12
"""Toolkits count clicks within 250 to 500 ms and a few pixels as one double click."""
_APART_EVENTS = 0.004
"""A window manager that looks at each press first loses those with the same millisecond."""
_STEPS = 8


class Pointer:
    """The pointer of one display. `pause` waits a moment, `rest` until the screen is at rest,
    `passed_on` until the window manager has passed on the press that it looked at."""

    def __init__(
        self,
        display: "Display",
        pause: Callable[[float], None],
        rest: Callable[[], None],
        passed_on: Callable[[], None],
    ) -> None:
        self._display = display
        self._pause = pause
        self._rest = rest
        self._passed_on = passed_on
        self._down: list[int] = []
        self._last: tuple[int, int, int, float] | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Where the pointer is now, whoever moved it."""
        answer = self._display.screen().root.query_pointer()
        return answer.root_x, answer.root_y

    def move(self, x: float, y: float) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._display, X.MotionNotify, x=int(x), y=int(y))
        self._display.sync()

    def click(
        self, x: float, y: float, button: Button, count: int, held: AbstractContextManager[None]
    ) -> None:
        """Click `count` times; within `held` the modifiers are down.

        A window manager that is late with one press may lose the next.
        """
        code = self._code(BUTTONS[button])
        self._keep_apart(int(x), int(y), code)
        self.move(x, y)
        with held:
            for number in range(count):
                if number:
                    self._passed_on()
                with self._pressed(code):
                    pass
        self._last = (int(x), int(y), code, time.monotonic())

    def drag(self, path: Sequence[tuple[float, float]], button: Button) -> None:
        """Press at the first point, move through the others step by step, release at the last."""
        code = self._code(BUTTONS[button])
        self._keep_apart(int(path[0][0]), int(path[0][1]), code)
        self.move(*path[0])
        with self._pressed(code):
            for (x1, y1), (x2, y2) in itertools.pairwise(path):
                for step in range(1, _STEPS + 1):
                    part = step / _STEPS
                    self.move(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)
                # What is dragged over must have answered before it is dropped.
                self._rest()

    def down(self, button: Button) -> None:
        self._send(self._code(BUTTONS[button]), down=True)

    def up(self, button: Button) -> None:
        self._send(self._code(BUTTONS[button]), down=False)

    def wheel(self, right: int, down: int) -> None:
        """Turn the wheel by so many ticks; negative ones are to the left and up."""
        for ticks, way in ((right, (_LEFT, _RIGHT)), (down, (_UP, _DOWN))):
            code = self._code(way[ticks > 0])
            for _ in range(abs(ticks)):
                self._send(code, down=True)
                self._send(code, down=False)

    def let_go(self) -> None:
        """Let go of every button."""
        while self._down:
            self._send(self._down[-1], down=False)

    @contextmanager
    def _pressed(self, code: int) -> Iterator[None]:
        try:
            self._send(code, down=True)
            self._pause(_APART_EVENTS)
            yield
        finally:
            self._send(code, down=False)
            self._pause(_APART_EVENTS)

    @contextmanager
    def shield(self, modifiers: Collection[str]) -> Iterator[None]:
        """Window managers grab alt or super with a button, but not while another one is down.

        Begin it before the modifiers are down.
        """
        buttons = len(self._display.get_pointer_mapping())
        if not {"Alt", "Meta"} & set(modifiers) or buttons < _SHIELD:
            yield
            return
        with self._pressed(_SHIELD):
            yield

    def _keep_apart(self, x: int, y: int, code: int) -> None:
        """Wait until a click at the place of the last one is one of its own."""
        while self._last is not None and self._last[2] == code:
            far = max(abs(x - self._last[0]), abs(y - self._last[1])) > _APART_PIXELS
            left = self._last[3] + _APART_SECONDS - time.monotonic()
            if far or left <= 0:
                return
            self._pause(min(left, 0.05))

    def _code(self, logical: int) -> int:
        """The button that reaches applications as `logical`: people swap left and right."""
        mapping = list(self._display.get_pointer_mapping())
        if logical not in mapping:
            message = "The display's mouse has no such button."
            raise Refused(ActionErrorKind.INVALID, message)
        return mapping.index(logical) + 1

    def _send(self, code: int, *, down: bool) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        if down:
            self._down.append(code)
        xtest.fake_input(self._display, X.ButtonPress if down else X.ButtonRelease, code)
        self._display.sync()
        if not down and code in self._down:
            self._down.remove(code)
