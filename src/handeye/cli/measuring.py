"""Measuring a grounder from the command line: the data checked, progress shown, scores printed.

Prevents: hours without a word, and a run that cannot say how it would go on.
"""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from handeye.actions.errors import UsageError
from handeye.cli.console import err, out
from handeye.grounding.evaluate.datasets import SOURCES
from handeye.grounding.evaluate.measure import How, default_folder, slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress

    from handeye.grounding.evaluate.detail import Detail
    from handeye.grounding.evaluate.items import Dataset
    from handeye.grounding.evaluate.run import Run
    from handeye.grounding.evaluate.settings import Settings


class Wanted(NamedTuple):
    """What is measured, and where it is kept; see the options of `handeye eval`."""

    grounder: str = "elements"
    profile: str = ""
    zoom: bool = False
    resolution: str = ""
    folder: Path | None = None
    limit: int | None = None
    strict: bool = False


def measure_all(name: str, data: Path | None, wanted: Wanted, how: How) -> None:
    """A run for each resolution; each goes on where it was. Raises UsageError, BackendError."""
    from handeye.grounding.evaluate.settings import check_grounder, pin

    how.check(wanted.grounder, zoom=wanted.zoom)
    check_grounder(wanted.grounder, wanted.resolution)
    dataset = _dataset(name, data, strict=wanted.strict)
    runs = [
        pin(
            dataset, wanted.grounder, zoom=wanted.zoom, resolution=each.strip(),
            profile=wanted.profile, limit=wanted.limit,
        )
        for each in wanted.resolution.split(",")
    ]  # fmt: skip
    for settings in runs:
        place = wanted.folder or default_folder(name, wanted.grounder, zoom=wanted.zoom)
        if len(runs) > 1 or (settings.resolution and wanted.folder is None):
            place /= slug(settings.resolution)
        _show(_measured(place, settings, dataset, how))


def _dataset(name: str, given: Path | None, *, strict: bool) -> "Dataset":
    from rich.markup import escape

    from handeye.grounding.evaluate.datasets import find_dataset, load_dataset
    from handeye.grounding.evaluate.tables import problem_lines

    folder = given or find_dataset(name)
    with err.status(f"Checking {escape(str(folder))} …"):
        dataset = load_dataset(name, folder)
    if dataset.problems:
        count = len(dataset.problems)
        err.print(f"[bold yellow]{count} problem{'s' * (count > 1)}[/] in {escape(str(folder))}:")
        for line in problem_lines(dataset.problems):
            err.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        if strict:
            raise UsageError("The data has problems.", "Mend it, or go without --strict.")
    if not dataset.items:
        raise UsageError(f"No item of {folder} can be asked.", f"To get it: {SOURCES[name].get}")
    return dataset


def _measured(folder: Path, settings: "Settings", dataset: "Dataset", how: How) -> "Run":
    """The finished run in `folder`: what was not answered yet is asked now."""
    from handeye.grounding.evaluate.run import load_run, open_run

    run = open_run(folder, settings)
    _watch(run, dataset, how)
    finished = load_run(folder)
    order = {item.id: number for number, item in enumerate(dataset.items)}
    details = sorted(finished.details, key=lambda detail: order[detail.id])
    return replace(finished, details=tuple(details))


def _watch(run: "Run", dataset: "Dataset", how: How) -> None:
    """Ask with a bar that shows how far it is."""
    from handeye.grounding.evaluate.measure import measure, unanswered_items

    left = len(unanswered_items(run, dataset))
    found = 0
    right = sum(detail.correctness == "correct" for detail in run.details)
    done, total = len(run.details), len(run.details) + left
    begun = time.monotonic()
    with _progress() as progress:
        task = progress.add_task(dataset.name, total=total, completed=done, accuracy="", rate="")
        try:
            for detail in measure(run, dataset, how):
                found += 1
                right += detail.correctness == "correct"
                share = f"{100 * right / (done + found):.1f} % right"
                rate = f"{found / (time.monotonic() - begun):.2f} items/s"
                progress.update(task, advance=1, accuracy=share, rate=rate)
        finally:
            if 0 < done + found < total:
                told = f"{done + found} of {total} answers are kept in {run.folder}"
                err.print(f"{told}; the same command goes on.", markup=False, soft_wrap=True)


def _progress() -> "Progress":
    from rich import progress

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[accuracy]}"),
        progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(),
        console=err,
    )


def _show(run: "Run") -> None:
    settings = run.settings
    parts = [settings.dataset, settings.grounder, settings.resolution, "zoom" * settings.zoom]
    out.print("  ".join(part for part in parts if part), markup=False, highlight=False)
    print_scores(run.details)
    out.print(f"kept in {run.folder}", markup=False, highlight=False, soft_wrap=True)


def print_scores(details: "Sequence[Detail]") -> None:
    from handeye.grounding.evaluate.summary import summarize
    from handeye.grounding.evaluate.tables import facts, scores

    summary = summarize(details)
    out.print(scores(summary))
    for line in facts(summary):
        out.print(line, markup=False, highlight=False)
