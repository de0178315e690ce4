"""A window that draws: "still", "moving" (a square that never stops), "slow" (0.3 s after a click
half of the window turns red), or "late" (a square that never stops, and red after 1.5 s)."""

import select
import sys
import time

from pings import Pings
from Xlib import X
from Xlib.display import Display


def main() -> None:
    display = Display()
    screen = display.screen()
    window = screen.root.create_window(
        200, 150, 500, 400, 0, screen.root_depth, background_pixel=0xFFFFFF,
        event_mask=X.ButtonPressMask | X.ExposureMask,
    )  # fmt: skip
    kind = sys.argv[1]
    window.set_wm_name(f"Canvas {kind}")
    pings = Pings(display, window)
    window.map()
    pen = window.create_gc(foreground=0xCC0000)
    due, step = float("inf"), 0
    while True:
        display.flush()
        select.select([display.fileno()], [], [], 0.02)
        while display.pending_events():
            event = display.next_event()
            if not pings.answer(event) and event.type == X.ButtonPress and kind != "still":
                due = time.monotonic() + (1.5 if kind == "late" else 0.3)
        if time.monotonic() > due:
            window.fill_rectangle(pen, 0, 200, 500, 200)
            due = float("inf")
        if kind in ("moving", "late"):
            step = (step + 7) % 200
            window.clear_area(0, 0, 260, 60)
            window.fill_rectangle(pen, step, 0, 50, 50)


if __name__ == "__main__":
    main()
