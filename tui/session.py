"""A run in a thread of its own, and the queue in which all that it says arrives.

Prevents: a run that waits for the screen or dies with it; putting into the queue cannot fail.
"""

import threading
import time
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Literal

from handeye.actions import HandeyeError
from handeye.episodes import RunResult, episodes_home
from handeye.episodes.events import Event
from handeye.episodes.writer import new_id
from handeye.tui.control import Control, Pending


class Heard:
    """A piece of what a model writes."""

    def __init__(self, piece: str, kind: str) -> None:
        self.piece, self.kind = piece, kind


class Over:
    """The run has ended; nothing more will be said."""


Said = Event | Heard | Pending | Over | None
_STOPPABLE = ("run_started", "observed", "planned", "grounded")


class Session:
    """`options` are those of `handeye.run`."""

    steered = True
    """Whether a person can do more than stop it."""

    def __init__(
        self,
        task: str,
        url: str,
        *,
        out: Path | None = None,
        max_steps: int = 100,
        max_seconds: float = 600,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        **options: Any,
    ) -> None:
        self.task, self.url = task, url
        self.max_steps, self.max_seconds = max_steps, max_seconds
        self.max_tokens, self.max_cost = max_tokens, max_cost
        self.path = out or episodes_home() / new_id(task)
        self._feed: SimpleQueue[tuple[float, Said]] = SimpleQueue()
        self.control = Control(self._put)
        self.result: RunResult | None = None
        self.error: HandeyeError | None = None
        self._options = options
        self._thread = threading.Thread(target=self._work, name="handeye-run", daemon=False)
        self._ended = threading.Event()

    @property
    def running(self) -> bool:
        return self._thread.ident is not None and not self._ended.is_set()

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Until the run is over. Not with `join`: in Python 3.11 a thread whose join was
        interrupted counts as ended, and Python ends under it."""
        if self.running:
            self._ended.wait()

    def said(self, most: int = 500) -> list[tuple[float, Said]]:
        """What has arrived since the last call, oldest first, with the time when it was said."""
        heard: list[tuple[float, Said]] = []
        with suppress(Empty):
            while len(heard) < most:
                heard.append(self._feed.get_nowait())
        return heard

    def _put(self, said: Said) -> None:
        self._feed.put((time.monotonic(), said))

    def _run(self) -> RunResult:
        from handeye.api import run

        return run(
            self.task,
            url=self.url,
            out=self.path,
            max_steps=self.max_steps,
            max_seconds=self.max_seconds,
            max_tokens=self.max_tokens,
            max_cost=self.max_cost,
            on_event=self._event,
            heard=self._heard,
            approve=self.control.approve,
            ask=self.control.ask,
            steering=self.control,
            **self._options,
        )

    def _work(self) -> None:
        try:
            self.result = self._run()
        except HandeyeError as error:
            self.error = error
        except KeyboardInterrupt:  # stopped before the run had begun
            self.error = HandeyeError("The run was stopped before it began.")
        finally:
            self._put(Over())
            self._ended.set()

    def _event(self, event: Event) -> None:
        self._put(event)
        if event.kind in _STOPPABLE:  # after an intent the action is sent, whatever happens
            self.control.check()

    def _heard(self, piece: str, kind: Literal["thought", "text"]) -> None:
        self._put(Heard(piece, kind))
        self.control.check()


class Forked(Session):
    """Repeats the steps of an episode before one of them, and goes on from there."""

    def __init__(self, episode: Path, at: int, task: str, recorded: str, **options: Any) -> None:
        super().__init__(task or recorded, "", **options)
        self._episode, self._at, self._wanted = episode, at, task

    def _run(self) -> RunResult:
        from handeye.onward import Onward, Person, fork

        control = self.control
        onward = Onward(
            max_steps=self.max_steps,
            max_seconds=self.max_seconds,
            max_tokens=self.max_tokens,
            max_cost=self.max_cost,
            on_event=self._event,
            person=Person(control.approve, control.ask, control, self._heard),
            **self._options,
        )
        return fork(self._episode, onward, at=self._at, task=self._wanted, out=self.path)


class Replayed(Session):
    """Does the steps of an episode again, from one of them on."""

    steered = False

    def __init__(self, episode: Path, at: int, task: str, **options: Any) -> None:
        super().__init__(f"Replay: {task}", "", **options)
        self._episode, self._at = episode, at

    def _run(self) -> RunResult:
        from handeye.again import replay

        return replay(
            self._episode,
            start_at=self._at,
            out=self.path,
            on_event=self._event,
            approve=self.control.approve,
            **self._options,
        )
