"""Results of benchmarks as the screens show them: what was asked is a cell, in a row with its like.

A row is a task and a column a seed, or a row is a group of questions and a column one of them.
Prevents: two screens for each thing, one for whole tasks and one for grounding.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Literal

from handeye.actions.errors import UsageError
from handeye.agent.bench import Played, load_results
from handeye.agent.bench.results import NOT_PREPARED, OSWORLD
from handeye.agent.bench.wanted import WANTED, Wanted
from handeye.episodes.views.show import plain
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.intervals import Interval, wilson
from handeye.grounding.evaluate.run import Run, load_run
from handeye.grounding.evaluate.summary import distance

Kind = Literal["tasks", "ground"]
DEPTH = 4
"""So many folders deep results are looked for."""
_FILES = ("settings.json", "results.jsonl")


@dataclass(frozen=True)
class Cell:
    """One answer. `id` is the same in every run of the benchmark."""

    id: str
    row: str
    column: str
    right: bool
    sign: str
    seconds: float | None
    told: str
    source: Played | Detail
    counts: bool = True
    """False where nothing could be tried."""


class Board:
    """One results folder. `total` is how many cells there are to be, where that is known."""

    def __init__(self, folder: Path, kind: Kind, name: str, about: str, benchmark: str) -> None:
        self.folder, self.kind = folder, kind
        self.name, self.about, self.benchmark = name, about, benchmark
        self.cells: dict[str, Cell] = {}
        self.places: dict[tuple[str, str], str] = {}
        self.total: int | None = None
        self.changed = 0.0
        self._rows: dict[str, int] = {}
        self._columns: dict[str, int] = {}

    def expect(self, row: str, column: str) -> None:
        """There is to be an answer."""
        self._rows.setdefault(row, 0)
        self._columns.setdefault(column, 0)

    def add(self, source: Played | Detail) -> None:
        """Another answer; a later one to the same question takes its place."""
        if isinstance(source, Played):
            cell = _of_played(source, whole=self.benchmark == OSWORLD)
        else:
            row = plain(source.group or source.application or source.task_filename or "all")
            known = self.cells.get(source.id)
            cell = _of_detail(
                source, row, known.column if known else str(self._rows.get(row, 0) + 1)
            )
        if cell.id not in self.cells:
            self._rows[cell.row] = self._rows.get(cell.row, 0) + 1
        self._columns.setdefault(cell.column, 0)
        self.cells[cell.id] = cell
        self.places[cell.row, cell.column] = cell.id

    def at(self, row: str, column: str) -> Cell | None:
        return self.cells.get(self.places.get((row, column), ""))

    @property
    def rows(self) -> list[str]:
        return sorted(self._rows) if self.kind == "tasks" else list(self._rows)

    @property
    def columns(self) -> list[str]:
        return sorted(self._columns, key=int)

    def of_row(self, row: str) -> tuple[int, int]:
        """How many are right, of how many."""
        found = [cell for column in self._columns if (cell := self.at(row, column))]
        return sum(cell.right for cell in found), sum(cell.counts for cell in found)

    @property
    def right(self) -> int:
        return sum(cell.right for cell in self.cells.values())

    @property
    def counted(self) -> int:
        """Of how many."""
        return sum(cell.counts for cell in self.cells.values())

    @property
    def share(self) -> float:
        return self.right / self.counted if self.counted else 0.0

    @property
    def interval(self) -> Interval:
        return wilson(self.right, self.counted)

    @property
    def finished(self) -> bool | None:
        """None where nobody wrote down how many there were to be."""
        return None if self.total is None else len(self.cells) >= self.total

    @property
    def seconds(self) -> float | None:
        """The mean of an answer."""
        took = [cell.seconds for cell in self.cells.values() if cell.seconds is not None]
        return fmean(took) if took else None

    def curve(self) -> list[tuple[float, float]]:
        """The share of right answers after so many seconds of work, one answer after the other."""
        points, spent, right = [], 0.0, 0
        counted = [cell for cell in self.cells.values() if cell.counts]
        for number, cell in enumerate(counted, 1):
            spent += cell.seconds or 0.0
            right += cell.right
            points.append((spent, right / number))
        return points


def load_board(folder: Path) -> Board:
    """Read a results folder, also one that is being written to. Raises UsageError where it holds
    none, or damaged ones."""
    try:
        settings = (folder / _FILES[0]).read_bytes()
        changed = max(
            (folder / name).stat().st_mtime for name in _FILES if (folder / name).exists()
        )
    except OSError as error:
        raise UsageError(
            f"{folder} holds no results.", "Name the folder that was given to --out."
        ) from error
    board = _grounding(load_run(folder)) if b'"data_sha256"' in settings else _tasks(folder)
    board.changed = changed
    return board


def find_results(root: Path, *, everywhere: bool = False) -> Iterator[Path]:
    """Folders with results: where the commands put them below `root`, or anywhere in it."""
    tops = [root] if everywhere else [root / "bench", root / "evaluations"]
    for top in tops:
        for place, folders, files in os.walk(top):
            deep = len(Path(place).relative_to(top).parts)
            if _FILES[0] in files and (_FILES[1] in files or WANTED in files):
                yield Path(place)
                folders.clear()
            folders[:] = [] if deep == DEPTH else sorted(f for f in folders if f[0] not in "._")


def board_of(run: Run) -> Board:
    """An evaluation without its answers."""
    settings = run.settings
    parts = (settings.grounder, settings.resolution, "zoom" * settings.zoom)
    name = plain(" ".join(part for part in parts if part))
    data = f"{settings.dataset} {settings.data_sha256[:8]}"
    board = Board(run.folder, "ground", name, settings.dataset, data)
    board.total = settings.limit
    return board


def _grounding(run: Run) -> Board:
    board = board_of(run)
    for detail in run.details:
        board.add(detail)
    if (run.folder / "result.json").exists():
        board.total = len(board.cells)
    return board


def _tasks(folder: Path) -> Board:
    results = load_results(folder)
    told = results.settings
    name = plain(told.get("planner", "?"))
    known = ("planner", "limits", "benchmark")
    others = [f"{key} {value}" for key, value in told.items() if key not in known]
    benchmark = told.get("benchmark", "MiniWoB++")
    about = plain(", ".join([benchmark, told.get("limits", ""), *others]))
    board = Board(folder, "tasks", name, about, benchmark)
    wanted = Wanted.of(folder)
    for task, seed in wanted.episodes if wanted else ():
        board.expect(task, str(seed))
    for played in results.played:
        board.add(played)
    if wanted:
        keys = {f"{task} {seed}" for task, seed in wanted.episodes}
        board.total = len(keys | set(board.cells))
    return board


def _of_played(played: Played, *, whole: bool) -> Cell:
    """With `whole` a part of the reward is not right."""
    sign, why = "✗", f": {played.message}" if played.message and not played.success else ""
    full = played.raw_reward >= 1
    if played.success:
        sign = "✓" if full else "~"
    elif played.stop in ("worker_killed", NOT_PREPARED):
        sign = "!"
    return Cell(
        id=f"{played.task} {played.seed}",
        row=played.task,
        column=str(played.seed),
        right=full if whole else played.success,
        sign=sign,
        seconds=played.seconds,
        told=plain(played.line() + why),
        source=played,
        counts=played.stop != NOT_PREPARED,
    )


def _of_detail(detail: Detail, row: str, column: str) -> Cell:
    off = distance(detail)
    told = {"correct": "right", "wrong": "wrong", "wrong_format": "no point"}[detail.correctness]
    parts = [
        f"{told}: “{detail.prompt_to_evaluate}”",
        f"{off:.0f} px off" if off else "",
        f"{detail.seconds:.2f} s" if detail.seconds is not None else "",
        detail.reason,
        detail.id,
    ]
    return Cell(
        id=detail.id,
        row=row,
        column=column,
        right=detail.correctness == "correct",
        sign={"correct": "✓", "wrong": "✗", "wrong_format": "?"}[detail.correctness],
        seconds=detail.seconds,
        told=plain(", ".join(part for part in parts if part)),
        source=detail,
    )
