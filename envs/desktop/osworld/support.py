"""Which parts of a task cannot be done here, by name, before anything is started.

Prevents: a task that fails because its file could not be fetched, counted as the agent's failure;
and commands that would become root on the person's own machine.
"""

import re
from collections.abc import Iterator
from typing import Any

from handeye.envs.desktop.osworld.getters import GETTERS
from handeye.envs.desktop.osworld.metrics import JSON_METHODS, METRICS
from handeye.envs.desktop.osworld.steps import STEPS
from handeye.envs.desktop.osworld.task import INFEASIBLE, Check, Config, OsworldTask

_ROOT = re.compile(r"\b(?:sudo|su|pkexec|doas)\b|\{CLIENT_PASSWORD\}")
_COMMANDS = ("execute", "command", "launch", "vm_command_line", "vm_command_error")
_ASKS_THE_VM = ("time_suffix",)


def unsupported(task: OsworldTask) -> tuple[str, ...]:
    """What of the task cannot be done on a private display; empty where all of it can."""
    checks = task.evaluator.checks
    parts = [part for step in (*task.config, *task.evaluator.postconfig) for part in _step(step)]
    parts += [part for check in checks for part in _check(check)]
    return tuple(dict.fromkeys(parts))


def _step(step: Config) -> Iterator[str]:
    if step.type not in STEPS:
        yield f"step {step.type}"
    elif _becomes_root(step.type, step.parameters):
        yield f"step {step.type} as root"


def _check(check: Check) -> Iterator[str]:
    if check.func == INFEASIBLE:
        return
    if check.func not in METRICS:
        yield f"metric {check.func}"
    if check.result is None:
        yield "an evaluator without a result"
    for getter in (check.result, check.expected):
        if getter is not None:
            yield from _getter(getter)
    if check.func == "check_json" and check.expected is not None:
        yield from _methods(check.expected.get("rules"))


def _methods(rules: Any) -> Iterator[str]:
    names = ("expect", "unexpect")
    try:
        methods = [str(rule.get("method")) for name in names for rule in rules.get(name, ())]
    except (AttributeError, TypeError):
        yield "check_json with such rules"
    else:
        yield from (f"method {each} of check_json" for each in methods if each not in JSON_METHODS)


def _getter(getter: dict[str, Any]) -> Iterator[str]:
    kind = str(getter.get("type"))
    if kind not in GETTERS:
        yield f"getter {kind}"
    elif any(getter.get(name) for name in _ASKS_THE_VM):
        yield f"getter {kind} with {', '.join(name for name in _ASKS_THE_VM if getter.get(name))}"
    elif _becomes_root(kind, getter):
        yield f"getter {kind} as root"


def _becomes_root(kind: str, parameters: dict[str, Any]) -> bool:
    command = parameters.get("command", "")
    text = " ".join(map(str, command)) if isinstance(command, list) else str(command)
    return kind in _COMMANDS and _ROOT.search(text) is not None
