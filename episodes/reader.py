"""Reads an episode: whole, torn by a crash, or damaged, and says which.

A last line without its end is dropped and reported (`torn`); a changed or missing line anywhere
is an error that names it. Prevents: a damaged recording that is replayed as if it were whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar, overload

from handeye.actions import Value, describe
from handeye.actions.errors import EpisodeCorruptError, EpisodeNotFoundError
from handeye.episodes.envelope import (
    EVENTS_FILE,
    META_FILE,
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
from handeye.episodes.lines import RESTORE, Lines, too_new
from handeye.episodes.result import Verdict
from handeye.grounding import Grounding

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

    @property
    def sent_at(self) -> float:
        """When the action was sent, in Unix seconds; else when the step began."""
        sent = (r.time for r in self.events if isinstance(r.event, Intent))
        return next(sent, self.events[0].time)

    def _last(self, kind: type[_E]) -> _E | None:
        return next((r.event for r in reversed(self.events) if isinstance(r.event, kind)), None)


class Steps(Sequence[RecordedStep]):
    """The steps of an episode, each made from its events when it is looked at."""

    def __init__(self, events: Sequence[Recorded]) -> None:
        self._events = events
        self._spans: list[tuple[int, int, int]] = []  # number, first event, behind the last event
        fresh = True
        for at, number in enumerate(_numbers(events)):
            if number < 0:
                fresh = True
                continue
            if fresh or self._spans[-1][0] != number:
                self._spans.append((number, at, at))
            fresh = False
            self._spans[-1] = (number, self._spans[-1][1], at + 1)

    def __len__(self) -> int:
        return len(self._spans)

    @overload
    def __getitem__(self, index: int) -> RecordedStep: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RecordedStep, ...]: ...
    def __getitem__(self, index: int | slice) -> RecordedStep | tuple[RecordedStep, ...]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        number, first, end = self._spans[index]
        return RecordedStep(index=number, events=tuple(self._events[first:end]))

    def began(self, index: int) -> float:
        """When the step before it was over, in Unix seconds; for the first, when the run began."""
        at = self._spans[index - 1][2] - 1 if index else 0
        return self._events[at].time


@dataclass(frozen=True)
class Episode:
    """A recording. `torn`: its last line was cut off by a crash and has been dropped."""

    path: Path
    meta: Meta
    events: Sequence[Recorded]
    torn: bool

    @property
    def id(self) -> str:
        return self.path.resolve().name

    @cached_property
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

    @cached_property
    def steps(self) -> Steps:
        return Steps(self.events)


def _numbers(events: Sequence[Recorded]) -> Sequence[int]:
    """The step of each event; -1 where it belongs to none."""
    if isinstance(events, Lines):
        return events.steps
    return [getattr(each.event, "step", -1) for each in events]


def open_episode(path: Path) -> Episode:
    """Open the episode in a folder; each event is validated when it is looked at.

    For long episodes of which a part is shown. Raises what `read_episode` raises, but for an
    event that this handeye does not know, which raises when it is looked at.
    """
    meta, data = _read_meta(path), _read_file(path, EVENTS_FILE)
    torn = not data.endswith(b"\n") and bool(data)
    return Episode(path=path, meta=meta, events=Lines(path, data), torn=torn)


def read_episode(path: Path) -> Episode:
    """Read the episode in a folder, all of it.

    Raises EpisodeNotFoundError when the folder holds none, EpisodeVersionError when a newer
    handeye wrote it, EpisodeCorruptError when bytes were changed or lost.
    """
    found = open_episode(path)
    return replace(found, events=tuple(found.events))


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
        raise too_new(path, found["schema"])
    if not is_sealed(line):
        raise EpisodeCorruptError(f"{path / META_FILE} was changed or cut off.", RESTORE)
    return Meta.model_validate(found)
