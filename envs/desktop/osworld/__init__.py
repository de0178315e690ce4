"""Task files of OSWorld: those of their parts that need neither a virtual machine nor a download.

The format (config steps, instruction, evaluator with getters and metrics) is that of
https://github.com/xlang-ai/OSWorld, evaluation_examples.
"""

from handeye.envs.desktop.osworld.place import Place
from handeye.envs.desktop.osworld.support import unsupported
from handeye.envs.desktop.osworld.task import Found, OsworldTask, load_tasks

__all__ = ["Found", "OsworldTask", "Place", "load_tasks", "unsupported"]
