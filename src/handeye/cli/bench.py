"""`handeye bench`: play a benchmark of whole tasks and report."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from handeye.actions.errors import UsageError
from handeye.cli.console import err

if TYPE_CHECKING:
    from handeye.agent.bench.course import BenchSettings
    from handeye.agent.bench.results import Results

bench = typer.Typer(
    help="Play a benchmark of whole tasks and report.", no_args_is_help=True, add_completion=False
)


@bench.callback()
def _bench() -> None:
    """Play a benchmark of whole tasks and report."""


@bench.command()
def miniwob(
    tasks: Annotated[
        str | None, typer.Option(help="Names with commas between, instead of --set.")
    ] = None,
    set_: Annotated[
        Literal["browsergym", "all"], typer.Option("--set", help="125 or 130 tasks.")
    ] = "browsergym",
    seeds: Annotated[int, typer.Option(min=1, help="How many.")] = 3,
    first_seed: Annotated[int, typer.Option(min=0, help="0 to 99 are for development.")] = 1000,
    planner: Annotated[str, typer.Option(help="A planner without a model.")] = "",
    grounder: Annotated[str, typer.Option(help="Finds what a phrase means.")] = "",
    model: Annotated[str, typer.Option(help="Decides what to do: remote:NAME@URL.")] = "",
    profile: Annotated[str, typer.Option(help="The model's family.")] = "",
    steps: Annotated[int, typer.Option(min=1, help="The most steps of an episode.")] = 10,
    seconds: Annotated[float, typer.Option(min=1, help="The most seconds of one.")] = 180,
    workers: Annotated[
        int,
        typer.Option(min=0, help="Play at once.", show_default="1; with --ray one a processor"),
    ] = 0,
    ray: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Spread over a Ray cluster; local: on its own.")
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Results and episodes.", show_default="bench/miniwob/PLANNER"),
    ] = None,
) -> None:
    """Play MiniWoB++; the same command goes on where it was ended."""
    from handeye.agent.bench.course import BenchSettings
    from handeye.agent.bench.wanted import Wanted, default_folder, named_tasks, write_reports

    settings = BenchSettings(
        out=folder or default_folder(model or planner or "instructions"),
        model=model,
        profile=profile,
        planner=planner,
        grounder=grounder,
        steps=steps,
        seconds=seconds,
    )
    named = named_tasks(set_ if tasks is None else tasks)
    wanted = Wanted(
        tasks=named, seeds=seeds, first_seed=first_seed, workers=workers or 1, settings=settings
    )
    results, left = wanted.begin()
    _play(left, settings, workers, ray, results)
    print(write_reports(settings.out))
    err.print(f"{settings.out / 'report.html'}", highlight=False, soft_wrap=True)


@bench.command()
def osworld(
    path: Annotated[
        Path, typer.Argument(help="A task file, an index of tasks, or a folder.", metavar="PATH")
    ],
    planner: Annotated[str, typer.Option(help="A planner without a model.")] = "",
    grounder: Annotated[str, typer.Option(help="Finds what a phrase means.")] = "",
    model: Annotated[str, typer.Option(help="Decides what to do: remote:NAME@URL.")] = "",
    profile: Annotated[str, typer.Option(help="The model's family.")] = "",
    steps: Annotated[int, typer.Option(min=1, help="The most steps of a task.")] = 50,
    seconds: Annotated[float, typer.Option(min=1, help="The most seconds of one.")] = 900,
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Results and episodes.", show_default="bench/osworld/PLANNER"),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is supported; start nothing.")
    ] = False,
) -> None:
    """Do task files of OSWorld, as far as they need no virtual machine and no download.

    Each gets a private display and an empty home folder. Commands in the files run as you.
    """
    from handeye.agent.bench import osworld as tasks
    from handeye.agent.bench.course import BenchSettings
    from handeye.agent.bench.results import OSWORLD, Results, load_results
    from handeye.agent.bench.wanted import folder_name

    settings = BenchSettings(
        out=folder or Path("bench", "osworld", folder_name(model or planner or "instructions")),
        model=model,
        profile=profile,
        planner=planner,
        grounder=grounder,
        steps=steps,
        seconds=seconds,
    )
    found = tasks.sorted_out(path)
    if check:
        for line in tasks.told(found):
            print(line)
        return
    if not found.fit:
        raise UsageError(f"No task in {path} is supported.", "See why: add --check.")
    results = Results(settings.out, settings.told | {"benchmark": OSWORLD})
    left = [task for task in found.fit if results.missing(task.name, 0)]
    with err.status("OSWorld: starting …") as status:
        for number, played in enumerate(tasks.play_tasks(left, settings), 1):
            results.add(played)
            err.print(played.line(), highlight=False, markup=False, soft_wrap=True)
            status.update(f"OSWorld: {number} of {len(left)} tasks")
    text = tasks.report(load_results(settings.out), found)
    (settings.out / "report.md").write_text(text, encoding="utf-8")
    print(text)
    err.print(f"{settings.out / 'report.md'}", highlight=False, soft_wrap=True)


def _play(
    left: list[tuple[str, int]],
    settings: "BenchSettings",
    workers: int,
    ray: str,
    results: "Results",
) -> None:
    from contextlib import closing

    from rich.progress import Progress

    from handeye.agent.bench.pool import play_in_workers
    from handeye.agent.bench.spread import play_on_ray

    started, solved = time.monotonic(), 0
    playing = (
        play_on_ray(left, settings, ray, workers)
        if ray and left
        else play_in_workers(left, settings, workers or 1)
    )
    with Progress(console=err) as progress, closing(playing) as all_:
        bar = progress.add_task("MiniWoB++", total=len(left))
        for number, played in enumerate(all_, 1):
            results.add(played)
            solved += played.success
            minutes = (time.monotonic() - started) / number * (len(left) - number) / 60
            told = f"{solved} of {number} solved, {minutes:.0f} min left"
            progress.update(bar, advance=1, description=told)
            progress.console.print(played.line(), highlight=False, markup=False, soft_wrap=True)
