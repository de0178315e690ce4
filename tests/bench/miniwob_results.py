"""What came of each MiniWoB++ episode, kept as lines of JSON, and the report on all of them."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import sqrt
from pathlib import Path
from statistics import mean

from tests.bench.figures import machine

from handeye.actions import Value
from handeye.actions.errors import UsageError
from handeye.grounding.calls import Usage

Z_95 = 1.959964


class Played(Value):
    """One episode. `stop` is "task_ended" when the page judged, else why the loop stopped."""

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
        return (
            f"{verdict} {self.task} {self.seed}: reward {self.raw_reward:g}, {self.steps} steps, "
            f"{self.seconds:.1f} s, {self.stop}"
        )


class Results:
    """The results in `folder`, of one planner with one set of limits.

    Raises UsageError when the folder has results of other settings.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "results.jsonl"
        kept = folder / "settings.json"
        if not kept.exists():
            kept.write_text(json.dumps(settings, indent=1), encoding="utf-8")
        elif json.loads(kept.read_text(encoding="utf-8")) != settings:
            raise UsageError(f"{folder} has results of other settings.", "Name another --out.")
        self._by_episode = {(each.task, each.seed): each for each in self._read()}

    @property
    def played(self) -> tuple[Played, ...]:
        return tuple(self._by_episode.values())

    def missing(self, task: str, seed: int) -> bool:
        """Whether the episode must be played, again if only the model's server had failed."""
        known = self._by_episode.get((task, seed))
        return known is None or known.stop == "backend_failed"

    def add(self, played: Played) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(played.model_dump_json() + "\n")
        self._by_episode[played.task, played.seed] = played

    def _read(self) -> list[Played]:
        """The whole lines; half a line, left by a kill, is cut off."""
        if not self._file.exists():
            return []
        text = self._file.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            self._file.write_text(whole, encoding="utf-8")
        return [Played.model_validate_json(line) for line in whole.splitlines()]


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927, JASA 22, 209–212)."""
    share, square = hits / count, Z_95**2 / count
    middle = (share + square / 2) / (1 + square)
    half = Z_95 * sqrt(share * (1 - share) / count + square / count / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def report(settings: Mapping[str, str], played: Collection[Played]) -> str:
    """Everything that was played, in Markdown."""
    by_task: dict[str, list[Played]] = defaultdict(list)
    for each in sorted(played, key=lambda each: (each.task, each.seed)):
        by_task[each.task].append(each)
    if not by_task:
        return "Nothing was played.\n"
    seeds = sorted({each.seed for each in played})
    lines = [
        f"MiniWoB++, {settings['planner']}: {len(by_task)} tasks, seeds {seeds[0]} to {seeds[-1]} "
        f"({len(seeds)}), at most {settings['limits']}; {machine()}",
        "",
        *_row("", "solved", "of", "share", "95 %", "in full", "reward", "steps", "s", "tokens"),
        "|---" * 10 + "|",
        *_row("**all**", *_figures(list(played))),
        *(line for task, those in by_task.items() for line in _row(task, *_figures(those))),
        "",
        *_stops(played),
    ]
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> list[str]:
    return ["| " + " | ".join(cells) + " |"]


def _figures(played: Sequence[Played]) -> tuple[str, ...]:
    count, hits = len(played), sum(each.success for each in played)
    low, high = wilson(hits, count)
    tokens = mean(each.usage.prompt_tokens + each.usage.completion_tokens for each in played)
    return (
        str(hits),
        str(count),
        f"{hits / count:.3f}",
        f"{low:.3f}–{high:.3f}",
        str(sum(each.raw_reward >= 1 for each in played)),
        f"{mean(each.raw_reward for each in played):.2f}",
        f"{mean(each.steps for each in played):.1f}",
        f"{mean(each.seconds for each in played):.1f}",
        f"{tokens:.0f}",
    )


def _stops(played: Collection[Played]) -> list[str]:
    """How the episodes that were not solved ended."""
    counts: dict[str, int] = defaultdict(int)
    for each in played:
        if not each.success:
            counts[each.stop] += 1
    told = ", ".join(f"{stop} {count}" for stop, count in sorted(counts.items()))
    return [f"Not solved: {told}."] if told else []
