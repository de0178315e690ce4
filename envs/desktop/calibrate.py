"""Check that a click on a private display lands where the picture shows its target.

Prevents: trusting the geometry on a machine where pictures and pointer disagree.
"""

import time
from contextlib import closing

from handeye.actions import Click, Point, Target, Value
from handeye.envs.desktop.camera import Camera, Picture
from handeye.envs.desktop.hand import Corner
from handeye.envs.desktop.perform import Desk, perform
from handeye.envs.desktop.private import PrivateDisplay
from handeye.envs.desktop.system import open_system
from handeye.envs.desktop.view import View
from handeye.envs.settle import settle

_MARKER = 17  # an odd side has a middle pixel
_PLACES = tuple((x, y) for x in (0, 631, 1263) for y in (0, 391, 783))
_ANSWER_SECONDS = 5.0


class DesktopCalibration(Value):
    """Where clicks arrived; offsets in pixels."""

    seconds: float
    clicks: int
    received: int
    max_offset: float

    @property
    def ok(self) -> bool:
        return self.received == self.clicks and self.max_offset <= 1.0


def calibrate_desktop() -> DesktopCalibration:
    """Start a private display and click nine markers on it. Raises DisplayError."""
    start = time.monotonic()
    with PrivateDisplay() as display, _Markers(display) as markers:
        with (
            open_system(display) as system,
            system.watched(),
            closing(
                Camera(View(), display=system.display, key_file=system.key_file, busy=system.busy)
            ) as camera,
        ):
            hand = system.hand(camera.pause, lambda: None)
            desk = Desk(hand, camera, Corner(hand, on=False), None)
            seconds = time.monotonic() - start
            seen = _middles(settle(camera).frame)
            for point in seen:  # nothing answers to them: it is not waited for
                perform(desk, Click(target=Target(point=point)))
        arrived = markers.clicks(len(seen))
    offsets = [
        point.distance(Point(x=x + 0.5, y=y + 0.5))
        for point, (x, y) in zip(seen, arrived, strict=False)
    ]
    return DesktopCalibration(
        seconds=seconds,
        clicks=len(seen),
        received=len(arrived),
        max_offset=max(offsets, default=0.0),
    )


def _colour(index: int) -> tuple[int, int, int]:
    return 200, 20 * index, 90


def _middles(picture: Picture) -> list[Point]:
    """The middle pixel of each marker, found by its colour."""
    import numpy as np

    pixels = np.asarray(picture.image)
    middles = []
    for index in range(len(_PLACES)):
        ys, xs = np.nonzero((pixels == _colour(index)).all(axis=2))
        if xs.size:
            x, y = float(xs.min() + xs.max() + 1) / 2, float(ys.min() + ys.max() + 1) / 2
            middles.append(Point(x=x, y=y))
    return middles


class _Markers:
    """Small windows of one colour each, which no window manager touches, and their clicks."""

    def __init__(self, display: PrivateDisplay) -> None:
        from Xlib import X

        from handeye.envs.desktop.x11.link import connect

        self._link = link = connect(display.name, display.key_file)
        screen = link.screen()
        for index, (x, y) in enumerate(_PLACES):
            red, green, blue = _colour(index)
            window = screen.root.create_window(
                x, y, _MARKER, _MARKER, 0, screen.root_depth,
                background_pixel=red << 16 | green << 8 | blue,
                override_redirect=True, event_mask=X.ButtonPressMask,
            )  # fmt: skip
            window.map()
        link.sync()

    def __enter__(self) -> "_Markers":
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()

    def clicks(self, count: int) -> list[tuple[int, int]]:
        """Where so many clicks arrived, as far as they come in time."""
        from Xlib import X

        end = time.monotonic() + _ANSWER_SECONDS
        found: list[tuple[int, int]] = []
        while len(found) < count and time.monotonic() < end:
            while self._link.pending_events():
                event = self._link.next_event()
                if event.type == X.ButtonPress:
                    found.append((int(event.root_x), int(event.root_y)))
            if len(found) < count:
                time.sleep(0.01)
        return found
