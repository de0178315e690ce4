"""A list of many episodes, fast: what their first and last lines say, cached in SQLite.

The folders are the truth; the cache may be deleted, damaged or out of date at any time. Each entry
is kept with the size and the time of its file, and made anew where these differ. Prevents: a list
that takes minutes, or one that tells of episodes which are no longer there.
"""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from handeye.actions import Value
from handeye.episodes.envelope import EVENTS_FILE, is_sealed, parse_object
from handeye.episodes.home import list_episodes

INDEX_FILE = ".index.sqlite3"
_VERSION = 2  # of the table below: another one is thrown away
_TAIL = 1 << 16  # bytes from the end of a file in which its last line is looked for first
_COLUMNS = ("id", "stamp", "task", "url", "env", "planner", "started", "steps", "reason", "ok",
            "seconds")  # fmt: skip
_TABLE = f"create table entry ({', '.join(_COLUMNS)}, primary key (id)) without rowid"


class Entry(Value):
    """One episode in a list. `reason` is "" where the recording stops before the run ended,
    and "damaged" where its first or last line cannot be read. `started` is in Unix seconds: where
    no line tells it, when the file was last written."""

    id: str
    stamp: str
    task: str = ""
    url: str = ""
    env: str = ""
    planner: str = ""
    started: float = 0.0
    steps: int = 0
    reason: str = ""
    ok: bool = False
    seconds: float = 0.0


def list_entries(home: Path) -> list[Entry]:
    """All episodes in a folder, oldest first; brings the cache there up to date."""
    stamps = {
        name: stamp for name in list_episodes(home) if (stamp := _stamp(f"{home}{os.sep}{name}"))
    }
    try:
        with closing(_connect(home)) as cache:
            return _cached(cache, home, stamps)
    except sqlite3.Error:  # damaged, locked by another process, or in a folder that is read-only
        with suppress(OSError):
            if not _is_database(home / INDEX_FILE):
                (home / INDEX_FILE).unlink(missing_ok=True)
        return [_look(home, name, stamp) for name, stamp in stamps.items()]


def _connect(home: Path) -> sqlite3.Connection:
    cache = sqlite3.connect(home / INDEX_FILE, timeout=2.0)
    try:
        (version,) = cache.execute("pragma user_version").fetchone()
        if version != _VERSION:
            with cache:
                cache.execute("drop table if exists entry")
                cache.execute(_TABLE)
                cache.execute(f"pragma user_version = {_VERSION}")
    except sqlite3.Error:
        cache.close()
        raise
    return cache


def _cached(cache: sqlite3.Connection, home: Path, stamps: dict[str, str]) -> list[Entry]:
    query = f"select {', '.join(_COLUMNS)} from entry"
    known = {row[0]: row for row in cache.execute(query)}
    entries, fresh = [], []
    for name, stamp in stamps.items():
        row = known.get(name)
        if row is not None and row[1] == stamp:
            entries.append(_row(row))
            continue
        entries.append(_look(home, name, stamp))
        fresh.append(tuple(getattr(entries[-1], column) for column in _COLUMNS))
    gone = [(name,) for name in known.keys() - stamps.keys()]
    if fresh or gone:
        with cache:
            cache.executemany("delete from entry where id = ?", gone)
            marks = ", ".join("?" * len(_COLUMNS))
            cache.executemany(f"insert or replace into entry values ({marks})", fresh)
    return entries


def _row(row: tuple[Any, ...]) -> Entry:
    """An entry as it was put into the cache; not validated again, which would take most time."""
    values = dict(zip(_COLUMNS, row, strict=True))
    return Entry.model_construct(**values | {"ok": bool(values["ok"])})


def _stamp(folder: str) -> str:
    """Size and time of an episode's file; "" where it went away."""
    try:
        found = os.stat(f"{folder}{os.sep}{EVENTS_FILE}")
    except OSError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}"


def _look(home: Path, name: str, stamp: str) -> Entry:
    """What the first and the last whole line of an episode say."""
    written = int(stamp.partition("-")[2]) / 1e9
    damaged = Entry(id=_text(name), stamp=stamp, started=written, reason="damaged")
    try:
        first, last = _ends(home / name / EVENTS_FILE)
    except OSError:
        return damaged
    begun, ended = _event(first), _event(last)
    if (first and not begun) or (last and not ended):
        return damaged
    over = ended.get("kind") == "run_ended"
    began, until = (parse_object(line).get("time", written) for line in (first, last))
    steps = ended.get("steps", 0) if over else ended.get("step", -1) + 1
    return Entry(
        id=_text(name),
        stamp=stamp,
        task=str(begun.get("task", "")),
        url=str(begun.get("url", "")),
        env=str(begun.get("env", "")),
        planner=str(begun.get("planner", "")),
        started=began,
        steps=steps,
        reason=str(ended.get("reason", "")) if over else "",
        ok=bool(over and ended.get("ok")),
        seconds=max(0.0, until - began),
    )


def _ends(path: Path) -> tuple[bytes, bytes]:
    """The first and the last whole line of a file; empty where it has none."""
    with path.open("rb") as file:
        first = file.readline()
        size = file.seek(0, os.SEEK_END)
        reach, last, found = _TAIL, b"", b""
        while not found:
            start = max(0, size - reach)
            file.seek(start)
            whole, _, _ = file.read().rpartition(b"\n")
            _, found, last = whole.rpartition(b"\n")
            if start == 0:
                break
            reach *= 8
    return (first.rstrip(b"\n") if first.endswith(b"\n") else b""), last


def _event(line: bytes) -> dict[str, Any]:
    if not line or not is_sealed(line):
        return {}
    event = parse_object(line).get("event")
    return event if isinstance(event, dict) else {}


def _text(name: str) -> str:
    """A folder's name may be any bytes; SQLite and JSON take text."""
    return name.encode("utf-8", "replace").decode()


def _is_database(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as cache:
            cache.execute("select count(*) from entry").fetchone()
    except sqlite3.DatabaseError as error:
        return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
    return True
