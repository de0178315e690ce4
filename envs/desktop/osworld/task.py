"""Reading task files: one task a file, a folder of them, or an index as OSWorld has it.

Prevents: a file that is left out of a benchmark because it could not be read.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from handeye.actions import Value
from handeye.actions.errors import UsageError

VM_HOME = re.compile(r"/home/user(?![\w.-])")
"""The home folder of OSWorld's virtual machine."""
INFEASIBLE = "infeasible"
"""The metric of a task that cannot be done: right is who says so."""


class Config(Value):
    """A step before the task or before its evaluation."""

    type: str
    parameters: dict[str, Any] = {}


class Check(Value):
    """A metric, what it looks at, and what it compares that with. A getter has a `type`."""

    func: str
    result: dict[str, Any] | None = None
    expected: dict[str, Any] | None = None
    options: dict[str, Any] = {}


class Evaluator(Value):
    """All checks must hold, or any of them. `postconfig` is done first."""

    checks: tuple[Check, ...]
    conj: Literal["and", "or"] = "and"
    postconfig: tuple[Config, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _checks_from_columns(cls, data: Any) -> Any:
        """In a file the checks are columns: lists of functions, results, expected and options."""
        if not isinstance(data, dict) or "checks" in data:
            return data
        funcs = data.get("func")
        if not isinstance(funcs, str | list) or not funcs:
            raise ValueError("func names no metric")
        several = isinstance(funcs, list)
        rows: list[dict[str, Any]] = [
            {"func": func} for func in (funcs if isinstance(funcs, list) else [funcs])
        ]
        for name in ("result", "expected", "options"):
            column = data.get(name)
            cells = column if several and isinstance(column, list) else [column] * len(rows)
            if len(cells) != len(rows):
                raise ValueError(f"{name} has not as many entries as func")
            for row, cell in zip(rows, cells, strict=True):
                row |= {name: cell} if cell else {}
        known = {name: data[name] for name in ("conj", "postconfig") if name in data}
        return {"checks": rows, **known}


class OsworldTask(Value):
    """One task. `path` is its file."""

    id: str
    instruction: str = Field(min_length=1)
    config: tuple[Config, ...] = ()
    evaluator: Evaluator
    related_apps: tuple[str, ...] = ()
    path: Path

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises UsageError for a file that is no task."""
        data = _json(path)
        if not isinstance(data, dict) or not {"instruction", "evaluator"} <= set(data):
            raise UsageError(
                f"{path} is no task of OSWorld.", "It needs id, instruction, config and evaluator."
            )
        known = {name: data[name] for name in cls.model_fields if data.get(name) is not None}
        try:
            return cls.model_validate({"id": path.stem} | known | {"path": path})
        except ValidationError as error:
            wrong = error.errors()[0]
            where = ".".join(map(str, wrong["loc"]))
            said = wrong["msg"].removeprefix("Value error, ")
            raise UsageError(f"{path}: {where}: {said}.", "Mend the file.") from error

    @property
    def name(self) -> str:
        """Of its folder and its file: some ids of OSWorld stand in two folders."""
        return f"{self.path.resolve().parent.name}-{self.path.stem}"

    @property
    def infeasible(self) -> bool:
        return any(check.func == INFEASIBLE for check in self.evaluator.checks)

    def mapped(self, change: Callable[[str], str]) -> "OsworldTask":
        """The task with every text changed, wherever it stands."""
        data = _mapped(self.model_dump(mode="json", exclude={"path"}), change)
        return OsworldTask.model_validate(data | {"path": self.path})

    def at_home(self, home: Path) -> "OsworldTask":
        """The task with its files in `home` instead of the virtual machine's."""
        return self.mapped(lambda text: VM_HOME.sub(lambda _: str(home), text))


def _mapped(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list):
        return [_mapped(each, change) for each in data]
    if isinstance(data, dict):
        return {name: _mapped(each, change) for name, each in data.items()}
    return data


class Found(NamedTuple):
    """The tasks of a file or folder, and why other files there are none."""

    tasks: tuple[OsworldTask, ...]
    others: tuple[str, ...] = ()


def load_tasks(path: Path) -> Found:
    """The tasks in a file, in an index (a domain's name → ids, beside `examples`), or in a folder
    and the folders in it. Raises UsageError where there are none, and for one that is named and
    cannot be read.
    """
    if path.is_dir():
        return _in_folder(path)
    data = _json(path)
    if not _is_index(data):
        return Found((OsworldTask.read(path),))
    files = [
        path.parent / "examples" / domain / f"{each}.json"
        for domain, ids in data.items()
        for each in ids
    ]
    return Found(tuple(map(OsworldTask.read, files)))


def _in_folder(folder: Path) -> Found:
    """Indexes name tasks that are there; whatever else is JSON should be one."""
    tasks, others = [], []
    for path in sorted(folder.rglob("*.json")):
        try:
            if not _is_index(_json(path)):
                tasks.append(OsworldTask.read(path))
        except UsageError as error:
            others.append(error.message)
    if not tasks:
        raise UsageError(f"{folder} holds no tasks.", "Name a JSON file, or a folder of them.")
    return Found(tuple(tasks), tuple(others))


def _is_index(data: Any) -> bool:
    return isinstance(data, dict) and bool(data) and all(isinstance(v, list) for v in data.values())


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}.", "Name a task file of OSWorld.") from error
