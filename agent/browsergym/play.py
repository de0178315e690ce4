"""handeye's agent plays an environment of BrowserGym: any that Gymnasium makes.

Prevents: a run that goes on after the environment has judged.
"""

import threading
from typing import Any

from handeye.actions import Value
from handeye.agent.browsergym.run import Who, action_set, farewell, run_on
from handeye.envs.browsergym import BrowserGymEnv, goal_of
from handeye.envs.browsergym.env import Seen
from handeye.episodes import RunResult


class BrowserGymRun(Value):
    """What the environment said at last, and what handeye says of its run."""

    goal: str
    reward: float
    terminated: bool
    truncated: bool
    result: RunResult


class _Field:
    """The environment, and how it stands. Rewards are added up: some tasks give them in parts."""

    def __init__(self, env: Any) -> None:
        self._env = env
        self.reward = 0.0
        self.terminated = self.truncated = False
        self.ended = threading.Event()

    def send(self, words: str) -> Seen:
        seen, reward, self.terminated, self.truncated, _ = self._env.step(words)
        self.reward += float(reward)
        if self.terminated or self.truncated:
            self.ended.set()
        return seen  # type: ignore[no-any-return]


def play(env: Any, *, seed: int | None = None, who: Who | None = None) -> BrowserGymRun:
    """One episode, from `env.reset(seed=…)` to its end; `env` stays open.

    The environment is set to read the actions of `ACTION_SUBSETS`; those by coordinates are not
    among BrowserGym's own. Raises what `who` cannot be, and BackendError without BrowserGym.
    """
    if hasattr(env.unwrapped, "action_mapping"):
        env.unwrapped.action_mapping = action_set().to_python_code
    first, _ = env.reset(seed=seed)
    field = _Field(env)
    goal = goal_of(first)
    screen = BrowserGymEnv(first, field.send)
    result = run_on(screen, goal, who or Who(), field.ended, lambda _: None)
    if not field.ended.is_set():
        field.send(farewell(result))
    return BrowserGymRun(
        goal=goal,
        reward=field.reward,
        terminated=bool(field.terminated),
        truncated=bool(field.truncated),
        result=result,
    )
