"""Runs side by side: which questions they share, and how they differ on those.

Prevents: scores compared that are of other items.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.intervals import Difference, paired_bootstrap
from handeye.grounding.evaluate.run import Run, load_run
from handeye.grounding.evaluate.summary import Summary, summarize


class Compared(NamedTuple):
    """One run among others. gain: over the first of them; None for the first itself."""

    name: str
    run: Run
    details: tuple[Detail, ...]
    summary: Summary
    gain: Difference | None


def compare(folders: Sequence[Path]) -> list[Compared]:
    """The runs on the items that all of them have answered, each against the first.

    Raises UsageError for fewer than one run, other data, or no item in common.
    """
    runs = [load_run(folder) for folder in folders]
    if len({run.settings.data_sha256 for run in runs}) != 1:
        sets = ", ".join(f"{run.folder} ({run.settings.dataset})" for run in runs)
        raise UsageError(f"These runs are not of the same data: {sets}.", "Compare runs of one.")
    shared = set.intersection(*({detail.id for detail in run.details} for run in runs))
    if not shared:
        raise UsageError("These runs have no answered item in common.", "Let them go on first.")
    names = _names(runs)
    first = _shared(runs[0], shared)
    found = []
    for number, run in enumerate(runs):
        details = _shared(run, shared)
        gain = None
        if number:
            seed = run.settings.seed
            gain = paired_bootstrap(_right(first), _right(details), seed=seed)
        found.append(Compared(names[number], run, details, summarize(details), gain))
    return found


def pareto_front(costs: Sequence[tuple[float, float]]) -> list[int]:
    """Which of the (cost, accuracy) pairs no other one beats, cheapest first.

    Beaten: another is as cheap and as accurate at least, and better in one of both.
    """

    def beaten(cost: float, accuracy: float) -> bool:
        return any(
            other <= cost and better >= accuracy and (other, better) != (cost, accuracy)
            for other, better in costs
        )

    kept = [number for number, pair in enumerate(costs) if not beaten(*pair)]
    return sorted(kept, key=lambda number: costs[number])


def _shared(run: Run, ids: set[str]) -> tuple[Detail, ...]:
    """Sorted by id, so that position i is the same item in every run."""
    return tuple(sorted((d for d in run.details if d.id in ids), key=lambda detail: detail.id))


def _right(details: Sequence[Detail]) -> list[bool]:
    return [detail.correctness == "correct" for detail in details]


def _names(runs: Sequence[Run]) -> list[str]:
    """What was measured; with the folder where that is the same for several."""
    plain = []
    for run in runs:
        settings = run.settings
        parts = (settings.grounder, settings.resolution, "zoom" * settings.zoom)
        plain.append(" ".join(part for part in parts if part))
    return [
        name if plain.count(name) == 1 else f"{name} ({run.folder.resolve().name})"
        for name, run in zip(plain, runs, strict=True)
    ]
