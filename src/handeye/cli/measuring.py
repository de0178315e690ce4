"""Measuring a grounder from the command line: the data checked, progress shown, scores printed.

Prevents: hours without a word, and a run that cannot say how it would go on.
"""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from handeye.actions.errors import UsageError
from handeye.cli.console import err, out
from handeye.grounding.evaluate.datasets import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.progress import Progress

    from handeye.grounding.evaluate.detail import Detail
    from handeye.grounding.evaluate.items import Dataset, Item
    from handeye.grounding.evaluate.run import Run
    from handeye.grounding.evaluate.settings import Settings


class How(NamedTuple):
    """What makes a run faster, and none of its answers others.

    concurrency: questions to a remote model at the same time, or workers on Ray (0: one a
    processor). batch: questions that a local model answers at once. ray: the cluster's address,
    "local" for one on this machine, "" for none.
    """

    concurrency: int = 0
    batch: int = 1
    ray: str = ""


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
    from handeye.grounding.evaluate.settings import pin

    spec = wanted.grounder.removeprefix("zoom:")
    if how.concurrency > 1 and not (how.ray or spec.startswith("remote:")):
        raise UsageError("Only remote models are asked in parallel.", "Leave --concurrency out.")
    if how.batch > 1 and how.ray:
        raise UsageError("On Ray each worker asks one by one.", "Leave --batch out.")
    if how.batch > 1 and (wanted.zoom or not wanted.grounder.startswith("phi4:")):
        raise UsageError("Only phi4:PATH without --zoom answers in batches.", "Leave --batch out.")
    dataset = _dataset(name, data, strict=wanted.strict)
    runs = [
        pin(
            dataset, wanted.grounder, zoom=wanted.zoom, resolution=each.strip(),
            profile=wanted.profile, limit=wanted.limit,
        )
        for each in wanted.resolution.split(",")
    ]  # fmt: skip
    for settings in runs:
        slug = _slug(f"{name}-{wanted.grounder}{'-zoom' * wanted.zoom}")
        place = wanted.folder or Path("evaluations") / slug
        if len(runs) > 1 or (settings.resolution and wanted.folder is None):
            place /= _slug(settings.resolution)
        _show(_measured(place, settings, dataset, how))


def _dataset(name: str, given: Path | None, *, strict: bool) -> "Dataset":
    from handeye.grounding.evaluate.datasets import find_dataset, load_dataset
    from handeye.grounding.evaluate.tables import problem_lines

    folder = given or find_dataset(name)
    with err.status(f"Checking {folder} …"):
        dataset = load_dataset(name, folder)
    if dataset.problems:
        err.print(f"[bold yellow]{len(dataset.problems)} problems[/] in {folder}:")
        for line in problem_lines(dataset.problems):
            err.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        if strict:
            raise UsageError("The data has problems.", "Mend it, or go without --strict.")
    if not dataset.items:
        raise UsageError(f"No item of {folder} can be asked.", f"To get it: {SOURCES[name].get}")
    return dataset


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")[:80]


def _measured(folder: Path, settings: "Settings", dataset: "Dataset", how: How) -> "Run":
    """The finished run in `folder`: what was not answered yet is asked now."""
    from handeye.grounding.evaluate.run import OFFICIAL_FILE, Run, open_run, write_official

    items = dataset.items[: settings.limit]
    run = open_run(folder, settings)
    answered = {detail.id: detail for detail in run.details}
    left = [item for item in items if item.id not in answered]
    if left:
        for detail in _asked(run, left, dataset, how):
            answered[detail.id] = detail
    details = tuple(answered[item.id] for item in items)
    write_official(folder / OFFICIAL_FILE, details, settings)
    return Run(folder, settings, details)


def _answers(
    run: "Run", left: "Sequence[Item]", dataset: "Dataset", how: How
) -> "Iterator[Detail]":
    if how.ray:
        from handeye.grounding.evaluate.spread import ask_on_ray

        return ask_on_ray(left, run.settings, dataset, how.ray, how.concurrency)
    from handeye.grounding.evaluate.runner import ask_all
    from handeye.grounding.evaluate.settings import open_ask

    return ask_all(left, open_ask(run.settings, dataset), how.concurrency, how.batch)


def _asked(run: "Run", left: "Sequence[Item]", dataset: "Dataset", how: How) -> "list[Detail]":
    from handeye.grounding.evaluate.run import Results

    answers = _answers(run, left, dataset, how)
    found = []
    right = sum(detail.correctness == "correct" for detail in run.details)
    done, total = len(run.details), len(run.details) + len(left)
    begun = time.monotonic()
    with Results(run) as results, _progress() as progress:
        task = progress.add_task(dataset.name, total=total, completed=done, accuracy="", rate="")
        try:
            for detail in answers:
                results.add(detail)
                found.append(detail)
                right += detail.correctness == "correct"
                share = f"{100 * right / (done + len(found)):.1f} % right"
                rate = f"{len(found) / (time.monotonic() - begun):.2f} items/s"
                progress.update(task, advance=1, accuracy=share, rate=rate)
        finally:
            if len(found) < len(left):
                told = f"{done + len(found)} of {total} answers are kept in {run.folder}"
                err.print(f"{told}; the same command goes on.", markup=False, soft_wrap=True)
    return found


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
