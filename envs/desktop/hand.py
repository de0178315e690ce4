"""What every system's pointer and keyboard can do; all places are input units of the screen.

Two exist: X11 through XTEST, and pyautogui on macOS and Windows.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from handeye.actions import ScreenSpace
from handeye.actions.errors import StoppedError
from handeye.actions.union import Button

Place = tuple[int, int]


class Hand(Protocol):
    """Pointer and keyboard. Whatever a call holds down is up again after it, also on Ctrl-C."""

    @property
    def place(self) -> Place:
        """Where the pointer is now, whoever moved it."""

    def move(self, x: float, y: float) -> None: ...
    def click(
        self, x: float, y: float, button: Button, count: int, modifiers: Collection[str]
    ) -> None: ...
    def drag(self, path: Sequence[tuple[float, float]], button: Button) -> None: ...
    def down(self, button: Button) -> None: ...
    def up(self, button: Button) -> None: ...
    def wheel(self, right: int, down: int) -> None:
        """Turn the wheel by so many ticks; negative ones are to the left and up."""

    def type(self, text: str) -> str:
        """Type any text; the answer is a note where it was not simply typed."""

    def press(self, keys: Sequence[str]) -> None: ...
    def held(self, keys: Sequence[str]) -> AbstractContextManager[None]: ...
    def let_go(self) -> None:
        """Nothing is down any more, buttons that were pressed on purpose included."""

    def close(self) -> None:
        """Let go of everything, and leave the keyboard as it was."""


def in_corner(place: Place, screen: ScreenSpace) -> bool:
    """Whether a place is in a corner of the whole screen."""
    width, height = screen.size.width / screen.scale_x, screen.size.height / screen.scale_y
    edges_x = (screen.left, screen.left + width - 1)
    edges_y = (screen.top, screen.top + height - 1)
    return place[0] in edges_x and place[1] in edges_y


class Corner:
    """The fail-safe: a person who moves the pointer into a corner of the screen stops the run.

    handeye's own clicks in a corner are no reason to stop.
    """

    def __init__(self, hand: Hand, *, on: bool = True) -> None:
        self._hand = hand
        self._on = on
        self._own = hand.place

    def check(self, screen: ScreenSpace) -> None:
        """Raises StoppedError. `screen` is the whole screen, not the part that is looked at."""
        if not self._on:
            return
        place = self._hand.place
        if in_corner(place, screen) and place != self._own:
            raise StoppedError(
                "The pointer was moved into a corner of the screen, which stops the run.",
                "With --no-failsafe corners mean nothing.",
            )

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Within the block it is handeye that moves the pointer."""
        try:
            yield
        finally:
            self._own = self._hand.place
