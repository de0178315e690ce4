"""An X client that writes down what reaches it, as JSON lines; it knows nothing of handeye, and answers pings.

Arguments: the file. A line is ["key", "down" | "up", keysym, state, keycode], or
["button", "down" | "up", number, state, x, y, milliseconds], or ["move", x, y, state], or ["mark", number]. The keysym is looked up as clients do: in the layout as
it is when the event is read, by group, Shift, Lock, NumLock and level 3 (XKB protocol, 12.4).
"""

import json
import sys

from pings import Pings
from Xlib import X
from Xlib.display import Display

SHIFT, LOCK, NUM_LOCK, LEVEL3 = 1, 2, 16, 128
KEYPAD = range(0xFF80, 0xFFBA)


def keysym(display: Display, keycode: int, state: int) -> int:
    row = [*display.get_keyboard_mapping(keycode, 1)[0], 0, 0, 0, 0, 0, 0, 0, 0]
    group = (state >> 13) & 3
    low, high = (4, 5) if state & LEVEL3 else (0, 1)
    low, high = low + 2 * group, high + 2 * group
    letter = low < 4 and row[low] != row[high] and chr(row[low] & 0xFFFFFF).islower()
    shifted = bool(state & SHIFT)
    if (row[high] in KEYPAD and state & NUM_LOCK) or (letter and state & LOCK):
        shifted = not shifted
    return row[high] if shifted and row[high] else row[low]


def main() -> None:
    display = Display()
    root = display.screen().root
    window = root.create_window(
        100, 100, 600, 400, 0, display.screen().root_depth,
        background_pixel=display.screen().white_pixel,
        event_mask=X.KeyPressMask | X.KeyReleaseMask | X.ButtonPressMask | X.ButtonReleaseMask
        | X.PointerMotionMask | X.StructureNotifyMask | X.FocusChangeMask,
    )  # fmt: skip
    window.set_wm_name("Listener")
    pings = Pings(display, window)
    window.map()
    with open(sys.argv[1], "a", encoding="utf-8") as log:

        def say(*what: object) -> None:
            log.write(json.dumps(what) + "\n")
            log.flush()

        while True:
            event = display.next_event()
            if event.type in (X.KeyPress, X.KeyRelease):
                way = "down" if event.type == X.KeyPress else "up"
                symbol = keysym(display, event.detail, event.state)
                say("key", way, symbol, event.state, event.detail)
            elif event.type in (X.ButtonPress, X.ButtonRelease):
                way = "down" if event.type == X.ButtonPress else "up"
                place = (event.root_x, event.root_y)
                say("button", way, event.detail, event.state, *place, event.time)
            elif event.type == X.MotionNotify:
                say("move", event.root_x, event.root_y, event.state)
            elif event.type == X.FocusIn:
                say("focus")
            elif not pings.answer(event) and event.type & 0x7F == X.ClientMessage:
                say("mark", event.data[1][0])


if __name__ == "__main__":
    main()
