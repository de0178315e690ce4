"""Where a replay or a fork parts from the run that it is of.

Prevents: looking for that step by hand, in two traces.
"""

from itertools import dropwhile
from pathlib import Path

from handeye.actions.errors import EpisodeError
from handeye.episodes import Episode, find_episode, open_episode
from handeye.episodes.keep import diff_episodes

_NONE = "This is no replay and no fork: compare two runs with c in the list."


def first_divergence(episode: Episode) -> tuple[int | None, str]:
    """The step, and what to say. Raises EpisodeError where the first run is not there any more."""
    settings = episode.started.settings if episode.started else {}
    first = settings.get("replay_of") or settings.get("fork_of") or ""
    if not first:
        return None, _NONE
    rows = diff_episodes(_recorded(episode, first), episode)
    if "replay_of" in settings:  # from a later step on, it lacks those before
        rows = list(dropwhile(lambda row: row.kind == "only_first", rows)) or rows
    row = next((row for row in rows if row.kind != "same"), None)
    if row is None:
        return None, f"Every step is as in {first}."
    if row.second is None:
        return max(0, len(episode.steps) - 1), f"Not done of {first}: {row.what_first}"
    told = f"In {first}: {row.what_first}" if row.first else f"{first} has no such step."
    return row.second - 1, told


def _recorded(episode: Episode, first: str) -> Episode:
    beside = Path(episode.path).parent / first
    try:
        return open_episode(beside if beside.is_dir() else find_episode(first))
    except EpisodeError as error:
        raise EpisodeError(
            f"{first}, which this one is of, cannot be read: {error.message}", error.fix
        ) from error
