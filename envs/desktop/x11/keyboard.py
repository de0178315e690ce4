"""Typing and pressing keys on an X11 display.

Prevents: text that depends on the layout or on CapsLock, and keys left down after an exception.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from handeye.actions.keys import MODIFIERS
from handeye.envs.desktop.x11.keymap import Keymap, Stroke
from handeye.envs.desktop.x11.keysyms import CAPS_LOCK, KEYS, keysym_of
from handeye.envs.interrupts import check
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

if TYPE_CHECKING:
    from Xlib.display import Display


class Keyboard:
    """The keys of one display. `rest` waits until the screen is at rest."""

    def __init__(self, display: "Display", rest: Callable[[], None]) -> None:
        self._display = display
        self._map = Keymap(display, rest)
        self._down: list[int] = []

    def type(self, text: str) -> str:
        """Type any text; the answer says so where keys had to be borrowed for it."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        keysyms = [_keysym_to_type(character) for character in text]
        borrowed: dict[str, None] = {}
        self._map.refresh()
        with self._caps_off():
            for at, keysym in enumerate(keysyms):
                check()
                stroke = self._stroke(keysym, keysyms[at:])
                if self._map.is_borrowed(stroke):
                    borrowed[text[at]] = None
                self._strike(stroke)
        if not borrowed:
            return ""
        shown = "".join(borrowed)
        shown = shown if len(shown) <= 20 else shown[:19] + "…"
        return f"The keyboard layout lacks {shown}: typed with keys that were mapped for it."

    def press(self, keys: Sequence[str]) -> None:
        """Strike the last key while the others are held."""
        *held, key = self._chord(keys)
        with self._all_down([*held, *self._map.held_for(key)]):
            self._strike(key._replace(shift=False, level3=False))

    @contextmanager
    def held(self, keys: Sequence[str]) -> Iterator[None]:
        """Keys that are down within the block, and up after it whatever happens."""
        with self._all_down(self._chord(keys)):
            yield

    def let_go(self) -> None:
        """Let go of every key."""
        while self._down:
            self._send(self._down[-1], down=False)
            self._down.pop()

    def close(self) -> None:
        """Let go of everything, and give borrowed keys back."""
        self.let_go()
        self._map.give_back()

    def _chord(self, keys: Sequence[str]) -> list[Stroke]:
        self._map.refresh()
        named = [name for name in keys if name in MODIFIERS]
        keysyms = []
        for name in keys:
            # "Control+S" is meant as ctrl+s: Shift is written where it is meant.
            character = name.lower() if named and name not in KEYS else name
            keysyms.append(KEYS.get(name) or _keysym_to_type(character))
        lacking = [keysym for keysym in keysyms if self._map.find(keysym) is None]
        strokes = [self._stroke(keysym, lacking) for keysym in keysyms]
        return [stroke._replace(shift=False) if "Shift" in named else stroke for stroke in strokes]

    def _stroke(self, keysym: int, coming: Sequence[int]) -> Stroke:
        """The key for a keysym; what the layout lacks of `coming` gets keys at the same time."""
        stroke = self._map.find(keysym)
        if stroke is None:
            self._map.borrow([each for each in coming if self._map.find(each) is None])
            stroke = self._map.find(keysym)
        if stroke is None:
            message = "The keyboard layout lacks a key for it, and has no unused one."
            raise Refused(ActionErrorKind.INVALID, message)
        return stroke

    def _strike(self, stroke: Stroke) -> None:
        with self._all_down(self._map.held_for(stroke)):
            self._map.used(stroke)
            with self._all_down([stroke.keycode]):
                pass

    @contextmanager
    def _caps_off(self) -> Iterator[None]:
        """CapsLock would turn letters around: off within the block, and on again after it."""
        lock = self._map.keycode(CAPS_LOCK) if self._map.caps_locked else None
        if lock is not None:
            self._strike(Stroke(lock))
        try:
            yield
        finally:
            if lock is not None:
                self._strike(Stroke(lock))

    @contextmanager
    def _all_down(self, keys: Sequence[int | Stroke]) -> Iterator[None]:
        codes: list[int] = []
        for key in keys:
            codes += [*self._map.held_for(key), key.keycode] if isinstance(key, Stroke) else [key]
        sent = 0
        try:
            for code in codes:
                sent += 1
                self._down.append(code)
                self._send(code, down=True)
            yield
        finally:
            for code in reversed(codes[:sent]):
                self._send(code, down=False)
                self._down.remove(code)

    def _send(self, keycode: int, *, down: bool) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._display, X.KeyPress if down else X.KeyRelease, keycode)
        self._display.sync()


def _keysym_to_type(character: str) -> int:
    keysym = keysym_of(character)
    if not keysym:
        message = f"The control character U+{ord(character):04X} cannot be typed."
        raise Refused(ActionErrorKind.INVALID, message)
    return keysym
