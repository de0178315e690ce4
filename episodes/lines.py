"""The events of an episode file, each made from its line when it is looked at.

Checksums and numbers of all lines are checked at once, which is cheap; what a line says is
validated when it is asked for. Prevents: seconds of waiting before the first step of a long
episode is shown.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import overload

from pydantic import ValidationError

from handeye.actions.errors import EpisodeCorruptError, EpisodeVersionError
from handeye.episodes.envelope import (
    EVENTS_FILE,
    SCHEMA,
    Envelope,
    Recorded,
    is_newer_major,
    is_sealed,
    parse_object,
)
from handeye.episodes.migrations import migrated

RESTORE = "Restore the folder from a copy; the lines before it are still readable as text."

_HEAD = re.compile(
    rb'\{(?:"schema":"[\d.]+",)?"seq":(\d+),"time":[-+.\deE]+,'
    rb'"event":\{"kind":"[a-z_]+"(?:,"step":(\d+)[,}])?'
)


_KEPT = 1000  # events that are kept when they were made


class Lines(Sequence[Recorded]):
    """The events in the whole lines of `data`, the contents of an episode's file.

    Raises EpisodeCorruptError when bytes were changed or lines lost, EpisodeVersionError when a
    newer handeye wrote them: the latter, for what is unknown in one line, when it is looked at.
    """

    def __init__(self, folder: Path, data: bytes) -> None:
        self._file = folder / EVENTS_FILE
        self._lines = data.split(b"\n")[:-1]
        self._made: dict[int, Recorded] = {}
        self._lock = Lock()
        self._old = False
        if self._lines:
            schema = parse_object(self._lines[0]).get("schema")
            if is_newer_major(schema):
                raise too_new(folder, schema)
            self._schema = str(schema)
            self._old = self._schema != SCHEMA
        self.steps = array("q")
        """The step that each event belongs to; -1 for those of the whole run."""
        for at, line in enumerate(self._lines):
            found = _HEAD.match(line)
            if found is not None and int(found[1]) == at and is_sealed(line):
                self.steps.append(int(found[2] or -1))
            else:
                self.steps.append(self._step(at, line))

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Recorded: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Recorded, ...]: ...
    def __getitem__(self, index: int | slice) -> Recorded | tuple[Recorded, ...]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        at = range(len(self))[index]
        made = self._made.get(at)
        if made is None:
            made = self._event(at)
            with self._lock:
                self._made[at] = made
                while len(self._made) > _KEPT:
                    del self._made[next(iter(self._made))]
        return made

    def __iter__(self) -> Iterator[Recorded]:
        return (self[at] for at in range(len(self)))

    def _step(self, at: int, line: bytes) -> int:
        """The step of an unusual line, once it is known to be the one that was written."""
        if not is_sealed(line):
            message = f"{self._where(at)}: its checksum does not fit; bytes changed."
            raise EpisodeCorruptError(message, RESTORE)
        data = parse_object(line)
        event = data.get("event")
        number, step = data.get("seq"), event.get("step") if isinstance(event, dict) else None
        if number != at:
            raise EpisodeCorruptError(
                f"{self._where(at)}: it is event {number} where event {at} belongs; "
                "lines were lost or doubled.",
                RESTORE,
            )
        return step if isinstance(step, int) else -1

    def _event(self, at: int) -> Recorded:
        line = self._lines[at]
        try:
            if self._old:
                envelope = Envelope.model_validate(migrated(parse_object(line), self._schema))
            else:
                envelope = Envelope.model_validate_json(line)
        except ValidationError as error:
            detail = error.errors()[0]
            place = ".".join(str(part) for part in detail["loc"])
            raise EpisodeVersionError(
                f"{self._where(at)}: this handeye (schema {SCHEMA}) does not know what is in "
                f"{place or 'it'}: {detail['msg']}.",
                "Install the handeye that recorded it, or a newer one.",
            ) from error
        return Recorded(seq=envelope.seq, time=envelope.time, event=envelope.event)

    def _where(self, at: int) -> str:
        return f"{self._file}, line {at + 1}"


def too_new(path: Path, schema: object) -> EpisodeVersionError:
    """The refusal of an episode of another major version."""
    return EpisodeVersionError(
        f"{path} has schema {schema}; this handeye reads up to {SCHEMA}.",
        "Install a newer handeye: pip install --upgrade handeye",
    )
