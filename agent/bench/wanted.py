"""What is to be played, kept in the results folder so that whoever opens it can go on.

Prevents: a benchmark of which only its results say what it was to be.
"""

import re
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError
from rapidfuzz import process

from handeye.actions import Value
from handeye.actions.errors import UsageError
from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.page import write_page
from handeye.agent.bench.report import markdown
from handeye.agent.bench.results import Results, load_results

WANTED = "wanted.json"
SETS = ("browsergym", "all")


class Wanted(Value):
    """Each of `tasks` on each of the seeds, in so many processes."""

    tasks: tuple[str, ...]
    seeds: int = Field(3, ge=1)
    first_seed: int = Field(1000, ge=0)
    workers: int = Field(1, ge=1)
    settings: BenchSettings

    @property
    def episodes(self) -> list[tuple[str, int]]:
        seeds = range(self.first_seed, self.first_seed + self.seeds)
        return [(task, seed) for seed in seeds for task in self.tasks]

    def begin(self) -> tuple[Results, list[tuple[str, int]]]:
        """The results so far, and what is left to play. Raises UsageError for a folder with
        results of other settings."""
        results = Results(self.settings.out, self.settings.told)
        kept = self.settings.out / WANTED
        part = kept.with_name(f"{kept.name}.part")
        part.write_text(self.model_dump_json(indent=1), encoding="utf-8")
        part.replace(kept)
        return results, [each for each in self.episodes if results.missing(*each)]

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """What was wanted in a results folder; None where that is not known."""
        try:
            kept = cls.model_validate_json((folder / WANTED).read_bytes())
        except (OSError, ValidationError):
            return None
        settings = kept.settings.model_copy(update={"out": folder})
        return kept.model_copy(update={"settings": settings})


def named_tasks(names: str) -> tuple[str, ...]:
    """The tasks of a set of SETS, or those named with commas between. Raises UsageError for a
    name that there is not."""
    from handeye.envs.miniwob import all_tasks, browsergym_tasks

    if names in SETS:
        return all_tasks() if names == "all" else browsergym_tasks()
    wanted = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if unknown := sorted(set(wanted) - set(all_tasks())):
        near = [name for name, *_ in process.extract(unknown[0], all_tasks(), limit=5)]
        raise UsageError(
            f"No such task: {', '.join(unknown)}.",
            f"Nearest to {unknown[0]}: {', '.join(near)}. --set all plays every one.",
        )
    if not wanted:
        raise UsageError("No task is named.", f"Name some, or a set: {', '.join(SETS)}.")
    return wanted


def default_folder(who: str) -> Path:
    """Where results go that nobody named a folder for."""
    return Path("bench", "miniwob", folder_name(who))


def folder_name(who: str) -> str:
    """The name of a model or planner as one of a folder."""
    return re.sub(r"[^\w.-]+", "-", who)


def write_reports(folder: Path) -> str:
    """Write report.md and report.html beside the results; returns the text of the first."""
    read = load_results(folder)
    text = markdown(read)
    (folder / "report.md").write_text(text, encoding="utf-8")
    write_page(read, folder / "report.html")
    return text
