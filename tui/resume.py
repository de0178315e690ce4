"""The form with which a results folder goes on, filled in with what the folder says."""

from pathlib import Path

from handeye.actions.errors import UsageError
from handeye.agent.bench import load_results
from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.results import OSWORLD
from handeye.agent.bench.wanted import Wanted
from handeye.grounding.evaluate.run import load_run
from handeye.tui.boards import load_board
from handeye.tui.modals.form import Form
from handeye.tui.modals.measure_grounder import MeasureGrounder
from handeye.tui.modals.play_miniwob import PlayMiniwob
from handeye.tui.playing import Playing


def resuming(folder: Path) -> Form[Playing]:
    """Raises UsageError where the folder cannot be read."""
    board = load_board(folder)
    if board.benchmark == OSWORLD:
        raise UsageError(
            f"{folder} has results of OSWorld.", "Go on with: handeye bench osworld PATH --out …"
        )
    if board.kind == "ground":
        return MeasureGrounder(folder, load_run(folder).settings)
    return PlayMiniwob(Wanted.of(folder) or _guessed(folder))


def _guessed(folder: Path) -> Wanted:
    """For results of a time when what was wanted was not kept: their own tasks and seeds."""
    results = load_results(folder)
    told = results.settings
    steps, _, seconds = told.get("limits", "10 steps, 180 s").partition(" steps, ")
    who, _, profile = told.get("planner", "").partition(" ")
    model = who if who.startswith(("remote:", "phi4:", "scripted:")) else ""
    planner = who if who != "instructions" and not model else ""
    seeds = {played.seed for played in results.played} or {1000}
    return Wanted(
        tasks=tuple(sorted({played.task for played in results.played})),
        first_seed=min(seeds),
        workers=1,
        seeds=max(seeds) - min(seeds) + 1,
        settings=BenchSettings(
            out=folder, model=model, planner=planner, profile=profile,
            grounder=told.get("grounder", ""), steps=int(steps), seconds=float(seconds[:-2]),
        ),
    )  # fmt: skip
