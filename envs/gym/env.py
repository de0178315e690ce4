"""A screen as a Gymnasium environment: reset, step, render, close.

Prevents: an action that cannot be read, or a browser that dies, ending a night of training, and
an end by the clock that looks like an end by the task.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, cast

import gymnasium
import numpy as np
from numpy.typing import NDArray

from handeye.actions import Action, Done, Size
from handeye.actions.errors import EnvError, UsageError
from handeye.envs.gym.spaces import Actions, observations, seen
from handeye.envs.types import Env, Observation

Seen = dict[str, Any]


class Standing(NamedTuple):
    """How an episode stands after a step."""

    reward: float = 0.0
    terminated: bool = False
    truncated: bool = False
    told: Mapping[str, Any] = MappingProxyType({})


class ScreenEnv(gymnasium.Env[Seen, str]):
    """What the environments here have in common. One of them says how an episode begins and how it
    stands. `seen` is the last look with everything in it, not only what the space holds.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 2}
    options: frozenset[str] = frozenset()
    """What `reset(options=…)` may name."""

    def __init__(self, size: Size, kinds: frozenset[str], render_mode: str | None) -> None:
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise UsageError(
                f"There is no render mode {render_mode!r}.",
                "Use 'rgb_array', or headless=False to watch.",
            )
        self.render_mode = render_mode
        self.observation_space = observations(size)
        self._actions = Actions(size, kinds | {"done"})
        self.action_space = self._actions
        self.seen: Observation | None = None
        self._task = ""
        self._over = True

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Seen, dict[str, Any]]:
        """Begin an episode. Raises UsageError for unknown options, EnvError when it cannot."""
        super().reset(seed=seed)
        if unknown := sorted(set(options or {}) - self.options):
            known = ", ".join(sorted(self.options)) or "none"
            raise UsageError(f"No such option: {', '.join(unknown)}.", f"Known: {known}.")
        try:
            self._task = self._begin(seed, options or {})
            self.seen = self._screen().observe()
        except EnvError:
            self._lose()
            raise
        self._over = False
        return seen(self.seen, self._task, ""), dict(self._standing().told)

    def step(self, action: str | Action) -> tuple[Seen, float, bool, bool, dict[str, Any]]:
        """Carry out an action, as JSON or as it is; what goes wrong is told in `error`.

        After the end there is no reward any more.
        """
        if self.seen is None:
            raise gymnasium.error.ResetNeeded("Call reset() before step().")
        if self._over:
            return seen(self.seen, self._task, "The episode is over."), 0.0, True, False, {}
        try:
            error, standing = self._take(action)
        except EnvError as lost:
            self._lose()
            error, standing = str(lost), Standing(truncated=True)
        self._over = standing.terminated or standing.truncated
        now = seen(self.seen, self._task, error)
        return now, standing.reward, standing.terminated, standing.truncated, dict(standing.told)

    def render(self) -> Any:
        """The last look as an array (height, width, 3); None without a render mode."""
        if self.render_mode is None or self.seen is None:
            return None
        return cast(NDArray[np.uint8], np.array(self.seen.screenshot.image, np.uint8))

    def _take(self, said: str | Action) -> tuple[str, Standing]:
        try:
            action = self._actions.read(said)
        except ValueError as unread:
            return str(unread), self._standing()
        if isinstance(action, Done):
            standing = self._standing()
            return "", standing if standing.truncated else standing._replace(terminated=True)
        outcome = self._screen().act(action)
        self.seen = self._screen().observe()
        return outcome.error.message if outcome.error else "", self._standing()

    def _begin(self, seed: int | None, options: dict[str, Any]) -> str:
        """Bring the screen to its beginning; what is to be done, in words."""
        raise NotImplementedError

    def _screen(self) -> Env:
        """The screen, opened when it is first needed."""
        raise NotImplementedError

    def _standing(self) -> Standing:
        """How the episode stands now."""
        raise NotImplementedError

    def _lose(self) -> None:
        """The screen is gone; the next episode opens another."""
        self.close()
