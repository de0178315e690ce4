"""Measuring in a run's folder: what was not answered yet is asked, and each answer kept at once.

Prevents: two ways to measure, of which one forgets a check or the official file.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from handeye.actions.errors import UsageError
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.items import Dataset, Item
from handeye.grounding.evaluate.run import OFFICIAL_FILE, Results, Run, write_official


class How(NamedTuple):
    """What makes a run faster, and none of its answers others.

    concurrency: questions to a remote model at the same time, or workers on Ray (0: one a
    processor). batch: questions that a local model answers at once. ray: the cluster's address,
    "local" for one on this machine, "" for none.
    """

    concurrency: int = 0
    batch: int = 1
    ray: str = ""

    def check(self, grounder: str, *, zoom: bool) -> None:
        """Raises UsageError where the grounder cannot be asked like that."""
        remote = grounder.removeprefix("zoom:").startswith("remote:")
        if self.concurrency > 1 and not (self.ray or remote):
            raise UsageError(
                "Only remote models are asked in parallel.", "Leave the concurrency at 1."
            )
        if self.batch > 1 and self.ray:
            raise UsageError("On Ray each worker asks one by one.", "Leave the batch at 1.")
        if self.batch > 1 and (zoom or not grounder.startswith("phi4:")):
            raise UsageError(
                "Only phi4:PATH without zoom answers in batches.", "Leave the batch at 1."
            )


def default_folder(
    dataset: str, grounder: str, *, zoom: bool = False, resolution: str = ""
) -> Path:
    """Where a run goes that nobody named a folder for."""
    place = Path("evaluations") / slug(f"{dataset}-{grounder}{'-zoom' * zoom}")
    return place / slug(resolution) if resolution else place


def slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")[:80]


def unanswered_items(run: Run, dataset: Dataset) -> list[Item]:
    """The items of the run that have no answer yet."""
    answered = {detail.id for detail in run.details}
    return [item for item in dataset.items[: run.settings.limit] if item.id not in answered]


def measure(run: Run, dataset: Dataset, how: How) -> Generator[Detail, None, None]:
    """The answers to what is left, as they come, each on the disk before it is given; the official
    file at the end. Raises UsageError, BackendError."""
    items = dataset.items[: run.settings.limit]
    answered = {detail.id: detail for detail in run.details}
    left = unanswered_items(run, dataset)
    if left:
        asked = _asked(run, left, dataset, how)
        with Results(run) as results:
            for detail in asked:
                results.add(detail)
                answered[detail.id] = detail
                yield detail
    details = tuple(answered[item.id] for item in items)
    write_official(run.folder / OFFICIAL_FILE, details, run.settings)


def _asked(run: Run, left: Sequence[Item], dataset: Dataset, how: How) -> Iterator[Detail]:
    if how.ray:
        from handeye.grounding.evaluate.spread import ask_on_ray

        return ask_on_ray(left, run.settings, dataset, how.ray, how.concurrency)
    from handeye.grounding.evaluate.runner import ask_all
    from handeye.grounding.evaluate.settings import open_ask

    return ask_all(left, open_ask(run.settings, dataset), how.concurrency, how.batch)
