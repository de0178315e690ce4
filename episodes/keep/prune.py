"""Which episodes to remove, and removing them: chosen first, so that a person can look.

Prevents: a recording that is removed while it is written, or half removed after a crash.
"""

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from handeye.actions import Value
from handeye.actions.errors import RecordingError
from handeye.episodes.claim import held_by
from handeye.episodes.keep.index import Entry, list_entries

_DAY = 86_400.0


class Doomed(Value):
    """An episode that is to be removed, and how many bytes that frees."""

    entry: Entry
    size: int


def choose_doomed(
    home: Path, *, keep: int | None = None, days: float | None = None, failed: bool = False
) -> list[Doomed]:
    """The episodes beyond the newest `keep`, older than `days`, and of runs that did not succeed.

    What is given must all hold; nothing given chooses nothing. Those that are being written stay.
    """
    entries = list_entries(home)
    if keep is None and days is None and not failed:
        return []
    newest = {entry.id for entry in entries[len(entries) - keep :]} if keep else set()
    limit = time.time() - days * _DAY if days is not None else None
    chosen = [
        entry
        for entry in entries
        if entry.id not in newest
        and (limit is None or entry.started < limit)
        and not (failed and entry.ok)
        and held_by(home / entry.id) is None
    ]
    return [Doomed(entry=entry, size=size_of(home / entry.id)) for entry in chosen]


def remove(home: Path, doomed: Iterable[Doomed]) -> None:
    """Remove episodes. Raises RecordingError when one cannot be removed."""
    for leftover in home.glob(".removing-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    for each in doomed:
        folder = home / each.entry.id
        hidden = home / f".removing-{each.entry.id}"
        try:
            folder.rename(hidden)  # at once, so that no list ever shows half an episode
            shutil.rmtree(hidden)
        except OSError as error:
            raise RecordingError(
                f"Cannot remove {folder}: {error.strerror}.", "Check the permissions."
            ) from error


def size_of(folder: Path) -> int:
    """How many bytes the files in a folder have, as far as they are there and can be seen."""
    size = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += os.lstat(f"{where}{os.sep}{name}").st_size
    return size
