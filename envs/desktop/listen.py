"""A desktop that a person uses, and that tells what they do on it. X11 only.

Pictures are taken all the time in a thread of their own, so that each action comes with the last
different picture before it. Prevents: a click matched with the menu that it has closed.
"""

import sys
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from queue import Empty
from threading import Event, Thread

from handeye.actions import Action, Point, ScreenSpace, Size
from handeye.actions.errors import DisplayError
from handeye.envs.desktop.camera import Camera, Picture
from handeye.envs.desktop.hand import in_corner
from handeye.envs.desktop.heard import Translator
from handeye.envs.desktop.private import PrivateDisplay
from handeye.envs.desktop.view import View
from handeye.envs.types import Observation
from handeye.envs.watching import Did

_EVERY_SECONDS = 0.06
"""Between two pictures."""
_KEPT = 40
_FIRST_SECONDS = 10.0


class DesktopListener:
    """Raises DisplayError where there is no X11 display, or it does not tell what is done.

    `display` and `view` are those of `DesktopEnv`. A pointer moved into a corner ends it.
    """

    name = "desktop"
    waiting = False

    def __init__(self, display: "str | PrivateDisplay" = "", *, view: View | None = None) -> None:
        if sys.platform in ("darwin", "win32"):
            raise DisplayError(
                "What a person does on the desktop can be recorded on X11 only.",
                "Record in a browser, with --url.",
            )
        from handeye.envs.desktop.x11.hear import hearing
        from handeye.envs.desktop.x11.keymap import Keymap
        from handeye.envs.desktop.x11.link import connect, hang_up, own_display, refuse_xwayland

        self.closed = False
        self._did: list[Did] = []
        self._stack = ExitStack()
        name, key_file = display or own_display(), ""
        if isinstance(display, PrivateDisplay):
            name, key_file = display.name, display.key_file
        try:
            link = connect(str(name), key_file)
            self._stack.callback(hang_up, link)
            refuse_xwayland(link, str(name))
            self._keymap = Keymap(link, lambda: None)
            self._translator = Translator(self._keymap, self._place, self._note)
            self._watch = _Watch(str(name), key_file, view or View())
            self._stack.callback(self._watch.stop)
            self._watch.start()
            self._heard = self._stack.enter_context(hearing(str(name), key_file))
        except BaseException:
            self.close()
            raise

    def poll(self, seconds: float = 0.1) -> list[Did]:
        """Wait a moment; what was done since the last call, oldest first."""
        end = time.monotonic() + seconds
        fresh = False
        while (left := end - time.monotonic()) > 0:
            try:
                signal = self._heard.get(timeout=left)
            except Empty:
                break
            if not fresh and signal.kind == "key":
                self._keymap.refresh()  # people switch the layout
                fresh = True
            if in_corner((signal.x, signal.y), self._watch.screen):
                self.closed = True
                break
            self._translator.hear(signal)
        self.closed = self.closed or self._watch.gone
        did, self._did = self._did, []
        return did

    def look(self) -> Observation:
        """The screen as it is now, or was last."""
        return self._watch.last()

    def save_downloads_to(self, folder: Path) -> None:
        """What applications save goes where they put it; the desktop downloads nothing."""

    def close(self) -> None:
        """Stop listening. May be called twice."""
        self._stack.close()

    def _place(self, point: Point) -> Point:
        space = self._watch.space
        return space.clamp(space.from_input(point))

    def _note(self, when: float, action: Action) -> None:
        self._did.append(Did(time=when, action=action, before=self._watch.before(when)))


class _Watch:
    """Takes pictures until it is stopped, and keeps the newest different ones."""

    def __init__(self, display: str, key_file: str, view: View) -> None:
        self._given = (display, key_file, view)
        self._seen: deque[tuple[float, Picture, str]] = deque(maxlen=_KEPT)
        self._stopped, self._first = Event(), Event()
        self._failed: DisplayError | None = None
        self._thread = Thread(target=self._run, name="handeye-watch", daemon=True)
        self.screen = ScreenSpace(size=Size(width=1, height=1), left=-1.0, top=-1.0)
        self.gone = False

    def start(self) -> None:
        """Raises DisplayError when there is no first picture."""
        self._thread.start()
        self._first.wait(_FIRST_SECONDS)
        if self._failed is not None:
            raise self._failed
        if not self._seen:
            raise DisplayError("The screen cannot be looked at: no picture came.")

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def space(self) -> ScreenSpace:
        return self._seen[-1][1].space

    def last(self) -> Observation:
        return _observation(*self._seen[-1][1:])

    def before(self, when: float) -> Observation:
        """The last different picture that was taken before a moment."""
        seen = list(self._seen)
        earlier = [each for each in seen if each[0] <= when] or seen[:1]
        return _observation(*earlier[-1][1:])

    def _run(self) -> None:
        try:
            self._look_on()
        except DisplayError as error:
            self._failed = error
        finally:
            self.gone = not self._stopped.is_set()
            self._first.set()

    def _look_on(self) -> None:
        from handeye.envs.desktop.system import X11System
        from handeye.envs.desktop.x11.link import connect, hang_up

        display, key_file, view = self._given
        link = connect(display, key_file)
        system = X11System(link, display, key_file)
        with system.watched(), ExitStack() as stack:
            stack.callback(hang_up, link)
            camera = Camera(view, display=display, key_file=key_file, window=system.window_box)
            stack.callback(camera.close)
            self.screen = camera.screen
            while not self._stopped.is_set():
                picture = camera.grab()
                now = time.time()  # taking it lasts: what was done meanwhile may be on it
                if not self._seen or picture.data != self._seen[-1][1].data:
                    self._seen.append((now, picture, system.title()))
                    self._first.set()
                self._stopped.wait(_EVERY_SECONDS)


def _observation(picture: Picture, title: str) -> Observation:
    return Observation(screenshot=picture.screenshot, title=title)
