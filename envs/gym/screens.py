"""A browser or a desktop for Gymnasium, with a task and a judge of one's own.

Prevents: an episode that begins where the last one ended.
"""

import shlex
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.envs.browser import BrowserEnv
from handeye.envs.desktop import DesktopEnv, PrivateDisplay
from handeye.envs.gym.env import ScreenEnv, Standing
from handeye.envs.types import Env, Observation

Judge = Callable[[Observation], float | None]
"""The reward of an episode that is over now; None where it goes on."""
NEW = "new"
"""The display of this name is a private one, made for each episode."""


class JudgedGym(ScreenEnv):
    """An open-ended screen. Without a judge there is no reward, and `done` ends the episode."""

    def __init__(
        self,
        size: Size,
        kinds: frozenset[str],
        *,
        task: str,
        judge: Judge | None,
        render_mode: str | None,
    ) -> None:
        super().__init__(size, kinds, render_mode)
        self._said, self._judge = task, judge
        self._stack = ExitStack()
        self._open: Env | None = None

    def close(self) -> None:
        """End what was started. May be called twice; the next reset starts it again."""
        self._open = None
        self._stack.close()

    def _standing(self) -> Standing:
        reward = self._judge(self.seen) if self._judge and self.seen else None
        return Standing() if reward is None else Standing(float(reward), terminated=True)


class PageGym(JudgedGym):
    """A page in a browser, each episode without cookies. `reset(options={"url": …, "task": …})`
    begins at another.
    """

    options = frozenset({"url", "task"})

    def __init__(
        self,
        url: str = "about:blank",
        *,
        task: str = "",
        judge: Judge | None = None,
        width: int = 1280,
        height: int = 720,
        device_scale: float = 1.0,
        uploads: tuple[Path, ...] = (),
        headless: bool = True,
        render_mode: str | None = None,
    ) -> None:
        self._url = url
        self._page: dict[str, Any] = {
            "viewport": Size(width=width, height=height),
            "device_scale": device_scale,
            "uploads": uploads,
            "headless": headless,
        }
        size = Size(width=round(width * device_scale), height=round(height * device_scale))
        kinds = BrowserEnv.action_space
        super().__init__(size, kinds, task=task, judge=judge, render_mode=render_mode)

    def _begin(self, seed: int | None, options: dict[str, Any]) -> str:  # noqa: ARG002
        url = str(options.get("url", self._url))
        if isinstance(self._open, BrowserEnv):
            self._open.open(url, fresh=True)
        else:
            self._open = self._stack.enter_context(BrowserEnv(url, **self._page))
        return str(options.get("task", self._said))

    def _screen(self) -> Env:
        assert self._open is not None
        return self._open


class DesktopGym(JudgedGym):
    """A desktop. By default a private display, made anew for each episode, on which `app` runs.

    With another `display` (an X11 name, "" for the one in use, a `PrivateDisplay` of yours) an
    episode begins with what is there. On displays that people use, a pointer moved into a corner
    of the screen ends it.
    """

    options = frozenset({"task"})

    def __init__(
        self,
        *,
        app: str = "",
        task: str = "",
        judge: Judge | None = None,
        display: str | PrivateDisplay = NEW,
        width: int = 1280,
        height: int = 800,
        render_mode: str | None = None,
    ) -> None:
        if app and display != NEW:
            raise UsageError("An application is started on a private display only.")
        try:
            self._app = shlex.split(app)
        except ValueError as error:
            raise UsageError(f"{app!r} cannot be read: {error}.", "Close the quotes.") from error
        self._display = display
        self._failsafe = display != NEW and not isinstance(display, PrivateDisplay)
        self._size = Size(width=width, height=height)
        size = self._size if display == NEW else _size_of(display)
        kinds = DesktopEnv.action_space
        super().__init__(size, kinds, task=task, judge=judge, render_mode=render_mode)

    def _begin(self, seed: int | None, options: dict[str, Any]) -> str:  # noqa: ARG002
        self.close()
        display = self._display
        if display == NEW:
            display = self._stack.enter_context(PrivateDisplay(self._size))
            if self._app:
                display.open(self._app)
        env = DesktopEnv(display, failsafe=self._failsafe)
        self._open = self._stack.enter_context(env)
        return str(options.get("task", self._said))

    def _screen(self) -> Env:
        assert self._open is not None
        return self._open


def _size_of(display: str | PrivateDisplay) -> Size:
    with DesktopEnv(display) as desktop:
        return desktop.observe().screenshot.space.size
