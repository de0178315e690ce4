"""Where a task of OSWorld is done: a private display with a home folder of its own.

Prevents: a task that reads or changes the files in the person's home folder, and an application
that is left open for the next task.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean
from types import TracebackType
from typing import TYPE_CHECKING, Self

from handeye.actions import Size, Wait
from handeye.envs.desktop.env import DesktopEnv
from handeye.envs.desktop.osworld.getters import get
from handeye.envs.desktop.osworld.metrics import score
from handeye.envs.desktop.osworld.steps import take, words_of
from handeye.envs.desktop.osworld.task import INFEASIBLE, OsworldTask
from handeye.envs.desktop.perform import Reader
from handeye.envs.desktop.private import PrivateDisplay, Ran
from handeye.envs.interrupts import put_off

if TYPE_CHECKING:
    from handeye.envs.desktop.x11.windows import Windows

SCREEN = Size(width=1920, height=1080)
_FOLDERS = ("Desktop", "Documents", "Downloads", "Pictures")
_QUIET_SECONDS = 3.0


class Place:
    """A task that is set up and can be done in `env`; all of it ends with `close`.

    `task` speaks of files in `home`. `notes` are what did not go as the file says. Raises
    DisplayError when there can be no private display, UsageError for a step that cannot be taken.
    """

    def __init__(
        self, task: OsworldTask, *, size: Size = SCREEN, read: Reader | None = None
    ) -> None:
        self.size = size
        self.notes: list[str] = []
        self._stack = ExitStack()
        try:
            self.display = self._stack.enter_context(PrivateDisplay(size, own_home=True))
            self.home = self.display.home
            for name in _FOLDERS:
                (self.home / name).mkdir()
            self.env = self._stack.enter_context(
                DesktopEnv(self.display, read=read, failsafe=False)  # nobody is at the pointer
            )
            self.task = _on_screen(task.at_home(self.home), size)
            for step in self.task.config:
                take(self, step)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """May be called twice."""
        self._stack.close()

    def score(self, *, gave_up: bool) -> float:
        """From 0.0 to 1.0. `gave_up`: the agent said that the task cannot be done."""
        evaluator = self.task.evaluator
        if self.task.infeasible or gave_up:
            return float(self.task.infeasible and gave_up)
        for step in evaluator.postconfig:
            take(self, step)
        scores = [
            score(check.func, get(self, check.result), get(self, check.expected), check.options)
            for check in evaluator.checks
            if check.func != INFEASIBLE
        ]
        if evaluator.conj == "or":
            return max(scores)
        return fmean(scores) if all(scores) else 0.0

    def path(self, path: str) -> Path:
        """A path of the task; what is not absolute lies in the home folder."""
        return self.home / path.removeprefix("~/")

    def run(self, command: str | list[str], *, shell: bool) -> Ran:
        """Run a command of the task to its end. Raises DisplayError."""
        return self.display.run(words_of(command, shell=shell), self.home)

    def rest(self) -> None:
        self.env.act(Wait(until="quiet", seconds=_QUIET_SECONDS))

    @contextmanager
    def windows(self) -> Iterator["Windows"]:
        """Those of the display. Signals wait until the end of the block, or for `check`."""
        from handeye.envs.desktop.x11.link import connect, hang_up
        from handeye.envs.desktop.x11.windows import Windows

        with put_off():
            link = connect(self.display.name, self.display.key_file)
            try:
                yield Windows(link)
            finally:
                hang_up(link)


def _on_screen(task: OsworldTask, size: Size) -> OsworldTask:
    """The task with the screen's size where its commands ask for it."""
    known = {
        "{SCREEN_WIDTH}": size.width,
        "{SCREEN_HEIGHT}": size.height,
        "{SCREEN_WIDTH_HALF}": size.width // 2,
        "{SCREEN_HEIGHT_HALF}": size.height // 2,
    }

    def change(text: str) -> str:
        for name, value in known.items():
            text = text.replace(name, str(value))
        return text

    return task.mapped(change)
