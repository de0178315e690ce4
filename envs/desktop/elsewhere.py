"""The desktop of macOS and Windows: pyautogui's pointer and keyboard as a `Hand`.

What the layout may lack is pasted from the clipboard, whose text is put back. Prevents: a click
that macOS drops in silence because nobody allowed it.
"""

import ctypes
import itertools
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from handeye.actions import Box
from handeye.actions.errors import DisplayBusyError, DisplayError
from handeye.actions.union import Button
from handeye.envs.desktop.hand import Hand, Place
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

_STEPS = 8
_TICK = 120 if sys.platform == "win32" else 1
_KEYS = {
    "Control": "ctrl", "Shift": "shift", "Alt": "option" if sys.platform == "darwin" else "alt",
    "Meta": "command" if sys.platform == "darwin" else "win", "PageUp": "pageup",
    "PageDown": "pagedown", "ArrowLeft": "left", "ArrowUp": "up", "ArrowRight": "right",
    "ArrowDown": "down", "ContextMenu": "apps", " ": "space", "NumpadAdd": "add",
    "NumpadSubtract": "subtract", "NumpadMultiply": "multiply", "NumpadDivide": "divide",
    "NumpadDecimal": "decimal", "NumpadEnter": "enter",
    **{f"Numpad{digit}": f"num{digit}" for digit in range(10)},
}  # fmt: skip
_SETTINGS = "System Settings › Privacy & Security ›"


class PyautoguiHand:
    """The system's own pointer and keyboard. `rest` waits until the screen is at rest."""

    def __init__(self, rest: Callable[[], None]) -> None:
        self._gui = _pyautogui()
        self._rest = rest
        self._keys: list[str] = []
        self._buttons: list[str] = []

    @property
    def place(self) -> Place:
        x, y = self._gui.position()
        return int(x), int(y)

    def move(self, x: float, y: float) -> None:
        self._gui.moveTo(int(x), int(y))

    def click(
        self, x: float, y: float, button: Button, count: int, modifiers: Collection[str]
    ) -> None:
        _refuse_thumb(button)
        self.move(x, y)
        with self.held(tuple(modifiers)):
            self._gui.click(button=button, clicks=count)

    def drag(self, path: Sequence[tuple[float, float]], button: Button) -> None:
        self.move(*path[0])
        try:
            self.down(button)
            for (x1, y1), (x2, y2) in itertools.pairwise(path):
                for part in (step / _STEPS for step in range(1, _STEPS + 1)):
                    self.move(x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)
                self._rest()
        finally:
            self.up(button)

    def down(self, button: Button) -> None:
        _refuse_thumb(button)
        self._buttons.append(button)
        self._gui.mouseDown(button=button)

    def up(self, button: Button) -> None:
        _refuse_thumb(button)
        if button in self._buttons:
            self._buttons.remove(button)
        self._gui.mouseUp(button=button)

    def wheel(self, right: int, down: int) -> None:
        if down:
            self._gui.vscroll(-down * _TICK)
        if right:
            self._gui.hscroll(right * _TICK)

    def type(self, text: str) -> str:
        text = text.replace("\r\n", "\n")
        if text.isascii() and all(self._gui.isValidKey(character) for character in text):
            self._gui.write(text)
            return ""
        return self._paste(text)

    def press(self, keys: Sequence[str]) -> None:
        *held, key = keys
        with self.held(held):
            name = self._name(key)
            self._gui.press(name.lower() if held and len(name) == 1 else name)

    def held(self, keys: Sequence[str]) -> AbstractContextManager[None]:
        return self._held([self._name(key) for key in keys])

    def let_go(self) -> None:
        for key in [*reversed(self._keys)]:
            self._gui.keyUp(key)
        for button in self._buttons:
            self._gui.mouseUp(button=button)
        self._keys, self._buttons = [], []

    def close(self) -> None:
        self.let_go()

    @contextmanager
    def _held(self, names: Sequence[str]) -> Iterator[None]:
        down: list[str] = []
        try:
            for name in names:
                down.append(name)
                self._keys.append(name)
                self._gui.keyDown(name)
            yield
        finally:
            for name in reversed(down):
                self._keys.remove(name)
                self._gui.keyUp(name)

    def _name(self, key: str) -> str:
        name = _KEYS.get(key, key if len(key) == 1 else key.lower())
        if not self._gui.isValidKey(name):
            raise Refused(ActionErrorKind.INVALID, f"The key {key} cannot be pressed here.")
        return name

    def _paste(self, text: str) -> str:
        import pyperclip

        before = pyperclip.paste()
        try:
            pyperclip.copy(text)
            self.press(("Meta" if sys.platform == "darwin" else "Control", "v"))
            self._rest()
        finally:
            pyperclip.copy(before)
        return "Pasted from the clipboard; the text that was in it is back."


