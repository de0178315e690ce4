"""A step of handeye's own loop: observe, plan (no model), ground, guard, act, settle, record.

Arguments: address, width, height, and what to click in turn: phrases with "|" between them, since
the same action on an unchanged screen, again and again, would be taken for a loop. A step is timed
from one plan to the next, so that it holds everything that the loop does between them.
"""

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from handeye.actions import Click, Done, Size, Target
from handeye.agent.budget import Budget
from handeye.agent.guard import default_policy
from handeye.agent.journal import Journal
from handeye.agent.loop import Agent
from handeye.agent.types import Plan, Step
from handeye.envs import Observation
from handeye.envs.browser import BrowserEnv
from handeye.episodes.writer import EpisodeWriter
from handeye.grounding.elements import ElementsGrounder


class StepsOnRequest:
    """A planner that clicks the same thing as often as stdin asks for, and times each step."""

    name = "steps-on-request"

    def __init__(self, phrase: str) -> None:
        self._clicks = [
            Plan(action=Click(target=Target(phrase=part))) for part in phrase.split("|")
        ]
        self._left = 0
        self._started = 0.0
        self._seconds: list[float] = []

    def prepare(self, task: str) -> None:
        """There is nothing to read in the task."""

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:  # noqa: ARG002
        if self._left:
            self._seconds.append(time.perf_counter() - self._started)
            self._left -= 1
        if history and (history[-1].outcome is None or not history[-1].outcome.ok):
            sys.exit(f"the click failed: {history[-1].groundings or history[-1].outcome}")
        if not self._left:
            print(json.dumps(self._seconds) if history else "ready", flush=True)
            self._seconds = []
            line = sys.stdin.readline()
            if not line:
                return Plan(action=Done())
            self._left = int(line)
        self._started = time.perf_counter()
        return self._clicks[len(history) % len(self._clicks)]


def main() -> None:
    url, width, height, phrase = sys.argv[1:]
    viewport = Size(width=int(width), height=int(height))
    with (
        tempfile.TemporaryDirectory() as folder,
        BrowserEnv(url, viewport=viewport) as env,
        EpisodeWriter(path=Path(folder) / "episode") as writer,
    ):
        Agent(
            env=env,
            planner=StepsOnRequest(phrase),
            grounder=ElementsGrounder(),
            journal=Journal(writer),
            budget=Budget(steps=100_000, seconds=3600),
            policy=default_policy(url),
            approve=lambda action, verdict: False,  # noqa: ARG005
            ask=lambda question: None,  # noqa: ARG005
        ).run()


if __name__ == "__main__":
    main()
