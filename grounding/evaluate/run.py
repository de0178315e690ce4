"""A run on disk: its settings, its answers one line each, and the official result file at the end.

    settings.json     what the answers depend on; a run with other settings is refused
    results.jsonl     one answered item a line, appended and synced before the next is asked
    result.json       the official result file, written when every item has its answer

Prevents: hours of answers lost with the process, and items that are asked twice.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from pydantic import ValidationError

from handeye.actions.errors import UsageError
from handeye.grounding.evaluate import official
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.settings import Settings
from handeye.grounding.evaluate.summary import summarize

SETTINGS_FILE, RESULTS_FILE, OFFICIAL_FILE = "settings.json", "results.jsonl", "result.json"


@dataclass(frozen=True)
class Run:
    """A run's folder, and what is in it."""

    folder: Path
    settings: Settings
    details: tuple[Detail, ...]


def open_run(folder: Path, settings: Settings) -> Run:
    """The run in `folder`, as far as it has come; nothing is written yet.

    Raises UsageError where the folder holds something else, or answers to other settings.
    """
    if not (folder / SETTINGS_FILE).exists():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder} holds something that is no run.", "Name another --out.")
        return Run(folder, settings, ())
    run = load_run(folder)
    changed = settings.differences(run.settings)
    if changed and run.details:
        raise UsageError(
            f"{folder} holds a run with other settings: {'; '.join(changed)}.",
            "Name another --out, or ask with the settings of before.",
        )
    return Run(folder, settings, run.details)


def load_run(folder: Path) -> Run:
    """A run as it is on disk, finished or not. Raises UsageError where there is none."""
    path = folder / SETTINGS_FILE
    try:
        settings = Settings.model_validate_json(path.read_bytes())
        lines = (folder / RESULTS_FILE).read_bytes() if (folder / RESULTS_FILE).exists() else b""
        whole = lines[: lines.rfind(b"\n") + 1]
        found = [Detail.model_validate_json(line) for line in whole.split(b"\n") if line]
    except OSError as error:
        reason = f"{path} cannot be read: {error.strerror}."
        raise UsageError(f"{folder} holds no run: {reason}", "Name a run's folder.") from error
    except ValidationError as error:
        raise UsageError(
            f"The run in {folder} cannot be read: {error.errors()[0]['msg']}.",
            "It is damaged or of another version: name another folder.",
        ) from error
    first = {detail.id: detail for detail in reversed(found)}  # of answers by two processes
    return Run(folder, settings, tuple(d for d in found if d is first[d.id]))


class Results:
    """The answers of a run, open for more: its folder is made, and what a killed process had begun
    to write is dropped. A line is on the disk when `add` returns."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        folder = self._run.folder
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / SETTINGS_FILE, self._run.settings.model_dump_json(indent=2))
        _drop_torn_line(folder / RESULTS_FILE)
        self._file = (folder / RESULTS_FILE).open("ab")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, detail: Detail) -> None:
        if self._file is None:
            raise ValueError("results are added inside a with block")
        self._file.write(detail.model_dump_json().encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def write_official(path: Path, details: Sequence[Detail], settings: Settings | None = None) -> None:
    """The official result file: details and metrics; beside them what only handeye measures."""
    report: dict[str, Any] = {
        "details": [detail.model_dump(mode="json") for detail in details],
        "metrics": official.metrics(details),
        "handeye": summarize(details).model_dump(mode="json"),
    }
    if settings is not None:
        report["settings"] = settings.model_dump(mode="json")
    _write(path, json.dumps(report, indent=1))


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)


def _drop_torn_line(path: Path) -> None:
    """Its item is asked again."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)
