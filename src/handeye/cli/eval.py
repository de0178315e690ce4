"""`handeye eval`: measure a grounder on a benchmark, score result files, compare runs.

Prevents: a score without the settings that it was made with.
"""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handeye.actions.errors import UsageError
from handeye.cli.console import err, out
from handeye.grounding.evaluate.datasets import EMBEDDED, SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress

    from handeye.grounding.evaluate.detail import Detail
    from handeye.grounding.evaluate.items import Dataset, Item
    from handeye.grounding.evaluate.run import Run
    from handeye.grounding.evaluate.settings import Settings

evaluate = typer.Typer(
    invoke_without_command=True,
    help="Measure a grounder on a benchmark; compare runs. With nothing more, the default grounder"
    " on the data set that comes with handeye. Formats and files: docs/evaluate.md.",
)


Spec = Annotated[str, typer.Option(help="What is measured: elements, phi4:PATH, remote:NAME@URL.")]
Family = Annotated[
    str, typer.Option(help="The conventions of a remote model, where its name does not tell.")
]
Twice = Annotated[bool, typer.Option("--zoom", help="Look twice where it is unsure.")]
Resolutions = Annotated[
    str, typer.Option(help="How a local model sees the screen; several: naflex:3600,multi-crop.")
]
Folder = Annotated[
    Path | None,
    typer.Option("--out", help="The run's folder.", show_default="evaluations/NAME-GROUNDER"),
]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first items.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop on any problem of the data.")]
Concurrency = Annotated[
    int, typer.Option(min=1, help="Questions to a remote model at the same time.")
]


@evaluate.callback()
def measure_embedded(context: typer.Context) -> None:
    """What `handeye eval` does when no benchmark is named."""
    if context.invoked_subcommand is None:
        _measure(EMBEDDED)


def measure(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(
            help="The folder with the benchmark, as it is published.",
            show_default="from the hub, or what comes with handeye",
        ),
    ] = None,
    grounder: Spec = "elements",
    profile: Family = "",
    zoom: Twice = False,
    resolution: Resolutions = "",
    folder: Folder = None,
    limit: Limit = None,
    strict: Strict = False,
    concurrency: Concurrency = 1,
) -> None:
    """Ask every item, resume where a run was killed, write the official result file.

    Exit codes: 0 measured, 2 wrong input or (--strict) wrong data, 5 the model cannot be used.
    """
    _measure(
        str(context.info_name), data, grounder, profile, zoom, resolution, folder, limit, strict,
        concurrency,
    )  # fmt: skip


def _measure(
    name: str,
    data: Path | None = None,
    grounder: str = "elements",
    profile: str = "",
    zoom: bool = False,
    resolution: str = "",
    folder: Path | None = None,
    limit: int | None = None,
    strict: bool = False,
    concurrency: int = 1,
) -> None:
    from handeye.grounding.evaluate.settings import pin

    if concurrency > 1 and not grounder.removeprefix("zoom:").startswith("remote:"):
        raise UsageError("Only remote models are asked in parallel.", "Leave --concurrency out.")
    dataset = _dataset(name, data, strict=strict)
    runs = [
        pin(dataset, grounder, zoom=zoom, resolution=each.strip(), profile=profile, limit=limit)
        for each in resolution.split(",")
    ]
    for settings in runs:
        place = folder or Path("evaluations") / _slug(f"{name}-{grounder}{'-zoom' * zoom}")
        if len(runs) > 1 or (settings.resolution and folder is None):
            place /= _slug(settings.resolution)
        _show(_measured(place, settings, dataset, concurrency))


def own(
    context: typer.Context,
    urls: Annotated[
        list[str] | None, typer.Argument(help="With --make: the addresses of pages.")
    ] = None,
    make: Annotated[
        bool, typer.Option("--make", help="Make the data set in --out from pages, and stop.")
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="The folder with the data set, in ScreenSpot-Pro's format.")
    ] = None,
    grounder: Spec = "elements",
    profile: Family = "",
    zoom: Twice = False,
    resolution: Resolutions = "",
    folder: Folder = None,
    limit: Limit = None,
    strict: Strict = False,
    concurrency: Concurrency = 1,
) -> None:
    """Measure on a data set of yours, or make one: `handeye eval own --make URL … --out DIR`.

    Look through its review.html before you use it.
    """
    if make:
        if not urls or folder is None or data is not None:
            raise UsageError("--make needs addresses and --out, and goes without --data.")
        _make(urls, folder)
        return
    if urls or data is None:
        raise UsageError("What to measure on?", "Give --data DIR, or --make URL … --out DIR.")
    measure(context, data, grounder, profile, zoom, resolution, folder, limit, strict, concurrency)


for _name, _source in SOURCES.items():
    evaluate.command(_name, short_help=_source.about)(own if _name == "own" else measure)


