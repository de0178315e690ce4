"""handeye as an agent of BrowserGym: `get_action(observation)`, again and again.

handeye's loop asks its environment, while here the loop is the other's. So a run goes in a thread
of its own, and hands over one text at a time. Nothing of Playwright crosses over: observations are
dictionaries. Prevents: a second loop with rules of its own.
"""

import queue
import threading
import weakref
from typing import Any

from handeye.actions.errors import HandeyeError, StoppedError
from handeye.agent.browsergym.run import Who, action_set, farewell, run_on
from handeye.envs.browsergym import BrowserGymEnv, goal_of
from handeye.envs.browsergym.env import Seen
from handeye.episodes.events import Event, Planned


class HandeyeAgent:
    """One episode of one environment. After the last word, its action is None, which ends the
    episode. `close` ends a run whose environment has ended before.
    """

    def __init__(self, who: Who | None = None) -> None:
        self._who = who or Who()
        self._run: _Run | None = None
        self._set: Any = None

    @property
    def action_set(self) -> Any:
        """What the environment must read. Raises BackendError without BrowserGym."""
        if self._set is None:
            self._set = action_set()
        return self._set

    def obs_preprocessor(self, obs: Seen) -> Seen:
        """Observations are read as they come."""
        return obs

    def get_action(self, obs: Seen) -> tuple[str | None, dict[str, Any]]:
        """The next action, and what was thought. Raises what the planner or the model raises."""
        if self._run is None:
            self._run = _Run(self._who, obs)
            weakref.finalize(self, self._run.stop)
            return self._run.next()
        return self._run.next(obs)

    def close(self) -> None:
        """End the run; its recording says that it was interrupted. May be called twice."""
        if self._run is not None:
            self._run.stop()


class _Run:
    """The thread, and the two places where one side leaves something for the other."""

    def __init__(self, who: Who, first: Seen) -> None:
        self._given: queue.Queue[Seen | None] = queue.Queue()
        self._said: queue.Queue[str | HandeyeError | None] = queue.Queue()
        self._ended = threading.Event()
        self._over = False
        self._thought = ""
        work = threading.Thread(
            target=self._work, args=(who, first), name="handeye-agent", daemon=True
        )
        work.start()
        self._thread = work

    def next(self, seen: Seen | None = None) -> tuple[str | None, dict[str, Any]]:
        """Hand over an observation, and wait for what comes of it."""
        if self._over:
            return None, {"think": ""}
        if seen is not None:
            self._given.put(seen)
        said = self._said.get()
        if isinstance(said, HandeyeError):
            self._over = True
            raise said
        self._over = said is None
        return said, {"think": self._thought}

    def stop(self) -> None:
        self._over = True
        self._ended.set()
        self._given.put(None)
        self._thread.join()

    def _work(self, who: Who, first: Seen) -> None:
        screen = BrowserGymEnv(first, self._exchange)
        try:
            result = run_on(screen, goal_of(first), who, self._ended, self._hear)
        except HandeyeError as error:
            self._said.put(error)
            return
        self._thought = result.message or result.answer
        if not self._ended.is_set():
            self._said.put(farewell(result))
        self._said.put(None)

    def _exchange(self, words: str) -> Seen:
        self._said.put(words)
        seen = self._given.get()
        if seen is None:
            raise StoppedError("The environment has ended.")
        return seen

    def _hear(self, event: Event) -> None:
        if isinstance(event, Planned):
            self._thought = event.thought
