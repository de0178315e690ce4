"""Reads an episode: whole, torn by a crash, or damaged, and says which.

A last line without its end is dropped and reported (`torn`); a changed or missing line anywhere
is an error that names it. Prevents: a damaged recording that is replayed as if it were whole.
"""

import gzip
import hashlib
import re
import zlib
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from handeye.actions import Value, describe
from handeye.actions.errors import EpisodeCorruptError, EpisodeNotFoundError, EpisodeVersionError
from handeye.envs import Element, Screenshot
from handeye.episodes.envelope import (
    ELEMENTS_FOLDER,
    EVENTS_FILE,
    FRAMES_FOLDER,
    META_FILE,
    SCHEMA,
    SUFFIXES,
    Envelope,
    Meta,
    Recorded,
    is_newer_major,
    is_sealed,
    parse_object,
)
from handeye.episodes.events import (
    Acted,
    Grounded,
    Intent,
    Judged,
    Observed,
    Planned,
    Replied,
    RunEnded,
    RunStarted,
)
from handeye.episodes.result import Verdict
from handeye.grounding import Grounding

_HASH = re.compile(r"[0-9a-f]{64}")
_elements_adapter: TypeAdapter[tuple[Element, ...]] = TypeAdapter(tuple[Element, ...])

_E = TypeVar("_E", Observed, Planned, Judged, Intent, Acted, Replied)


class RecordedStep(Value):
    """The events of one step, counted from 0, with views of them; None where there was none."""

    index: int
    events: tuple[Recorded, ...]

    @property
    def observed(self) -> Observed | None:
        return self._last(Observed)

    @property
    def planned(self) -> Planned | None:
        return self._last(Planned)

    @property
    def groundings(self) -> tuple[Grounding, ...]:
        return tuple(r.event.grounding for r in self.events if isinstance(r.event, Grounded))

    @property
    def verdict(self) -> Verdict | None:
        judged = self._last(Judged)
        return judged.verdict if judged else None

    @property
    def intent(self) -> Intent | None:
        return self._last(Intent)

    @property
    def acted(self) -> Acted | None:
        return self._last(Acted)

    @property
    def replied(self) -> Replied | None:
        return self._last(Replied)

    def _last(self, kind: type[_E]) -> _E | None:
        return next((r.event for r in reversed(self.events) if isinstance(r.event, kind)), None)


class Episode(Value):
    """A recording. `torn`: its last line was cut off by a crash and has been dropped."""

    path: Path
    meta: Meta
    events: tuple[Recorded, ...]
    torn: bool

    @property
    def id(self) -> str:
        return self.path.resolve().name

    @property
    def started(self) -> RunStarted | None:
        return next((r.event for r in self.events if isinstance(r.event, RunStarted)), None)

    @property
    def ended(self) -> RunEnded | None:
        last = self.events[-1].event if self.events else None
        return last if isinstance(last, RunEnded) else None

    @property
    def finished(self) -> bool:
        return self.ended is not None

    @property
    def in_flight(self) -> Intent | None:
        """The last intent, when nothing says what became of it: its action may have happened."""
        for recorded in reversed(self.events):
            if isinstance(recorded.event, Acted):
                return None
            if isinstance(recorded.event, Intent):
                return recorded.event
        return None

    @property
    def steps(self) -> tuple[RecordedStep, ...]:
        groups: list[tuple[int, list[Recorded]]] = []
        fresh = True
        for recorded in self.events:
            index = getattr(recorded.event, "step", None)
            if index is None:
                fresh = True
                continue
            if fresh or groups[-1][0] != index:
                groups.append((index, []))
            fresh = False
            groups[-1][1].append(recorded)
        return tuple(RecordedStep(index=index, events=tuple(group)) for index, group in groups)


def read_episode(path: Path) -> Episode:
    """Read the episode in a folder.

    Raises EpisodeNotFoundError when the folder holds none, EpisodeVersionError when a newer
    handeye wrote it, EpisodeCorruptError when bytes were changed or lost.
    """
    meta, data = _read_meta(path), _read_file(path, EVENTS_FILE)
    lines = data.split(b"\n")
    events = tuple(_read_line(path, number, line) for number, line in enumerate(lines[:-1], 1))
    return Episode(path=path, meta=meta, events=events, torn=bool(lines[-1]))


def whole_events(path: Path) -> tuple[int, int]:
    """Where the last whole line of an episode ends, in bytes, and how many there are.

    Raises what `read_episode` raises.
    """
    count = len(read_episode(path).events)
    return _read_file(path, EVENTS_FILE).rfind(b"\n") + 1, count


