"""What came of each MiniWoB++ episode, kept as lines of JSON in a results folder.

Prevents: results lost or counted twice after a kill, and results of other settings mixed in.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from handeye.actions import Value
from handeye.actions.errors import UsageError
from handeye.grounding.calls import Usage

NOT_PREPARED = "not_prepared"
"""The stop of a task that could not be set up: nobody was asked to do it."""
OSWORLD = "OSWorld"
"""The benchmark in the settings of such results; those of MiniWoB++ name none."""
AGAIN = ("backend_failed", NOT_PREPARED)
"""Stops after which the same command plays the episode again."""
_told = TypeAdapter(dict[str, str])
SETTINGS, RESULTS, EPISODES = "settings.json", "results.jsonl", "episodes"


class Played(Value):
    """One episode. `stop` is "task_ended" when the page judged, "worker_killed" when the worker
    took too long or died again and again, else why the loop stopped."""

    task: str
    seed: int
    done: bool
    raw_reward: float
    reward: float
    steps: int
    seconds: float
    usage: Usage = Usage()
    repairs: int = 0
    stop: str
    message: str = ""

    @property
    def success(self) -> bool:
        return self.raw_reward > 0

    def line(self) -> str:
        verdict = "solved" if self.success else "failed"
        why = f": {self.message}" if self.stop in AGAIN else ""
        return (
            f"{verdict} {self.task} {self.seed}: reward {self.raw_reward:g}, {self.steps} steps, "
            f"{self.seconds:.1f} s, {self.stop}{why}"
        )


class BenchResults(Value):
    """A results folder as it was when it was read."""

    folder: Path
    settings: dict[str, str]
    played: tuple[Played, ...]

    def episode(self, played: Played) -> Path:
        """The folder of its recording, which is missing when the browser never began."""
        return self.folder / EPISODES / f"{played.task}-{played.seed}"


def load_results(folder: Path) -> BenchResults:
    """Read a results folder, also one that is being written to.

    Raises UsageError when it holds no results, or damaged ones.
    """
    try:
        settings = _told.validate_json((folder / SETTINGS).read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"{folder} holds no benchmark results.", "Name the folder given to --out."
        ) from error
    last = {(each.task, each.seed): each for each in _whole_lines(folder / RESULTS)[0]}
    return BenchResults(folder=folder, settings=settings, played=tuple(last.values()))


class Results:
    """The results in `folder`, of one planner with one set of limits, to add to.

    Raises UsageError when the folder has results of other settings, or damaged ones.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / RESULTS
        played, size = _whole_lines(self._file)
        kept = folder / SETTINGS
        if not kept.exists() or not played:
            part = kept.with_name(kept.name + ".part")
            part.write_text(json.dumps(settings, indent=1), encoding="utf-8")
            part.replace(kept)
        elif load_results(folder).settings != settings:
            raise UsageError(f"{folder} has results of other settings.", "Name another --out.")
        if self._file.exists() and size != self._file.stat().st_size:
            with self._file.open("r+b") as file:
                file.truncate(size)
        self._by_episode = {(each.task, each.seed): each for each in played}

    @property
    def played(self) -> tuple[Played, ...]:
        return tuple(self._by_episode.values())

    def missing(self, task: str, seed: int) -> bool:
        """Whether the episode must be played, again too where nobody could try."""
        known = self._by_episode.get((task, seed))
        return known is None or known.stop in AGAIN

    def add(self, played: Played) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(played.model_dump_json() + "\n")
        self._by_episode[played.task, played.seed] = played


def _whole_lines(file: Path) -> tuple[list[Played], int]:
    """The results, and the bytes that their lines take; half a line was left by a kill."""
    if not file.exists():
        return [], 0
    data = file.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    played = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            played.append(Played.model_validate_json(line))
        except ValidationError as error:
            raise UsageError(
                f"{file}, line {number} is no result: {error.errors()[0]['msg']}.",
                "Take the line out: its episode is then played again.",
            ) from error
    return played, len(whole)
