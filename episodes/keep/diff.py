"""Two episodes side by side: which steps are the same, which changed, which only one has.

Prevents: two runs compared by reading two tables.
"""

from difflib import SequenceMatcher
from typing import Literal

from handeye.actions import Action, Value, describe, targets
from handeye.actions.errors import EpisodeCorruptError
from handeye.episodes.events import Intent
from handeye.episodes.reader import Episode, RecordedStep
from handeye.episodes.replay.patch import picture_difference
from handeye.episodes.replay.refind import label
from handeye.episodes.stored import load_frame
from handeye.episodes.views.summary import step_summary


class StepDiff(Value):
    """A step of the first episode, of the second, or of both. Numbers count from 1.

    `screens` is how unlike the two screens are, 0.0 to 1.0; None where there are not two.
    """

    kind: Literal["same", "changed", "only_first", "only_second"]
    first: int | None = None
    second: int | None = None
    what_first: str = ""
    what_second: str = ""
    screens: float | None = None


def diff_episodes(first: Episode, second: Episode) -> list[StepDiff]:
    """The steps of both, aligned by what was done to what."""
    rows: list[StepDiff] = []
    one, other = ([_key(step) for step in episode.steps] for episode in (first, second))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        shared = min(a2 - a1, b2 - b1)
        for at in range(shared):
            kind: Literal["same", "changed"] = "same" if tag == "equal" else "changed"
            rows.append(_pair(kind, first, a1 + at, second, b1 + at))
        for at in range(a1 + shared, a2):
            rows.append(StepDiff(kind="only_first", first=at + 1, what_first=_what(first, at)))
        for at in range(b1 + shared, b2):
            rows.append(StepDiff(kind="only_second", second=at + 1, what_second=_what(second, at)))
    return rows


def _pair(
    kind: Literal["same", "changed"], first: Episode, a: int, second: Episode, b: int
) -> StepDiff:
    return StepDiff(
        kind=kind,
        first=a + 1,
        second=b + 1,
        what_first=_what(first, a),
        what_second=_what(second, b),
        screens=_screens(first, first.steps[a], second, second.steps[b]),
    )


def _screens(
    first: Episode, one: RecordedStep, second: Episode, other: RecordedStep
) -> float | None:
    if one.observed is None or other.observed is None:
        return None
    if one.observed.frame == other.observed.frame:
        return 0.0
    try:
        return picture_difference(
            load_frame(first, one.observed), load_frame(second, other.observed)
        )
    except EpisodeCorruptError:
        return None


def _key(step: RecordedStep) -> tuple[str, ...]:
    """What was done to what, without where: the same step on a page that has moved is the same."""
    decided = step.intent or step.planned
    if decided is None:
        return ("look",)
    return _words(decided.action, step.intent)


def _words(action: Action, intent: Intent | None) -> tuple[str, ...]:
    under = [label(element) for element in intent.elements if element] if intent else []
    names = under or [target.phrase or str(target) for target in targets(action)]
    rest = action.model_dump(mode="json", exclude={"target", "path", "actions"})
    return (action.kind, *names, str(rest) if action.kind != "batch" else describe(action))


def _what(episode: Episode, at: int) -> str:
    summary = step_summary(episode, at)
    on = f" → {summary.target}" if summary.target and summary.target not in summary.what else ""
    return summary.what + on