def status_line(episode: Episode) -> str:
    """How the recording ends, in a sentence; for an unfinished one, what may have happened."""
    parts = []
    if episode.ended is not None:
        reason = episode.ended.reason.value.replace("_", " ")
        parts.append("The run succeeded." if episode.ended.ok else f"The run ended: {reason}.")
    elif not episode.events:
        parts.append("The recording stops before anything was done.")
    else:
        parts.append("The recording stops before the run ended.")
    if episode.in_flight is not None:
        what = describe(episode.in_flight.action)
        parts.append(
            f"Step {episode.in_flight.step + 1} was under way ({what}) and may have happened: "
            "look before you do it again."
        )
    elif not episode.finished:
        parts.append("No action was under way.")
    if episode.torn:
        parts.append("The last line was cut off and is left out.")
    return " ".join(parts)


def load_frame(episode: Episode, observed: Observed) -> Screenshot:
    """The picture of a step. Raises EpisodeCorruptError when it is missing or was changed."""
    name = f"{observed.frame}.{SUFFIXES[observed.format]}"
    data = _stored(episode, FRAMES_FOLDER, observed.frame, name)
    _verify(episode, FRAMES_FOLDER, name, data, observed.frame)
    return Screenshot(data=data, format=observed.format, space=observed.space)


def load_elements(episode: Episode, observed: Observed) -> tuple[Element, ...] | None:
    """The elements of a step; None where the environment listed none.

    Raises EpisodeCorruptError when the file is missing or was changed.
    """
    if not observed.elements:
        return None
    name = f"{observed.elements}.json.gz"
    packed = _stored(episode, ELEMENTS_FOLDER, observed.elements, name)
    try:
        data = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        data = b""
    _verify(episode, ELEMENTS_FOLDER, name, data, observed.elements)
    return _elements_adapter.validate_json(data)


def _read_file(path: Path, name: str) -> bytes:
    try:
        return (path / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise EpisodeNotFoundError(
            f"{path} is no episode: it has no {name}.", "Give the folder that handeye recorded."
        ) from None
    except OSError as error:
        raise EpisodeNotFoundError(
            f"Cannot read {path / name}: {error.strerror}.", "Check the permissions of the folder."
        ) from error


def _read_meta(path: Path) -> Meta:
    line = _read_file(path, META_FILE).rstrip(b"\n")
    found = parse_object(line)
    if is_newer_major(found.get("schema")):
        raise _too_new(path, found["schema"])
    if not is_sealed(line):
        raise EpisodeCorruptError(f"{path / META_FILE} was changed or cut off.", _RESTORE)
    return Meta.model_validate(found)


def _read_line(path: Path, number: int, line: bytes) -> Recorded:
    where = f"{path / EVENTS_FILE}, line {number}"
    if not is_sealed(line):
        raise EpisodeCorruptError(f"{where}: its checksum does not fit; bytes changed.", _RESTORE)
    schema = parse_object(line).get("schema") if number == 1 else None
    if is_newer_major(schema):
        raise _too_new(path, schema)
    try:
        envelope = Envelope.model_validate_json(line)
    except ValidationError as error:
        detail = error.errors()[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise EpisodeVersionError(
            f"{where}: this handeye (schema {SCHEMA}) does not know what is in {place or 'it'}: "
            f"{detail['msg']}.",
            "Install the handeye that recorded it, or a newer one.",
        ) from error
    if envelope.seq != number - 1:
        raise EpisodeCorruptError(
            f"{where}: it is event {envelope.seq} where event {number - 1} belongs; "
            "lines were lost or doubled.",
            _RESTORE,
        )
    return Recorded(seq=envelope.seq, time=envelope.time, event=envelope.event)


def _stored(episode: Episode, folder: str, sha256: str, name: str) -> bytes:
    path = episode.path / folder / name
    if not _HASH.fullmatch(sha256):
        raise EpisodeCorruptError(f"{sha256!r} in {episode.path} is no content hash.", _RESTORE)
    try:
        return path.read_bytes()
    except OSError as error:
        raise EpisodeCorruptError(f"Cannot read {path}: {error.strerror}.", _RESTORE) from error


def _verify(episode: Episode, folder: str, name: str, data: bytes, sha256: str) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EpisodeCorruptError(f"{episode.path / folder / name} was changed.", _RESTORE)


def _too_new(path: Path, schema: object) -> EpisodeVersionError:
    return EpisodeVersionError(
        f"{path} has schema {schema}; this handeye reads up to {SCHEMA}.",
        "Install a newer handeye: pip install --upgrade handeye",
    )


_RESTORE = "Restore the folder from a copy; the lines before it are still readable as text."
