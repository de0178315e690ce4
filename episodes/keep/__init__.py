"""Keeping many episodes: list, verify, compare, pack into one file, remove old ones."""

from handeye.episodes.keep.archive import pack, unpack
from handeye.episodes.keep.diff import StepDiff, diff_episodes
from handeye.episodes.keep.index import Entry, list_entries
from handeye.episodes.keep.prune import Doomed, choose_doomed, remove, size_of
from handeye.episodes.keep.verify import verify_episode

__all__ = [
    "Doomed",
    "Entry",
    "StepDiff",
    "choose_doomed",
    "diff_episodes",
    "list_entries",
    "pack",
    "remove",
    "size_of",
    "unpack",
    "verify_episode",
]
