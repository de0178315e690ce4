"""Which key of the present layout gives a keysym, and keys borrowed for what no key gives.

The layout is read anew for each action: people switch it. Core protocol columns of a keycode are
group 1 level 1 and 2, group 2 level 1 and 2, group 1 level 3 and 4, group 2 level 3 and 4 (XKB
protocol, section 12.4). Prevents: "<" typed as ">", and letters lost that the layout lacks.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from handeye.envs.desktop.x11.keysyms import KEYPAD, LEVEL3, NUM_LOCK, SHIFT

if TYPE_CHECKING:
    from Xlib.display import Display

_COLUMNS = ((0, 1, 4, 5), (2, 3, 6, 7))
_SHIFT = 1 << 0
_LOCK = 1 << 1
_NOTHING = 31  # a bit that is never set
_GROUP_BITS = 13


class Stroke(NamedTuple):
    """A key, and what is held while it is struck."""

    keycode: int
    shift: bool = False
    level3: bool = False


def _effort(stroke: Stroke) -> tuple[int, int]:
    return stroke.shift + 2 * stroke.level3, stroke.keycode


class Keymap:
    """The layout of a display. `rest` waits until the applications have read what was sent."""

    def __init__(self, display: "Display", rest: Callable[[], None]) -> None:
        self._display = display
        self._rest = rest
        self._first = int(display.display.info.min_keycode)
        self._count = int(display.display.info.max_keycode) - self._first + 1
        self._rows: list[list[int]] = []
        self._modifiers: list[set[int]] = []
        self._mask = 0
        self._strokes: dict[int, Stroke] = {}
        self._lent: dict[int, int] = {}  # keycode → keysym, the longest unused first
        self._unread = False
        self.refresh()

    def refresh(self) -> None:
        """Read the layout, the modifiers and what is locked."""
        display = self._display
        rows = display.get_keyboard_mapping(self._first, self._count)
        self._rows = [[*row, 0, 0] for row in rows]
        self._modifiers = [set(keys) - {0} for keys in display.get_modifier_mapping()]
        self._mask = int(display.screen().root.query_pointer().mask)
        # A new layout takes borrowed keys back.
        lent = self._lent.items()
        self._lent = {key: sym for key, sym in lent if sym in self._rows[key - self._first]}
        self._strokes = self._index()

    @property
    def caps_locked(self) -> bool:
        return bool(self._mask & _LOCK)

    def keycode(self, keysym: int) -> int | None:
        """The key that has the keysym without anything held."""
        found = self.find(keysym)
        return found.keycode if found and not found.shift and not found.level3 else None

    def find(self, keysym: int) -> Stroke | None:
        """The key for a keysym that needs the least to be held; None when the layout lacks it."""
        return self._strokes.get(keysym)

    def meaning(self, keycode: int, state: int) -> int:
        """The keysym that a key gives while `state` (the core protocol's mask) holds; 0: none."""
        row = self._rows[keycode - self._first]
        columns = _COLUMNS[min((state >> _GROUP_BITS) & 3, len(_COLUMNS) - 1)]
        shift, level3 = bool(state & _SHIFT), self._bit(self._level3()) & state
        if row[columns[1]] in KEYPAD:
            shift = shift != bool(state & self._bit(self._num_lock()))
        levels = [2 + shift, 2] if level3 else []
        for level in [*levels, int(shift), 0]:
            keysym = row[columns[level]] if columns[level] < len(row) else 0
            if keysym:
                return keysym
        return row[0]

    def _bit(self, keycode: int | None) -> int:
        """The bit of the mask that is set while a key is down, or locked."""
        held = (at for at, keys in enumerate(self._modifiers) if keycode in keys)
        return 1 << next(held, _NOTHING)

    def _index(self) -> dict[int, Stroke]:
        group = (self._mask >> _GROUP_BITS) & 3
        if group >= len(_COLUMNS):  # the core protocol does not show it
            return {keysym: Stroke(keycode) for keycode, keysym in self._lent.items()}
        best: dict[int, Stroke] = {}
        locked, level3 = self._num_locked(), self._level3() is not None
        for offset, row in enumerate(self._rows):
            same = row[_COLUMNS[group][0]] == row[_COLUMNS[group][1]]
            for level, column in enumerate(_COLUMNS[group]):
                keysym = row[column] if column < len(row) else 0
                if not keysym or (level >= 2 and not level3):
                    continue
                shift = bool(level & 1)
                if keysym in KEYPAD and level < 2:
                    shift = not same and shift != locked
                stroke = Stroke(self._first + offset, shift, level >= 2)
                known = best.get(keysym)
                if known is None or _effort(stroke) < _effort(known):
                    best[keysym] = stroke
        return best

    def held_for(self, stroke: Stroke) -> list[int]:
        """The keycodes that are down while the stroke's key is struck."""
        shift = self.keycode(SHIFT) if stroke.shift else None
        level3 = self._level3() if stroke.level3 else None
        return [keycode for keycode in (shift, level3) if keycode is not None]

    def borrow(self, keysyms: Sequence[int]) -> None:
        """Give as many of the keysyms as there are unused keys a key each, the first first.

        A key that still stands for another keysym changes only once applications have read it.
        """
        free = self._free()
        wanted = list(dict.fromkeys(keysyms))[: len(free)]
        if not wanted:
            return
        if self._unread:
            self._rest()
            self._unread = False
        for keycode, keysym in zip(free, wanted, strict=False):
            self._lent.pop(keycode, None)
            self._lent[keycode] = keysym
            self._display.change_keyboard_mapping(keycode, [(keysym, keysym)])
        self._display.sync()
        self.refresh()

    def used(self, stroke: Stroke) -> None:
        """A stroke is being sent: a borrowed key must keep its meaning until it is read."""
        if stroke.keycode in self._lent:
            self._lent[stroke.keycode] = self._lent.pop(stroke.keycode)
            self._unread = True

    def give_back(self) -> None:
        """Borrowed keys mean nothing again."""
        if not self._lent:
            return
        if self._unread:
            self._rest()
        for keycode in self._lent:
            self._display.change_keyboard_mapping(keycode, [(0,)])
        self._lent.clear()
        self._display.sync()

    def is_borrowed(self, stroke: Stroke) -> bool:
        return stroke.keycode in self._lent

    def _free(self) -> list[int]:
        """Keys without a meaning, then those that were lent, the longest unused first."""
        unused = [self._first + at for at, row in enumerate(self._rows) if not any(row)]
        return [*unused, *self._lent]

    def _level3(self) -> int | None:
        for offset, row in enumerate(self._rows):
            keycode = self._first + offset
            if row and row[0] == LEVEL3 and any(keycode in keys for keys in self._modifiers):
                return keycode
        return None

    def _num_lock(self) -> int | None:
        found = (at for at, row in enumerate(self._rows) if NUM_LOCK in row)
        at = next(found, None)
        return None if at is None else self._first + at

    def _num_locked(self) -> bool:
        return bool(self._mask & self._bit(self._num_lock()))
