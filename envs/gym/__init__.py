"""Gymnasium environments: importing this registers them.

    import gymnasium, handeye.envs.gym
    env = gymnasium.make("handeye/MiniWob-ClickTest-v0")

`gymnasium.make("handeye.envs.gym:handeye/Browser-v0")` imports it by itself. The tasks of MiniWoB++
are registered where its pages are installed.
"""

from handeye.actions.errors import BackendError, EnvError

try:
    import gymnasium
except ImportError as missing:
    raise BackendError(
        "Gymnasium is not installed.", "Run pip install 'handeye[gym]'."
    ) from missing

from handeye.envs.gym.env import ScreenEnv
from handeye.envs.gym.screens import DesktopGym, PageGym
from handeye.envs.gym.spaces import Actions, Unicode, action_text
from handeye.envs.miniwob.tasks import NOT_IN_BROWSERGYM, all_tasks

__all__ = [
    "Actions",
    "DesktopGym",
    "PageGym",
    "ScreenEnv",
    "Unicode",
    "action_text",
    "miniwob_id",
]


def miniwob_id(task: str) -> str:
    """The id of a task of MiniWoB++: "click-test-2" is "handeye/MiniWob-ClickTest2-v0"."""
    words = "".join(word.capitalize() for word in task.split("-"))
    return f"handeye/MiniWob-{words}-v0"


def _register() -> None:
    here = "handeye.envs.gym.screens"
    gymnasium.register("handeye/Browser-v0", f"{here}:PageGym", nondeterministic=True)
    gymnasium.register("handeye/Desktop-v0", f"{here}:DesktopGym", nondeterministic=True)
    try:
        tasks = all_tasks()
    except EnvError:
        return
    for task in tasks:
        gymnasium.register(
            miniwob_id(task),
            "handeye.envs.gym.miniwob:MiniwobGym",
            nondeterministic=task in NOT_IN_BROWSERGYM,
            kwargs={"task": task},
        )


_register()
