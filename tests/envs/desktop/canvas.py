"""A window that draws: "still", "moving" (a square that never stops), or "slow" (0.3 s after a
click the whole window turns red)."""

import select
import sys
import time

from Xlib import X
from Xlib.display import Display


def main() -> None:
    display = Display()
    screen = display.screen()
    window = screen.root.create_window(
        200, 150, 500, 400, 0, screen.root_depth, background_pixel=0xFFFFFF,
        event_mask=X.ButtonPressMask | X.ExposureMask,
    )  # fmt: skip
    window.set_wm_name(f"Canvas {sys.argv[1]}")
    window.map()
    pen = window.create_gc(foreground=0xCC0000)
    due, step = float("inf"), 0
    while True:
        display.flush()
        select.select([display.fileno()], [], [], 0.02)
        while display.pending_events():
            if display.next_event().type == X.ButtonPress and sys.argv[1] != "still":
                due = time.monotonic() + 0.3
        if time.monotonic() > due:
            window.fill_rectangle(pen, 0, 200, 500, 200)
            due = float("inf")
        if sys.argv[1] == "moving":
            step = (step + 7) % 200
            window.clear_area(0, 0, 260, 60)
            window.fill_rectangle(pen, step, 0, 50, 50)


if __name__ == "__main__":
    main()