class NativeSystem:
    """The system's own desktop; there is no X11."""

    display = ""
    key_file = ""

    def hand(self, _pause: Callable[[float], None], rest: Callable[[], None]) -> Hand:
        return PyautoguiHand(rest)

    def title(self) -> str:
        gui = _pyautogui()
        return str(gui.getActiveWindowTitle() or "") if sys.platform == "win32" else ""

    def window_box(self, title: str) -> Box | None:
        if sys.platform != "win32":
            raise DisplayError("Windows are found by title on X11 and Windows only.")
        for window in _pyautogui().getWindowsWithTitle(title):
            right, bottom = window.left + window.width, window.top + window.height
            return Box(x1=window.left, y1=window.top, x2=right, y2=bottom)
        return None

    def front(self) -> int:
        return 0

    def place_of(self, window: int) -> Box | None:  # noqa: ARG002
        return None

    def busy(self) -> bool:
        return False

    @contextmanager
    def watched(self) -> Iterator[None]:
        yield


@contextmanager
def open_native() -> Iterator[NativeSystem]:
    """The desktop until the end of the block. Raises DisplayError, DisplayBusyError."""
    if sys.platform == "darwin":
        _need_permissions()
    with _only_one():
        yield NativeSystem()


def _pyautogui() -> Any:
    try:
        import pyautogui
    except ImportError as missing:
        raise DisplayError(
            f"The desktop needs a package that is not installed: {missing.name}.",
            "Run `pip install 'handeye[desktop]'`.",
        ) from missing
    pyautogui.PAUSE = pyautogui.MINIMUM_DURATION = 0.0
    pyautogui.FAILSAFE = False  # the environment has its own, which spares handeye's own clicks
    return pyautogui


def _refuse_thumb(button: Button) -> None:
    if button in ("back", "forward"):
        message = f"There is no way to press the {button} button of the mouse here."
        raise Refused(ActionErrorKind.INVALID, message)


def _need_permissions() -> None:
    """macOS lets a program click and look only when it was allowed to, and says nothing."""
    frameworks = "/System/Library/Frameworks"
    services = ctypes.CDLL(f"{frameworks}/ApplicationServices.framework/ApplicationServices")
    graphics = ctypes.CDLL(f"{frameworks}/CoreGraphics.framework/CoreGraphics")
    for allowed, what, where in (
        (services.AXIsProcessTrusted, "click and type", "Accessibility"),
        (graphics.CGPreflightScreenCaptureAccess, "look at the screen", "Screen Recording"),
    ):
        allowed.restype = ctypes.c_bool
        if not allowed():
            raise DisplayError(
                f"macOS does not allow this terminal to {what}.",
                f"Allow it under {_SETTINGS} {where}, and start the terminal again.",
            )


@contextmanager
def _only_one() -> Iterator[None]:
    """Be the only handeye on this desktop: a file with the process that has it."""
    import psutil
    from platformdirs import user_runtime_path

    path = Path(user_runtime_path("handeye", ensure_exists=True)) / "desktop.lock"
    while True:
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
            break
        except FileExistsError as error:
            owner = path.read_text("utf-8", "replace").strip()
            if not owner.isdigit() or psutil.pid_exists(int(owner)):
                raise DisplayBusyError(
                    "Another handeye works on this desktop.", f"Wait until it ends ({path})."
                ) from error
            path.unlink(missing_ok=True)
    try:
        os.write(handle, str(os.getpid()).encode())
        os.close(handle)
        yield
    finally:
        path.unlink(missing_ok=True)
