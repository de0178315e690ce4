"""Writes an episode so that a crash at any moment leaves a readable one.

Each event is one append of a whole line. What an intent says is on the disk (fsync) before
`emit` returns, so the action may be sent; tests/bench/bench_episodes.py measures what that costs.
A write that fails is taken back, so the file stays readable. Room for how a run ended is kept in
the claim's file, and given free when there is no other. Times run on from the start's, whatever is
done to the clock.
"""

import errno
import gzip
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Self

from pydantic import TypeAdapter

from handeye.actions.errors import RecordingError
from handeye.envs import Element, Observation, Outcome, Screenshot
from handeye.envs.interrupts import put_off
from handeye.episodes.claim import claim
from handeye.episodes.envelope import (
    DOWNLOADS_FOLDER,
    ELEMENTS_FOLDER,
    EVENTS_FILE,
    FRAMES_FOLDER,
    MANIFEST_FILE,
    META_FILE,
    SUFFIXES,
    Meta,
    encode_event,
    encode_meta,
)
from handeye.episodes.events import Acted, Event, Intent, Observed, RunEnded, RunStarted
from handeye.episodes.home import episodes_home
from handeye.episodes.manifest import make_manifest
from handeye.episodes.reader import whole_events
from handeye.episodes.result import RunResult, StopReason, Timing

elements_adapter: TypeAdapter[tuple[Element, ...]] = TypeAdapter(tuple[Element, ...])

_RESERVE = 64 * 1024
_MANIFEST_ENTRY = 192  # bytes, at most, for each file that is stored
_GZIP_LEVEL = 1  # the fastest; about 15 % more bytes than level 6
_NO_SPACE = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class Sink(Protocol):
    """Something that is told of every event of a run, in order."""

    def emit(self, event: Event) -> None: ...


def end_run(sink: Sink, result: RunResult) -> RunResult:
    """Tell how a run ended; where that cannot be recorded, this is how it ended."""
    try:
        sink.emit(RunEnded.of(result))
    except RecordingError as error:
        lost = {"ok": False, "reason": StopReason.RECORDING_FAILED, "message": str(error)}
        return result.model_copy(update=lost)
    return result