@evaluate.command()
def score(
    result: Annotated[Path, typer.Argument(help="An official result file, of any origin.")],
    profile: Annotated[
        str, typer.Option(help="Read the raw answers again, in this family's coordinates.")
    ] = "",
    data: Annotated[
        Path | None, typer.Option(help="ScreenSpot-Pro's folder, for the sizes of the images.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--out", help="Write the rescored result file.")
    ] = None,
) -> None:
    """Compute the metrics of a result file again, and say which verdicts change."""
    from handeye.grounding.chat.profiles import profile_for
    from handeye.grounding.evaluate.datasets import screenspot_pro
    from handeye.grounding.evaluate.rescore import read_official, rescored
    from handeye.grounding.evaluate.run import write_official

    details = read_official(result)
    items = screenspot_pro.read(data).items if data else ()
    sizes = {item.id: item.size for item in items if item.size}
    family = profile_for("", profile) if profile else None
    again = rescored(details, family, sizes)
    _print_scores(again.details)
    out.print(f"{len(again.changes)} of {len(details)} verdicts differ from the file's")
    for change in again.changes[:20]:
        out.print(f"  {change.id}: {change.before} → {change.after}", markup=False, highlight=False)
    if again.unsized:
        told = f"{again.unsized} answers were not read again: the size of their images is not known"
        err.print(told + " (give --data).")
    if output is not None:
        write_official(output, again.details)


@evaluate.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(help="The folders of runs of the same data.")],
    output: Annotated[Path, typer.Option("--out", help="The folder for the page.")] = Path(
        "comparison"
    ),
) -> None:
    """Compare runs on the items that all have answered: table, Pareto plot, gallery of errors."""
    from rich.table import Table

    from handeye.grounding.evaluate.compare import page, plot
    from handeye.grounding.evaluate.compare import runs as comparing

    compared = comparing.compare(runs)
    figure = plot.draw(compared)
    svg = plot.encoded(figure, "svg")
    output.mkdir(parents=True, exist_ok=True)
    (output / "pareto.svg").write_bytes(svg)
    (output / "pareto.png").write_bytes(plot.encoded(figure, "png"))
    (output / "index.html").write_text(page.page(compared, svg.decode()), encoding="utf-8")
    rows = [page.row(each) for each in compared]
    table = Table("", *(row[0] for row in rows), box=None)  # a column a run: names are long
    for number, name in enumerate(page.COLUMNS[1:], 1):
        table.add_row(name, *(row[number] for row in rows))
    out.print(table)
    out.print(f"kept in {output / 'index.html'}", markup=False, highlight=False, soft_wrap=True)


def _make(urls: list[str], folder: Path) -> None:
    from handeye.grounding.evaluate.make.screens import make

    with err.status("Looking at the pages …"):
        count = make(urls, folder)
    told = f"{count} items; look through {folder / 'review.html'}"
    out.print(told, markup=False, highlight=False, soft_wrap=True)


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


def _measured(folder: Path, settings: "Settings", dataset: "Dataset", concurrency: int) -> "Run":
    """The finished run in `folder`: what was not answered yet is asked now."""
    from handeye.grounding.evaluate.run import OFFICIAL_FILE, Run, open_run, write_official

    items = dataset.items[: settings.limit]
    run = open_run(folder, settings)
    answered = {detail.id: detail for detail in run.details}
    left = [item for item in items if item.id not in answered]
    if left:
        for detail in _asked(run, left, dataset, concurrency):
            answered[detail.id] = detail
    details = tuple(answered[item.id] for item in items)
    write_official(folder / OFFICIAL_FILE, details, settings)
    return Run(folder, settings, details)


def _asked(
    run: "Run", left: "Sequence[Item]", dataset: "Dataset", concurrency: int
) -> "list[Detail]":
    from handeye.grounding.evaluate.run import Results
    from handeye.grounding.evaluate.runner import ask_all
    from handeye.grounding.evaluate.settings import open_ask

    ask = open_ask(run.settings, dataset)
    found = []
    right = sum(detail.correctness == "correct" for detail in run.details)
    done, total = len(run.details), len(run.details) + len(left)
    begun = time.monotonic()
    with Results(run) as results, _progress() as progress:
        task = progress.add_task(dataset.name, total=total, completed=done, accuracy="", rate="")
        try:
            for detail in ask_all(left, ask, concurrency):
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
    _print_scores(run.details)
    out.print(f"kept in {run.folder}", markup=False, highlight=False, soft_wrap=True)


def _print_scores(details: "Sequence[Detail]") -> None:
    from handeye.grounding.evaluate.summary import summarize
    from handeye.grounding.evaluate.tables import facts, scores

    summary = summarize(details)
    out.print(scores(summary))
    for line in facts(summary):
        out.print(line, markup=False, highlight=False)
