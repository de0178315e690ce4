"""Pictures of the desktop through mss, and when they are at rest.

On a desktop there is nothing but pixels to tell whether an action's effect is there yet: the
screen is at rest when it has not changed for a moment. Pictures are compared as they come and
packed as PNG only once. Prevents: a look at a window that is half open.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from handeye.actions import Box, ScreenSpace, Size
from handeye.actions.errors import DisplayError
from handeye.envs.desktop.png import png
from handeye.envs.desktop.view import View
from handeye.envs.desktop.x11.link import authority
from handeye.envs.interrupts import check
from handeye.envs.settle import PageState, changed_box, same_outside
from handeye.envs.types import Screenshot

if TYPE_CHECKING:
    from mss import MSS
    from PIL import Image

QUIET_SECONDS = 0.15
"""Unchanged for this long, after a change, is at rest."""
REACTION_SECONDS = 0.8
"""How long the first change may take: toolkits show a file dialog only when it has its files."""
PATIENT_SECONDS = 1.0
"""Both of these, where the task says to wait until the screen is quiet."""
ANSWERED_SECONDS = 1.0
"""What still changes so long after an action is no answer to it: it may be moving for ever."""
CARET = (4, 64)
"""Widest and highest change, in pixels, that a blinking caret makes: no answer to anything."""
MOVING_SECONDS = 2.0
"""A screen that keeps changing for this long may be moving for ever; settle decides."""
_CHANGES = 8
"""So many changes are kept to tell what has changed before."""


class Picture:
    """Pixels as they came from the screen, and how they lie over it."""

    def __init__(self, data: bytearray, space: ScreenSpace) -> None:
        self.data = data
        self.space = space

    @cached_property
    def image(self) -> "Image.Image":
        """The picture, RGB."""
        from PIL import Image

        size = (self.space.size.width, self.space.size.height)
        return Image.frombuffer("RGB", size, self.data, "raw", "BGRX", 0, 1)

    @cached_property
    def screenshot(self) -> Screenshot:
        return Screenshot(data=png(self.image), space=self.space)


class Camera:
    """Looks at a part of one display; the probe that settle looks through.

    `window` answers where the window of that title is, for a view of one. `display` is its X11
    name with the file of its key; "" for the system's own. `check` is called while waiting;
    `busy` says whether the application is known to be at work.
    """

    def __init__(
        self,
        view: View,
        *,
        display: str = "",
        key_file: str = "",
        window: Callable[[str], Box | None] = lambda _: None,
        check: Callable[[], None] = lambda: None,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._view = view
        self._display = display
        self._key_file = key_file
        self._window = window
        self._check = check
        self._busy = busy
        self._mss = self._open()
        self._newest: Picture | None = None
        self._pending: Picture | None = None
        self._changed_at = self._since = time.monotonic()
        self._reaction, self._quiet = 0.0, QUIET_SECONDS
        self.restless: Sequence[Box] = ()
        self.moved: Box | None = None
        self._changes: deque[Box] = deque(maxlen=_CHANGES)

    @property
    def space(self) -> ScreenSpace:
        """How the newest picture lies over the screen."""
        return (self._newest or self.grab()).space

    @property
    def screen(self) -> ScreenSpace:
        """The whole desktop in input units."""
        whole = self._mss.monitors[0]
        size = Size(width=whole["width"], height=whole["height"])
        return ScreenSpace(size=size, left=whole["left"], top=whole["top"])

    def touched(self, reaction: float = REACTION_SECONDS, quiet: float = QUIET_SECONDS) -> None:
        """Something was sent to the screen: its answer is waited for from now on."""
        self._changed_at = self._since = time.monotonic()
        self._reaction, self._quiet = reaction, quiet
        self.moved = None
        self._changes.clear()

    def close(self) -> None:
        from mss.exception import ScreenShotError

        with suppress(ScreenShotError):  # of a display that is gone
            self._mss.close()

    def grab(self) -> Picture:
        """The part of the screen that is looked at, now. Raises DisplayError when it is gone."""
        from mss.exception import ScreenShotError

        area = self._area()
        try:
            shot = self._mss.grab(area)
        except ScreenShotError as error:
            raise DisplayError(f"The screen cannot be looked at: {error}.") from error
        except AssertionError as error:  # it asserts an answer, and a server that ends gives none
            raise DisplayError("The screen cannot be looked at: its server has ended.") from error
        size = Size(width=shot.width, height=shot.height)
        space = ScreenSpace(
            size=size,
            scale_x=size.width / area["width"],
            scale_y=size.height / area["height"],
            left=area["left"],
            top=area["top"],
        )
        return Picture(shot.raw, space)

    def frame(self) -> Picture:
        """The picture that `state` has just taken, so that both speak of the same moment."""
        picture = self._pending or self.grab()
        self._pending = None
        self._newest = picture
        return picture

    def state(self) -> PageState:
        """Whether the screen has changed; `timers` counts as long as it changed just now."""
        self._check()
        picture, last = self.grab(), self._pending or self._newest
        now = time.monotonic()
        busy = self._busy()
        if last is not None and not _same(picture, last, self.restless):
            self._changed_at = now
            box = changed_box(picture, last, self.restless)
            if box is not None and not _is_caret(box):
                self._reaction = 0.0
            if box is not None and now - self._since > ANSWERED_SECONDS:
                self._note_motion(box)
        if busy:
            self._changed_at = now
        self._pending = picture
        waiting = now - self._changed_at < self._quiet and now - self._since < MOVING_SECONDS
        return PageState(timers=int(busy or waiting or now - self._since < self._reaction))

    def _note_motion(self, box: Box) -> None:
        """What has changed more than once moves; a late answer changes its place once."""
        for earlier in self._changes:
            if (again := box.intersection(earlier)) is not None:
                self.moved = _around(self.moved, again)
        self._changes.append(box)

    def pause(self, seconds: float) -> None:
        """A moment of a poll, in which a person may stop the run."""
        check()
        time.sleep(seconds)
        check()

    def ignore_open_requests(self) -> None:
        """A desktop has none."""

    def _open(self) -> "MSS":
        try:
            import mss
            from mss.exception import ScreenShotError
        except ImportError as missing:
            raise DisplayError(
                f"The desktop needs a package that is not installed: {missing.name}.",
                "Run `pip install 'handeye[desktop]'`.",
            ) from missing
        options = {"display": self._display} if self._display else {}
        try:
            with authority(self._key_file):
                return mss.MSS(**options)
        except ScreenShotError as error:
            raise DisplayError(
                f"The screen cannot be looked at: {error}.",
                "Check DISPLAY. A run can use a private display: --display new.",
            ) from error

    def _area(self) -> dict[str, Any]:
        """What to take a picture of, in input units: at least a pixel, all on the desktop."""
        monitors: list[dict[str, Any]] = self._mss.monitors
        whole = monitors[0]
        view = self._view
        if view.kind == "all":
            return whole
        if view.kind == "monitor":
            if view.monitor >= len(monitors):
                raise DisplayError(
                    f"There is no monitor {view.monitor}.", f"There are {len(monitors) - 1}."
                )
            return monitors[view.monitor]
        box = view.region if view.kind == "region" else self._window(view.title)
        if box is None:
            raise DisplayError(
                f"No window is called “{view.title}”.", "Open it, or look at another part."
            )
        left, top = float(whole["left"]), float(whole["top"])
        desktop = Box(x1=left, y1=top, x2=left + whole["width"], y2=top + whole["height"])
        seen = box.intersection(desktop)
        if seen is None:
            raise DisplayError("The part to look at is outside the desktop.", "Choose another.")
        return {
            "left": int(seen.x1),
            "top": int(seen.y1),
            "width": max(1, int(seen.width)),
            "height": max(1, int(seen.height)),
        }


def _same(first: Picture, second: Picture, restless: Sequence[Box]) -> bool:
    if first.space.size != second.space.size:
        return False
    if first.data == second.data:
        return True
    return bool(restless) and same_outside(first, second, restless)


def _is_caret(box: Box) -> bool:
    return box.width <= CARET[0] and box.height <= CARET[1]


def _around(first: Box | None, second: Box) -> Box:
    """The smallest box around both."""
    if first is None:
        return second
    return Box(
        x1=min(first.x1, second.x1),
        y1=min(first.y1, second.y1),
        x2=max(first.x2, second.x2),
        y2=max(first.y2, second.y2),
    )
