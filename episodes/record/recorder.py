"""Writes what a person does as an episode, each step as soon as it is over.

Prevents: a recording that is lost because the browser was closed instead of the recorder.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from handeye.actions import (
    Action,
    Box,
    Done,
    NewTab,
    Target,
    Type,
    Upload,
    map_targets,
    targets,
)
from handeye.actions.errors import EnvError, RecordingError
from handeye.envs import Element, Observation, Outcome
from handeye.envs.redact import Redactor, placeholder, slug
from handeye.envs.watching import Did, Watched
from handeye.episodes.events import Intent, Planned, RunStarted
from handeye.episodes.record.merge import merged
from handeye.episodes.result import RunResult, StopReason, Timing
from handeye.episodes.writer import EpisodeWriter, end_run

_IDLE_SECONDS = 2.0
"""After so long without an input the last step is over."""

Resolve = Callable[[str], str]
"""From the name of a file that was uploaded to its path."""

Read = Callable[[Observation], tuple[Element, ...]]
"""What is on a picture of a screen that lists no elements."""


@dataclass
class Recorder:
    """Takes what was done, merges it into steps, and writes them."""

    writer: EpisodeWriter
    redactor: Redactor
    parameters: Mapping[str, str] = field(default_factory=dict)
    resolve: Resolve = str
    on_step: Callable[[int, Action], None] = lambda _index, _action: None
    read: Read = lambda _seen: ()
    steps: int = 0
    _open: Did | None = None

    def take(self, did: Did) -> None:
        """Something was done: a part of the step that is open, or the next one."""
        if did.secret and did.label:
            self.redactor.hide_field(did.label)
        if self._open is not None:
            joined = merged(self._open, did)
            if joined is not None:
                self._open = joined
                return
            if did.action.kind == "dialog" and did.time - self._open.time < _IDLE_SECONDS:
                did = did.model_copy(update={"before": self._open.before})
                self._write(did)  # how the dialog was answered is said before what opens it
                return
        self.flush()
        self._open = did

    def flush(self, older_than: float = 0.0) -> None:
        """Write the open step, if nothing was added to it for so many seconds.

        One that may be a part of a secret waits until something else is done.
        """
        did = self._open
        if did is None or time.time() - did.time < older_than:
            return
        if older_than and isinstance(did.action, Type) and self.redactor.begun(did.action.text):
            return
        self._open = None
        self._write(did)

    def _write(self, did: Did) -> None:
        if did.before is None:
            return
        seen, read = self._seen(did.before, wanted=bool(targets(did.action)))
        action, under = _named(self._stored(did), read)
        index, writer = self.steps, self.writer
        writer.emit(writer.observed(index, seen))
        writer.emit(Planned(step=index, action=action))
        writer.emit(Intent(step=index, action=action, elements=under))
        took = max(0.0, time.time() - did.time)
        writer.emit(writer.acted(index, Outcome(sent=action, seconds=took)))
        self.steps += 1
        self.on_step(index, action)

    def _seen(self, seen: Observation, *, wanted: bool = False) -> tuple[Observation, Observation]:
        """A look as it may be kept, and the same with what can be read on it, if that is `wanted`.

        What was only read is not kept: a replay has nothing to compare it with.
        """
        if seen.elements is not None:
            clean = self.redactor.observation(seen)
            return clean, clean
        boxes: list[Box] = []
        if wanted or self.redactor.covers:
            read = list(self.read(seen))
            for at in self.redactor.tells_misread([each.name for each in read]):
                boxes.append(read[at].box)
                if self.redactor.text(read[at].name) == read[at].name:  # none to put a name for
                    read[at] = read[at].model_copy(update={"name": ""})
            seen = seen.model_copy(update={"elements": tuple(read)})
        clean = self.redactor.observation(seen, boxes)
        return clean.model_copy(update={"elements": None}), clean

    def look(self, seen: Observation) -> Observation:
        """A look as it may be kept."""
        return self._seen(seen)[0]

    def _stored(self, did: Did) -> Action:
        """The action as it may be kept: secrets and parameters by name, uploads by path."""
        action = did.action
        if isinstance(action, Type) and did.secret:
            return action.model_copy(update={"text": placeholder(slug(did.label or "password"))})
        if isinstance(action, Type):
            text = self.redactor.text(action.text)
            for name, value in self.parameters.items():
                text = text.replace(value, placeholder(name)) if value else text
            return action.model_copy(update={"text": text})
        if isinstance(action, Upload):
            return action.model_copy(update={"paths": tuple(map(self.resolve, action.paths))})
        return self.redactor.value(action)


def record(
    watched: Watched, recorder: Recorder, started: RunStarted, stopped: Callable[[], bool]
) -> RunResult:
    """Record until the person ends it: by Ctrl-C, by closing the screen, or by `stopped`."""
    writer, begun = recorder.writer, time.perf_counter()
    writer.emit(started)
    reason, message = StopReason.DONE, ""
    try:
        _listen(watched, recorder, stopped)
        last = recorder.look(watched.look())
        writer.emit(writer.observed(recorder.steps, last))
        writer.emit(Planned(step=recorder.steps, action=Done()))
    except RecordingError as error:
        reason, message = StopReason.RECORDING_FAILED, str(error)
    except EnvError as error:
        reason, message = StopReason.ENV_LOST, str(error)
    result = RunResult(
        ok=reason is StopReason.DONE,
        reason=reason,
        message=message,
        steps=recorder.steps,
        timing=Timing(total=time.perf_counter() - begun),
        episode=writer.path,
    )
    return end_run(writer, result)


def _listen(watched: Watched, recorder: Recorder, stopped: Callable[[], bool]) -> None:
    """Take what is done until the end, and write the step that is open then."""
    with suppress(KeyboardInterrupt):  # the usual way to say that it is finished
        while not watched.closed and not stopped():
            for did in watched.poll():
                recorder.take(did)
            if not watched.waiting:
                recorder.flush(_IDLE_SECONDS)
    for did in watched.poll():
        recorder.take(did)
    recorder.flush()


def _named(action: Action, seen: Observation) -> tuple[Action, tuple[Element | None, ...]]:
    """The action with its targets called by the elements under them, and those elements."""
    if isinstance(action, NewTab):
        return action, ()
    under = tuple(_under(target, action, seen) for target in targets(action))
    names = iter(under)

    def call(target: Target) -> Target:
        element = next(names)
        phrase = f"{element.name} {element.role}".strip() if element and element.name else ""
        return target.model_copy(update={"phrase": target.phrase or phrase})

    return map_targets(action, call), under


def _under(target: Target, action: Action, seen: Observation) -> Element | None:
    """The smallest element around the target; a text goes into something that takes text."""
    point = target.point
    around = [each for each in seen.elements or () if point and each.box.contains(point)]
    if action.kind == "type":
        around = [each for each in around if each.editable] or around
    return min(around, key=lambda each: each.box.area, default=None)
