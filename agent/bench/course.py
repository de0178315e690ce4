"""Episodes of MiniWoB++ one after the other in one browser.

Prevents: an episode that fails because the one before it lost the browser.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from handeye.actions import Value
from handeye.actions.errors import EnvError, UsageError
from handeye.agent.backends import choose
from handeye.agent.bench.episode import play_episode
from handeye.agent.bench.results import EPISODES, Played
from handeye.agent.budget import Budget, Ending
from handeye.agent.limits import Amount
from handeye.agent.types import Plan, Planner, Step
from handeye.envs import Observation
from handeye.envs.miniwob import MiniwobEnv, TaskScore
from handeye.episodes import RunResult
from handeye.episodes.events import Acted, Event
from handeye.episodes.result import StopReason
from handeye.grounding.calls import Usage
from handeye.grounding.chat.backends import ModelOptions


class BenchSettings(Value):
    """Who plays, and how long an episode may take."""

    out: Path
    model: str = ""
    profile: str = ""
    planner: str = ""
    grounder: str = ""
    steps: int = 10
    seconds: Amount = 180.0

    @property
    def who(self) -> str:
        return self.model or self.planner or "instructions"

    @property
    def told(self) -> dict[str, str]:
        """What results must have in common."""
        told = {
            "planner": f"{self.who} {self.profile}".strip(),
            "limits": f"{self.steps} steps, {self.seconds:g} s",
        }
        return told | ({"grounder": self.grounder} if self.grounder else {})


class Counting:
    """A planner that counts what its model was asked."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self.name = planner.name
        self.prepare = planner.prepare
        self.usage = Usage()
        self.repairs = 0

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:
        plan = self._planner.plan(observation, history)
        self.usage = sum((call.usage for call in plan.calls), self.usage)
        self.repairs += sum(call.purpose == "repair" for call in plan.calls)
        return plan


class Course:
    """One browser and one planner for all episodes; the browser is renewed when it is lost."""

    def __init__(self, settings: BenchSettings) -> None:
        self._settings = settings
        self._planner, self._grounder = choose(
            settings.planner,
            settings.grounder,
            settings.model,
            ModelOptions(profile=settings.profile),
            MiniwobEnv.action_space,
        )
        self._env = MiniwobEnv()

    def close(self) -> None:
        self._env.close()

    def play(self, task: str, seed: int) -> Played:
        """One episode. Raises KeyboardInterrupt, and RecordingError when the disk is full."""
        started = time.monotonic()
        planner = Counting(self._planner)
        score, stop, message, steps = TaskScore(), StopReason.ENV_LOST, "", 0
        try:
            said = self._env.reset(task, seed)
            planner.prepare(said)
            result = self._run(said, planner, self._settings.out / EPISODES / f"{task}-{seed}")
            stop, message, steps = result.reason, result.message, result.steps
            score = self._env.score()
        except UsageError as error:
            stop, message = StopReason.GAVE_UP, str(error)
        except EnvError as error:
            message = str(error)
        if stop is StopReason.ENV_LOST:
            self._env.close()
            self._env = MiniwobEnv()
        return Played(
            task=task,
            seed=seed,
            done=score.done,
            raw_reward=score.raw_reward,
            reward=score.reward,
            steps=steps,
            seconds=round(time.monotonic() - started, 2),
            usage=planner.usage,
            repairs=planner.repairs,
            stop="task_ended" if score.done else stop.value,
            message=score.reason or message,
        )

    def _run(self, said: str, planner: Planner, folder: Path) -> RunResult:
        """Stopped as soon as the task's page has judged."""
        budget = Budget(self._settings.steps, self._settings.seconds)

        def watch(event: Event) -> None:
            if isinstance(event, Acted) and (score := self._env.score()).done:
                solved = score.success
                budget.judged = Ending(
                    reason=StopReason.DONE if solved else StopReason.TASK_ENDED,
                    message=score.reason or f"The task's page says: {score.raw_reward:g}.",
                )
                budget.stop.set()

        minds = (planner, self._grounder)
        result = play_episode(said, folder, self._env, minds, budget, watch)
        if result.reason is StopReason.INTERRUPTED:
            raise KeyboardInterrupt
        return result
