"""Imported steps that have no place on a screen, of which a replay could repeat nothing.

Prevents: a success after no steps, and a recording that is repeated with a hole in it.
"""

import shlex

from handeye.actions.errors import UsageError
from handeye.episodes.reader import Episode


def unplaced(episode: Episode) -> list[int]:
    """The numbers, from 1, of steps that were imported as planned only; not those of opening the
    first page, which every replay does."""
    started = episode.started
    if started is None or not started.planner.startswith("imported:"):
        return []
    return [
        step.index + 1
        for step in episode.steps
        if step.planned is not None and step.intent is None
        and step.planned.action.kind != "done"
        and not (step.index == 0 and step.planned.action.kind == "goto")
    ]  # fmt: skip


def by_names(episode: Episode) -> str:
    """The command that does what was planned in an imported episode."""
    started = episode.started
    task, url = (started.task, started.url) if started else ("", "")
    words = [task or "the recorded task", "--url", url or "http://…"]
    return f"handeye run {shlex.join(words)} --planner scripted:{shlex.quote(episode.id)}"


def refuse_unplaced(episode: Episode) -> None:
    """Raises UsageError where a replay would leave out what the recording did."""
    if numbers := unplaced(episode):
        which = ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")
        raise UsageError(
            f"{episode.id} was imported without places on a screen for {len(numbers)} of its "
            f"{len(episode.steps)} steps ({which}), which cannot be repeated like that.",
            f"Find them by their names: {by_names(episode)}",
        )