class EpisodeWriter:
    """Records into a folder: `episode.jsonl`, `meta.json`, `frames/`, `elements/`, `downloads/`;
    when the run is over, `manifest.json`.

    Without `path` the folder is new, in `episodes_home()`, and named after the time and the task.
    A `path` that holds an episode is continued after its last whole event.
    All methods raise RecordingError when the disk is full, read-only or otherwise fails.
    """

    def __init__(self, task: str = "", *, path: Path | None = None) -> None:
        self.path = path or episodes_home() / new_id(task)
        self.id = self.path.name.encode("utf-8", "replace").decode()  # a name may be any bytes
        self.downloads = self.path / DOWNLOADS_FOLDER
        self._stored: set[str] = set()  # names: one more with each step
        self._opened = time.monotonic()
        self._clock = time.time() - self._opened
        self._begun, self._steps = False, 0
        with _recording(self.path):
            for name in (FRAMES_FOLDER, ELEMENTS_FOLDER, DOWNLOADS_FOLDER):
                (self.path / name).mkdir(parents=True, exist_ok=True)
            self._claim = claim(self.path)
            with ExitStack() as undo:
                undo.callback(self._claim.unlink)
                self._open()
                undo.pop_all()
        self._keep_room(_RESERVE)

    def _open(self) -> None:
        """Write the meta file if there is none, cut off a torn line, and open for appending."""
        if not (self.path / META_FILE).exists():
            meta = Meta(id=self.id, created=self._clock + time.monotonic(), handeye=_version())
            self._put(self.path / META_FILE, encode_meta(meta))
        (self.path / MANIFEST_FILE).unlink(missing_ok=True)
        events = self.path / EVENTS_FILE
        self._at = whole_events(self.path) if events.exists() else (0, 0)
        self._file = events.open("ab", buffering=0)
        self._file.truncate(self._at[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """A run that was interrupted where nobody else tells of its end has one all the same."""
        try:
            if self._begun and kind is KeyboardInterrupt:
                message = "The run was interrupted."
                timing = Timing(total=time.monotonic() - self._opened)
                result = RunResult(
                    ok=False, reason=StopReason.INTERRUPTED, message=message, steps=self._steps,
                    timing=timing,
                )  # fmt: skip
                end_run(self, result)
        finally:
            self.close()

    def emit(self, event: Event) -> None:
        """Append one event. After an intent or the end of the run, wait for the disk.

        With the end of the run the manifest is written; where there is no room for it, the run
        has not ended. On a full disk what has happened is still written, where room was kept for
        it; an intent is not, as what it says is then not done.
        """
        with put_off(), _recording(self.path):
            self._refuse_if_touched()
            try:
                self._append(event)
            except OSError as error:
                if error.errno not in _NO_SPACE or isinstance(event, Intent):
                    raise
                self._give_room()
                self._append(event)
                if not isinstance(event, RunEnded):
                    raise

    def _append(self, event: Event) -> None:
        """Write a line, or nothing of it."""
        end, seq = self._at
        line = encode_event(event, seq, self._clock + time.monotonic())
        after = (end + len(line), seq + 1)
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[self._file.write(rest) :]
            if isinstance(event, (Intent, RunEnded)):
                os.fsync(self._file.fileno())
            if isinstance(event, RunEnded):
                self._put(self.path / MANIFEST_FILE, make_manifest(self.path))
            self._at = after
            self._follow(event)
        finally:
            if self._at is not after:
                self._file.truncate(end)

    def _follow(self, event: Event) -> None:
        if isinstance(event, (RunStarted, RunEnded)):
            self._begun = isinstance(event, RunStarted)
        elif isinstance(event, Acted):
            self._steps = event.step + 1

    def store_frame(self, screenshot: Screenshot) -> str:
        """Keep a picture, once; returns the SHA-256 of its bytes."""
        name = f"{screenshot.sha256}.{SUFFIXES[screenshot.format]}"
        self._store(self.path / FRAMES_FOLDER / name, screenshot.data)
        return screenshot.sha256

    def store_elements(self, elements: tuple[Element, ...]) -> str:
        """Keep a list of elements, once; returns the SHA-256 of its JSON before compression."""
        data = elements_adapter.dump_json(elements)
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path / ELEMENTS_FOLDER / f"{sha256}.json.gz"
        if path.name not in self._stored:
            self._store(path, gzip.compress(data, _GZIP_LEVEL, mtime=0))
        return sha256

    def observed(self, step: int, seen: Observation) -> Observed:
        """Keep the frame and elements of a look at the screen; returns its event, not emitted."""
        return Observed(
            step=step,
            frame=self.store_frame(seen.screenshot),
            format=seen.screenshot.format,
            space=seen.screenshot.space,
            url=seen.url,
            title=seen.title,
            tabs=seen.tabs,
            dialogs=seen.dialogs,
            downloads=seen.downloads,
            blocked=seen.blocked,
            settled=seen.settled,
            elements="" if seen.elements is None else self.store_elements(seen.elements),
        )

    def acted(self, step: int, outcome: Outcome) -> Acted:
        """Keep the closer look, if there is one; returns the event of an outcome, not emitted."""
        closer = outcome.closer_look
        return Acted(
            step=step,
            sent=outcome.sent,
            seconds=outcome.seconds,
            error=outcome.error,
            note=outcome.note,
            closer_look="" if closer is None else self.store_frame(closer),
        )

    def close(self) -> None:
        """Close the file and give the folder free. May be called twice."""
        if self._file.closed:
            return
        with _recording(self.path):
            self._file.close()
        with suppress(OSError):  # the claim is void as soon as this process has ended
            self._claim.unlink()

    def _keep_room(self, size: int) -> None:
        """So much more; on a disk without it a run has none to end with."""
        with suppress(OSError), self._claim.open("ab", buffering=0) as file:
            file.write(os.urandom(size))

    def _give_room(self) -> None:
        with suppress(OSError):
            os.truncate(self._claim, 0)

    def _refuse_if_touched(self) -> None:
        """Nothing is appended to a file that another program has cut, written to or removed: its
        whole lines can still be read, and what would be added could not."""
        found = os.fstat(self._file.fileno())
        if found.st_nlink and found.st_size == self._at[0]:
            return
        how = "changed" if found.st_nlink else "removed"
        raise RecordingError(
            f"Another program has {how} {self.path / EVENTS_FILE} while it was recorded.",
            "What was recorded before is kept as far as it is there.",
        )

    def _store(self, path: Path, data: bytes) -> None:
        if path.name in self._stored:
            return
        with _recording(self.path):
            if not path.exists():
                self._put(path, data)
                self._keep_room(_MANIFEST_ENTRY)
        self._stored.add(path.name)

    def _put(self, path: Path, data: bytes) -> None:
        """Write a file that is either whole or not there."""
        part = path.with_name(path.name + ".part")
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def new_id(task: str) -> str:
    """A name that sorts by time, tells the task and is free: 20260131-142501-042-desk-lamp-9f3c."""
    now = datetime.now(UTC)
    slug = re.sub(r"[^a-z0-9]+", "-", task.lower()[:200])[:32].strip("-") or "run"
    stamp = f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}"
    return f"{stamp}-{slug}-{secrets.token_hex(2)}"


@contextmanager
def _recording(folder: Path) -> Iterator[None]:
    """Turn an OSError into a RecordingError that says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in _NO_SPACE
        fix = "Free some space there" if full else "Make the folder writable"
        raise RecordingError(
            f"Cannot write the episode {folder}: {error.strerror or error}.",
            f"{fix}, or set HANDEYE_HOME to another folder.",
        ) from error


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("handeye")
    except PackageNotFoundError:
        return ""
