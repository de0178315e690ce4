"""Pointer and keyboard of an X11 display as one `Hand`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from handeye.actions.union import Button
from handeye.envs.desktop.x11.keyboard import Keyboard
from handeye.envs.desktop.x11.pointer import Pointer

if TYPE_CHECKING:
    from Xlib.display import Display


class X11Hand:
    """`pause` waits a moment; `rest` until the screen is at rest; `passed_on` until the window
    manager has passed on what it looks at first."""

    def __init__(
        self,
        display: "Display",
        pause: Callable[[float], None],
        rest: Callable[[], None],
        passed_on: Callable[[], None],
    ) -> None:
        self._pointer = Pointer(display, pause, rest, passed_on)
        self._keyboard = Keyboard(display, rest)
        self.move = self._pointer.move
        self.drag = self._pointer.drag
        self.down = self._pointer.down
        self.up = self._pointer.up
        self.wheel = self._pointer.wheel
        self.type = self._keyboard.type
        self.press = self._keyboard.press

    @property
    def place(self) -> tuple[int, int]:
        return self._pointer.place

    def click(
        self, x: float, y: float, button: Button, count: int, modifiers: Collection[str]
    ) -> None:
        self._pointer.click(x, y, button, count, self._modified(tuple(modifiers)))

    def held(self, keys: Sequence[str]) -> AbstractContextManager[None]:
        return self._keyboard.held(keys)

    def let_go(self) -> None:
        self._pointer.let_go()
        self._keyboard.let_go()

    def close(self) -> None:
        self._pointer.let_go()
        self._keyboard.close()

    @contextmanager
    def _modified(self, modifiers: Sequence[str]) -> Iterator[None]:
        if not modifiers:
            yield
            return
        with self._pointer.shield(modifiers), self._keyboard.held(modifiers):
            yield
