"""MiniWoB++: 130 small web tasks with seeds and a score."""

from handeye.envs.miniwob.env import BROWSERGYM, CLASSIC, Layout, MiniwobEnv, TaskScore
from handeye.envs.miniwob.tasks import all_tasks, browsergym_tasks

__all__ = [
    "BROWSERGYM",
    "CLASSIC",
    "Layout",
    "MiniwobEnv",
    "TaskScore",
    "all_tasks",
    "browsergym_tasks",
]
