"""`handeye eval`: measure a grounder on a benchmark, score result files, compare runs.

Prevents: a score without the settings that it was made with.
"""

from pathlib import Path
from typing import Annotated

import typer

from handeye.actions.errors import UsageError
from handeye.cli.console import err, out
from handeye.cli.measuring import Wanted, measure_all, print_scores
from handeye.grounding.evaluate.datasets import EMBEDDED, SOURCES
from handeye.grounding.evaluate.measure import How

evaluate = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    help="Measure a grounder on a benchmark; compare runs. With nothing more, the default grounder"
    " on the data set that comes with handeye (with options: eval embedded …)."
    " Formats and files: docs/evaluate.md.",
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
    int, typer.Option(min=0, help="Questions to a remote model, or workers on Ray, at once.")
]
Batch = Annotated[int, typer.Option(min=1, help="Questions that a local model answers at once.")]
OnRay = Annotated[
    str, typer.Option(help="Spread over a Ray cluster: its address, or local for one of its own.")
]


@evaluate.callback()
def measure_embedded(context: typer.Context) -> None:
    """What `handeye eval` does when no benchmark is named."""
    if context.invoked_subcommand is None:
        measure_all(EMBEDDED, None, Wanted(), How())


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
    concurrency: Concurrency = 0,
    batch: Batch = 1,
    ray: OnRay = "",
) -> None:
    """Ask every item, resume where a run was killed, write the official result file.

    Exit codes: 0 measured, 2 wrong input or (--strict) wrong data, 5 the model cannot be used.
    """
    wanted = Wanted(grounder, profile, zoom, resolution, folder, limit, strict)
    measure_all(str(context.info_name), data, wanted, How(concurrency, batch, ray))


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
    concurrency: Concurrency = 0,
    batch: Batch = 1,
    ray: OnRay = "",
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
    wanted = Wanted(grounder, profile, zoom, resolution, folder, limit, strict)
    measure_all(str(context.info_name), data, wanted, How(concurrency, batch, ray))


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
    print_scores(again.details)
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
    from rich.markup import escape
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
    table = Table("", *(escape(row[0]) for row in rows), box=None)  # a column a run: names are long
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
