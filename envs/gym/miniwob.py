"""MiniWoB++ for Gymnasium: one environment a task, with the page's own reward.

Prevents: a reward that depends on how busy the machine was (the page's decays with time).
"""

from typing import Any, Literal

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.envs.gym.env import ScreenEnv, Standing
from handeye.envs.miniwob import BROWSERGYM, CLASSIC, MiniwobEnv, TaskScore
from handeye.envs.miniwob.tasks import page_of

LAYOUTS = {"browsergym": BROWSERGYM, "classic": CLASSIC}
LARGEST_SEED = 2**31
TIMED_OUT = "timed out"


class MiniwobGym(ScreenEnv):
    """A task of MiniWoB++. `reset(seed=n)` is the page of seed n; without a seed, one is drawn.

    The reward is the page's raw one, 0 until it judges. `info` tells `raw_reward`, `success` (a
    raw reward above 0) and `reason`. Running out of the page's own time truncates.
    """

    def __init__(
        self,
        task: str,
        *,
        layout: Literal["browsergym", "classic"] = "browsergym",
        time_limit: int | None = 1_000_000,
        elements: bool = True,
        headless: bool = True,
        render_mode: str | None = None,
    ) -> None:
        if layout not in LAYOUTS:
            raise UsageError(f"No layout is called {layout!r}.", "Use 'browsergym' or 'classic'.")
        page_of(task)
        chosen = LAYOUTS[layout]
        scale, page = chosen.device_scale, chosen.viewport
        size = Size(width=round(page.width * scale), height=round(page.height * scale))
        super().__init__(size, MiniwobEnv.action_space, render_mode)
        self.task = task
        self._given: dict[str, Any] = {
            "layout": chosen,
            "time_limit": time_limit,
            "elements": elements,
            "headless": headless,
        }
        self._env: MiniwobEnv | None = None

    def score(self) -> TaskScore:
        """What the page says, the reward that decays with time among it."""
        return self._screen().score()

    def close(self) -> None:
        """End the browser. May be called twice; the next reset starts another."""
        env, self._env = self._env, None
        if env is not None:
            env.close()

    def _begin(self, seed: int | None, options: dict[str, Any]) -> str:  # noqa: ARG002
        if seed is None:
            seed = int(self.np_random.integers(LARGEST_SEED))
        return self._screen().reset(self.task, seed)

    def _screen(self) -> MiniwobEnv:
        if self._env is None:
            self._env = MiniwobEnv(**self._given)
        return self._env

    def _standing(self) -> Standing:
        score = self._screen().score()
        told = {"raw_reward": score.raw_reward, "success": score.success, "reason": score.reason}
        if not score.done:
            return Standing(told=told)
        late = score.reason == TIMED_OUT
        return Standing(score.raw_reward, terminated=not late, truncated=late, told=told)
