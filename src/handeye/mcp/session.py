"""A run whose planner is a client: it looks, decides what to do next, and looks again.

The client's actions go through the same loop as a model's: grounded, judged, put on disk, sent,
recorded. Prevents: a second way to act, beside the guard and the recorder.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Queue
from typing import Any

from handeye import api
from handeye.actions import Action, HandeyeError
from handeye.agent.types import Plan, Step
from handeye.envs import Observation
from handeye.episodes import RunResult

TASK = "What a client of the Model Context Protocol does"


@dataclass(frozen=True)
class Turn:
    """The client's turn: the screen now, and the step before it."""

    seen: Observation
    before: Step | None


class ClientPlanner:
    """Gives each look to the client, and waits for what it wants done there."""

    name = "mcp"

    def __init__(self) -> None:
        self.turns: Queue[Turn | RunResult | HandeyeError] = Queue()
        self.wanted: Queue[Action | None] = Queue()

    def prepare(self, task: str) -> None:
        """The client knows what it is for."""

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:
        self.turns.put(Turn(observation, history[-1] if history else None))
        action = self.wanted.get()
        if action is None:
            raise KeyboardInterrupt
        return Plan(action=action)


class Session:
    """One browser and one episode, in a thread of its own. Use it from one thread at a time."""

    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self._planner = ClientPlanner()
        self.last: Turn | None = None
        self.result: RunResult | None = None
        self._thread = threading.Thread(
            target=self._work, args=(url, options), name="handeye-mcp", daemon=True
        )
        self._thread.start()

    def _work(self, url: str, options: dict[str, Any]) -> None:
        came: RunResult | HandeyeError = HandeyeError(
            "handeye itself failed.", "Look at what it wrote to stderr."
        )
        try:
            came = api.run(TASK, url=url, planner=self._planner, **options)
        except HandeyeError as error:
            came = error
        finally:
            self._planner.turns.put(came)

    def look(self) -> Turn | RunResult:
        """The first look. Raises what `handeye.run` raises before the start."""
        return self._next()

    def act(self, action: Action) -> Turn | RunResult:
        """Do it, and look again; the result where that ended the run."""
        self._planner.wanted.put(action)
        return self._next()

    def end(self) -> None:
        """End the run, if it is not over, and wait for the browser to close."""
        if self._thread.is_alive():
            self._planner.wanted.put(None)
            self._thread.join()

    def _next(self) -> Turn | RunResult:
        came = self._planner.turns.get()
        if isinstance(came, HandeyeError):
            raise came
        if isinstance(came, Turn):
            self.last = came
        else:
            self.result = came
            self._thread.join()
        return came
