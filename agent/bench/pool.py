"""Worker processes that play episodes: one at a time each, killed and replaced on time-out.

Prevents: a benchmark of a night that hangs on one page, and an episode that is lost, or counted
twice, when the process that plays it dies.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from multiprocessing.connection import Connection, wait
from typing import Any

from handeye.actions.errors import BackendError, HandeyeError
from handeye.agent.bench.course import BenchSettings, Course
from handeye.agent.bench.results import Played

GRACE = 60.0
"""Seconds for the browser to start and the page to open, beyond those of the episode."""
MOST_DEATHS = 3
"""An episode that takes so many workers with it counts as failed."""
PATIENCE = 3
"""So many failures of the model's server in a row end the benchmark."""
_SPAWN = multiprocessing.get_context("spawn")

Episode = tuple[str, int]
Watch = Callable[[int, Episode | None], None]
"""Told the number of a worker and what it plays now, None when nothing."""


def play_in_workers(
    left: Sequence[Episode],
    settings: BenchSettings,
    workers: int,
    grace: float = GRACE,
    *,
    watch: Watch = lambda _number, _episode: None,
    stop: threading.Event | None = None,
    quiet: bool = False,
) -> Generator[Played, None, None]:
    """Each of `left` once, as they come, until `stop`. Closing the iterator ends the workers.
    With `quiet` nothing that they print reaches the terminal.

    Raises what a worker could not go on with, and BackendError when the model keeps failing.
    """
    waiting = deque(left)
    deaths: dict[Episode, int] = {}
    crew = [_Worker(settings, quiet) for _ in range(min(workers, len(left)))]
    patience = Patience()
    try:
        while waiting or any(worker.episode for worker in crew):
            if stop is not None and stop.is_set():
                return
            for number, worker in enumerate(crew):
                if waiting and not worker.episode:
                    worker.begin(waiting.popleft(), settings.seconds + grace)
                    watch(number, worker.episode)
            wait([part for worker in crew if worker.episode for part in worker.parts], 0.5)
            for number, worker in enumerate(crew):
                played = _result(worker, waiting, deaths)
                if played is None:
                    continue
                watch(number, None)
                yield played
                patience.heard(played)
    finally:
        for worker in crew:
            worker.end()


def _result(
    worker: "_Worker", waiting: deque[Episode], deaths: dict[Episode, int]
) -> Played | None:
    """What has come of the worker's episode; None when nothing has, or it is to be played again."""
    episode = worker.episode
    if episode is None:
        return None
    if (answer := worker.answer()) is not None:
        if isinstance(answer, HandeyeError):
            raise answer
        return answer
    if worker.late():
        worker.replace()
        return killed(episode, worker.seconds, "It took too long, and its worker was ended.")
    if not worker.alive():
        worker.replace()
        deaths[episode] = deaths.get(episode, 0) + 1
        if deaths[episode] == MOST_DEATHS:
            return killed(episode, worker.seconds, f"{MOST_DEATHS} workers died of it.")
        waiting.appendleft(episode)
    return None


class Patience:
    """Ends a benchmark whose model is not there."""

    def __init__(self) -> None:
        self._failures = 0

    def heard(self, played: Played) -> None:
        """Raises BackendError when the model failed again and again."""
        self._failures = self._failures + 1 if played.stop == "backend_failed" else 0
        if self._failures == PATIENCE:
            raise BackendError(
                f"The model failed {PATIENCE} times in a row: {played.message}",
                "Look at its server; the same command goes on where it was.",
            )


def killed(episode: Episode, seconds: float, message: str) -> Played:
    """The result of an episode whose worker did not live to give one."""
    task, seed = episode
    return Played(
        task=task,
        seed=seed,
        done=False,
        raw_reward=0.0,
        reward=0.0,
        steps=0,
        seconds=round(seconds, 2),
        stop="worker_killed",
        message=message,
    )


class _Worker:
    """A process, and the episode that it plays."""

    def __init__(self, settings: BenchSettings, quiet: bool) -> None:
        self._given = settings, quiet
        self._deadline = self._began = 0.0
        self.seconds = 0.0
        self.episode: Episode | None = None
        self._start()

    def _start(self) -> None:
        self._line, theirs = _SPAWN.Pipe()
        self.process = _SPAWN.Process(target=_work, args=(theirs, *self._given), daemon=True)
        self.process.start()
        theirs.close()

    @property
    def parts(self) -> tuple[Any, ...]:
        return self._line, self.process.sentinel

    def begin(self, episode: Episode, seconds: float) -> None:
        if not self.process.is_alive():
            self.replace()
        self.episode = episode
        self._began = time.monotonic()
        self._deadline = self._began + seconds
        try:
            self._line.send(episode)
        except OSError:
            self.process.join(1)  # it died just now, which `alive` then says

    def answer(self) -> Played | HandeyeError | None:
        """What it sent, also just before it died; half an answer is none."""
        try:
            if not self._line.poll():
                return None
            answer: Played | HandeyeError = self._line.recv()
        except (EOFError, OSError):
            self.process.join(1)
            return None
        self.episode = None
        return answer

    def late(self) -> bool:
        return time.monotonic() > self._deadline

    def alive(self) -> bool:
        return self.process.is_alive()

    def replace(self) -> None:
        self.seconds = time.monotonic() - self._began
        self.end()
        self.episode = None
        self._start()

    def end(self) -> None:
        """Its browser ends with it: the driver's pipe closes."""
        self.process.kill()
        self.process.join()
        self._line.close()


def _work(line: Connection, settings: BenchSettings, quiet: bool) -> None:
    """A worker's life: until its parent hangs up or dies."""
    if quiet:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, and kills
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with closing(Course(settings)) as course:
            while True:
                line.send(course.play(*line.recv()))
    except HandeyeError as error:
        line.send(error)
    except (EOFError, BrokenPipeError):
        return


def _end_with_parent() -> None:
    """End at once, so that a run that goes on does not write to the same episode's folder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
