"""From keys and buttons to actions: clicks, drags, scrolling, text, chords.

Prevents: a recording by hand that is full of presses and releases instead of what was meant.
"""

import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from handeye.actions import Action, Click, Drag, Point, Press, Scroll, Target, Type
from handeye.actions.union import Button, Modifier
from handeye.envs.desktop.x11.hear import Signal
from handeye.envs.desktop.x11.keymap import Keymap
from handeye.envs.desktop.x11.keysyms import DEAD, KEYS, LEFT_TAB, character_of
from handeye.envs.desktop.x11.pointer import BUTTONS

_BITS = {"Shift": 1 << 0, "Control": 1 << 2, "Alt": 1 << 3, "Meta": 1 << 6}
_LOCK = 1 << 1
_WHEEL = {4: (0, -100), 5: (0, 100), 6: (-100, 0), 7: (100, 0)}
_SAME_CLICK_SECONDS = 0.5
_SAME_CLICK_PIXELS = 6
_DRAG_PIXELS = 8
_STRAIGHT = 3.0
"""Pixels by which a path may leave the line that is kept of it."""

_NAMES = {keysym: name for name, keysym in KEYS.items()}
_NAMES |= {0xFFEA: "Alt", 0xFFE2: "Shift", 0xFFE4: "Control", 0xFFEC: "Meta", 0xFFE7: "Meta"}
_KEYPAD = ("Home", "ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "PageUp", "PageDown", "End")
_NAMES |= {0xFF95 + place: name for place, name in enumerate(_KEYPAD)}
_NAMES |= {0xFF9E: "Insert", 0xFF9F: "Delete"}
_HELD = {"Shift", "Control", "Alt", "Meta", "CapsLock", "NumLock", "ScrollLock"}
_ALONE = {"Alt", "Meta"}
"""Modifiers that do something when they are pressed alone."""


@dataclass
class _Down:
    """A button that is down: where it went down, and where the pointer was since."""

    time: float
    button: Button
    path: list[tuple[int, int]]
    modifiers: tuple[Modifier, ...]


class Translator:
    """Hears signals one by one; what was done is told to `did` with the time at which it began.

    `place` turns input units into pixels of the picture.
    """

    def __init__(
        self,
        keymap: Keymap,
        place: Callable[[Point], Point],
        did: Callable[[float, Action], None],
    ) -> None:
        self._keymap = keymap
        self._place = place
        self._did = did
        self._down: _Down | None = None
        self._clicked: tuple[float, Click, tuple[int, int]] | None = None
        self._accent = ""
        self._alone = ""

    def hear(self, signal: Signal) -> None:
        if signal.kind == "move":
            if self._down is not None:
                self._down.path.append((signal.x, signal.y))
            return
        if signal.kind == "key_up":
            self._key_up(signal)
            return
        self._alone = ""
        if signal.kind == "key":
            self._key(signal)
        elif signal.code in _WHEEL:
            if signal.kind == "button":
                self._wheel(signal)
        elif signal.kind == "button":
            self._press(signal)
        else:
            self._release(signal)

    def _target(self, x: int, y: int) -> Target:
        return Target(point=self._place(Point(x=x, y=y)))

    def _wheel(self, signal: Signal) -> None:
        dx, dy = _WHEEL[signal.code]
        if signal.state & _BITS["Shift"] and not dx:
            dx, dy = dy, 0
        self._did(signal.time, Scroll(target=self._target(signal.x, signal.y), dx=dx, dy=dy))

    def _press(self, signal: Signal) -> None:
        button = next((name for name in get_args(Button) if BUTTONS[name] == signal.code), None)
        if button is not None and self._down is None:
            held = tuple(name for name in get_args(Modifier) if signal.state & _BITS[name])
            self._down = _Down(signal.time, button, [(signal.x, signal.y)], held)

    def _release(self, signal: Signal) -> None:
        down = self._down
        if down is None or BUTTONS[down.button] != signal.code:
            return
        self._down = None
        down.path.append((signal.x, signal.y))
        if max(math.dist(down.path[0], place) for place in down.path) > _DRAG_PIXELS:
            path = tuple(self._target(*place) for place in _line(down.path))
            self._clicked = None
            self._did(down.time, Drag(path=path, button=down.button))
            return
        self._click(down, signal.time)

    def _click(self, down: _Down, released: float) -> None:
        at = down.path[0]
        click = Click(target=self._target(*at), button=down.button, modifiers=down.modifiers)
        if self._clicked is not None:
            before, last, place = self._clicked
            soon = down.time - before < _SAME_CLICK_SECONDS
            near = math.dist(place, at) <= _SAME_CLICK_PIXELS
            alike = (last.button, last.modifiers) == (click.button, click.modifiers)
            if soon and near and alike and last.count < 3:
                click = click.model_copy(update={"count": last.count + 1})
        self._clicked = (released, click, at)
        self._did(down.time, click)

    def _key(self, signal: Signal) -> None:
        keysym = self._keymap.meaning(signal.code, signal.state)
        name = _NAMES.get(keysym, "Tab" if keysym == LEFT_TAB else "")
        if name in _HELD:
            self._alone = name if name in _ALONE else ""
            return
        held = [each for each in ("Control", "Alt", "Meta") if signal.state & _BITS[each]]
        shift = bool(signal.state & _BITS["Shift"])
        if keysym in DEAD:
            self._accent = DEAD[keysym]
            return
        text = self._text(keysym, signal.state)
        if text and not held:
            self._did(signal.time, Type(text=text))
            return
        if not name:
            plain = self._keymap.meaning(signal.code, signal.state & ~(_BITS["Shift"] | _LOCK))
            name = character_of(plain).lower()
        if name:
            keys = (*held, *(["Shift"] if shift else []), name)
            self._did(signal.time, Press(keys=keys))

    def _key_up(self, signal: Signal) -> None:
        name = _NAMES.get(self._keymap.meaning(signal.code, signal.state), "")
        if name and name == self._alone:
            self._did(signal.time, Press(keys=(name,)))
        self._alone = ""

    def _text(self, keysym: int, state: int) -> str:
        """What a key types, together with an accent that waits for it."""
        text = character_of(keysym)
        if text and state & _LOCK and text.isalpha():
            text = text.swapcase()
        if text and self._accent:
            text = unicodedata.normalize("NFC", text.strip() + self._accent)
            self._accent = ""
        return text


def _line(path: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The corners of a path, its beginning and its end (Douglas and Peucker, 1973)."""
    first, last = path[0], path[-1]
    away = [_distance(place, first, last) for place in path]
    far = max(away)
    if far <= _STRAIGHT:
        return [first, last]
    corner = away.index(far)
    return [*_line(path[: corner + 1])[:-1], *_line(path[corner:])]


def _distance(place: tuple[int, int], first: tuple[int, int], last: tuple[int, int]) -> float:
    """How far a place is from the line between two others."""
    length = math.dist(first, last)
    if not length:
        return math.dist(place, first)
    dx, dy = last[0] - first[0], last[1] - first[1]
    return abs(dy * (place[0] - first[0]) - dx * (place[1] - first[1])) / length
