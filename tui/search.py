"""Finds episodes in a list: words, and filters such as `status:failed` or `date:2026-11`.

Prevents: a list of ten thousand recordings in which the one that matters is looked for by eye.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from handeye.episodes.keep import Entry

STATUSES = ("", "ok", "failed", "unfinished")

SORTS: dict[str, Callable[[Entry], tuple[object, ...]]] = {
    "newest": lambda entry: (-entry.started,),
    "oldest": lambda entry: (entry.started,),
    "slowest": lambda entry: (-entry.seconds,),
    "most steps": lambda entry: (-entry.steps,),
    "status": lambda entry: (entry.ok, entry.reason, -entry.started),
    "task": lambda entry: (entry.task.casefold(), -entry.started),
}


def status(entry: Entry) -> str:
    """ok, failed, unfinished or damaged."""
    if entry.ok:
        return "ok"
    if entry.reason == "damaged":
        return "damaged"
    return "failed" if entry.reason else "unfinished"


def when(entry: Entry) -> str:
    return f"{datetime.fromtimestamp(entry.started):%Y-%m-%d %H:%M}" if entry.started else ""


_FILTERS: dict[str, Callable[[Entry], str]] = {
    "status": lambda entry: f"{status(entry)} {entry.reason}",
    "env": lambda entry: entry.env,
    "model": lambda entry: entry.planner,
    "task": lambda entry: entry.task,
    "date": when,
    "url": lambda entry: entry.url,
}
FILTERS = tuple(_FILTERS)


def matching(entries: Sequence[Entry], query: str, sort: str = "newest") -> list[Entry]:
    """The episodes that fit every word and filter of the query, sorted."""
    wanted = [_condition(word.casefold()) for word in query.split()]
    found = [entry for entry in entries if all(fits(entry) for fits in wanted)]
    return sorted(found, key=SORTS[sort])


def _condition(word: str) -> Callable[[Entry], bool]:
    name, colon, value = word.partition(":")
    if colon and name in _FILTERS:
        part = _FILTERS[name]
        return lambda entry: value in part(entry).casefold()
    return lambda entry: word in f"{entry.id} {entry.task} {entry.url}".casefold()


def misspelt(query: str) -> str:
    """The first word that looks like a filter and is none; a port or a scheme is none."""
    pairs = [word.partition(":") for word in query.split()]
    names = [name for name, colon, rest in pairs if colon and name.isalpha() and rest[:2] != "//"]
    return next((name for name in names if name.casefold() not in FILTERS), "")


def with_status(query: str, wanted: str) -> str:
    """The query with another status filter; "" takes it away."""
    words = [word for word in query.split() if not word.startswith("status:")]
    return " ".join([*words, f"status:{wanted}"] if wanted else words)
