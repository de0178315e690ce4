"""Runs a recorded episode again, with no model: finds each target again, acts, and says where the
screen has diverged. Prevents: a recorded click sent to whatever lies at the old position now.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from handeye.actions import Action, Batch, Goto, NewTab, Value, describe, targets
from handeye.actions.errors import EnvError, RecordingError
from handeye.envs import Env, Observation, Outcome
from handeye.episodes.events import Grounded, Intent, Planned, RunEnded, RunStarted
from handeye.episodes.reader import Episode
from handeye.episodes.replay.divergence import LIMIT, Divergence, explain, measure
from handeye.episodes.replay.recall import Recall, aim, find, recall
from handeye.episodes.replay.refind import Found, Lost
from handeye.episodes.result import RunResult, StopReason, Timing
from handeye.episodes.writer import EpisodeWriter
from handeye.grounding import Grounding

_POLL = 0.1  # seconds between looks at a screen that is not there yet


class ReplayStep(Value):
    """One replayed step: what was to be done, how far the screen had diverged, what became of it.

    `outcome` is None where the action was not sent; `problem` then says why.
    """

    index: int
    action: Action
    divergence: Divergence
    outcome: Outcome | None = None
    problem: str = ""


def replay(
    episode: Episode,
    env: Env,
    *,
    url: str = "",
    writer: EpisodeWriter | None = None,
    on_step: Callable[[ReplayStep], None] | None = None,
    patience: float = 5.0,
) -> RunResult:
    """Repeat every recorded action that succeeded, in `env`, which shows the start of the run.

    `url` is where `env` started; addresses of the recorded start's origin move to its origin.
    `patience` is how many seconds a target may take to appear. `ok` of the result means that
    all steps were repeated and the recorded run had succeeded; its answer is the recorded one.
    Raises EpisodeCorruptError when a frame or element list of the episode is missing or damaged.
    """
    again = _Replay(episode, env, url, writer, on_step or (lambda _: None), patience)
    start = time.perf_counter()
    reason, message = again.run()
    ended = episode.ended
    result = RunResult(
        ok=ended is not None and ended.ok and reason is ended.reason and not message,
        reason=reason,
        message=message,
        answer=ended.answer if ended else "",
        steps=again.done,
        timing=Timing(total=time.perf_counter() - start, **again.spent),
        episode=writer.path if writer else None,
    )
    return result if reason is StopReason.RECORDING_FAILED else again.finish(result)


class _Stop(Exception):
    """Ends a replay before the end of the recording."""

    def __init__(self, reason: StopReason, message: str) -> None:
        super().__init__(reason, message)
        self.end = (reason, message)


@dataclass
class _Replay:
    """One replay under way: where it acts, where it is recorded, how far it has come."""

    episode: Episode
    env: Env
    url: str
    writer: EpisodeWriter | None
    on_step: Callable[[ReplayStep], None]
    patience: float
    done: int = 0
    spent: dict[str, float] = field(default_factory=dict)

    def run(self) -> tuple[StopReason, str]:
        """Repeat the steps; returns why it ended, and a message unless the run succeeded."""
        try:
            self._begin()
            for step in self.episode.steps:
                if not (step.observed and step.intent and step.acted):
                    continue
                if step.acted.error is None:
                    self._repeat(recall(self.episode, step.observed, step.intent))
                else:
                    self._leave_out(step.intent, step.acted.error.message)
        except _Stop as stop:
            return stop.end
        except EnvError as error:
            return StopReason.ENV_LOST, str(error)
        except RecordingError as error:
            return StopReason.RECORDING_FAILED, str(error)
        except KeyboardInterrupt:
            return StopReason.INTERRUPTED, f"Interrupted after {self.done} steps."
        ended = self.episode.ended
        if ended is None:
            return StopReason.INTERRUPTED, "All recorded steps were repeated; the recording is cut."
        if not ended.ok:
            return (
                ended.reason,
                f"All steps were repeated, and the recorded run failed: {ended.message}",
            )
        return ended.reason, ""

    def finish(self, result: RunResult) -> RunResult:
        """Record how the replay ended; what cannot be recorded becomes the result."""
        if self.writer is None:
            return result
        try:
            self.writer.emit(RunEnded.of(result))
        except RecordingError as error:
            failed = {"ok": False, "reason": StopReason.RECORDING_FAILED, "message": str(error)}
            return result.model_copy(update=failed)
        return result

    def _begin(self) -> None:
        if self.writer is None:
            return
        self.env.save_downloads_to(self.writer.downloads)
        started = self.episode.started
        self.writer.emit(
            RunStarted(
                task=started.task if started else "",
                url=self.url or (started.url if started else ""),
                env=self.env.name,
                planner="replay",
                grounder="replay",
                settings={"replay_of": self.episode.id},
            )
        )

    def _repeat(self, recalled: Recall) -> None:
        step = recalled.intent.step
        seen, places, divergence = self._look(recalled)
        action = self._moved(recalled.intent.action)
        with self._timed("record"):
            self._record_look(step, seen, action, places, divergence)
        if divergence.score >= LIMIT:
            problem = explain(recalled, seen, places, divergence)
            self.on_step(
                ReplayStep(index=step, action=action, divergence=divergence, problem=problem)
            )
            raise _Stop(StopReason.DIVERGED, problem)
        outcome = self._act(step, aim(action, places), places)
        self.done += 1
        self.on_step(ReplayStep(index=step, action=action, divergence=divergence, outcome=outcome))
        if outcome.error is not None:
            raise _Stop(
                StopReason.ACTION_FAILED,
                f"Step {step + 1} ({describe(action)}) failed: {outcome.error.message}",
            )

    def _leave_out(self, intent: Intent, why: str) -> None:
        """What failed in the recording is not repeated, even if a part of it was done."""
        problem = f"left out, since it failed in the recording: {why}"
        step = ReplayStep(
            index=intent.step, action=intent.action, divergence=Divergence(), problem=problem
        )
        self.on_step(step)

    def _look(self, recalled: Recall) -> tuple[Observation, list[Found | Lost], Divergence]:
        """Look until the screen fits the recorded one or patience ends."""
        deadline = time.monotonic() + self.patience
        while True:
            with self._timed("observe"):
                seen = self.env.observe()
            with self._timed("ground"):
                places = find(recalled, seen)
                divergence = measure(recalled, seen, places)
            if divergence.score < LIMIT or time.monotonic() >= deadline:
                return seen, places, divergence
            time.sleep(_POLL)

    def _act(self, step: int, action: Action, places: list[Found | Lost]) -> Outcome:
        if self.writer:
            there = tuple(place.element for place in places if isinstance(place, Found))
            with self._timed("record"):
                self.writer.emit(
                    Intent(step=step, action=action, elements=there[: len(targets(action))])
                )
        with self._timed("act"):
            outcome = self.env.act(action)
        if self.writer:
            with self._timed("record"):
                self.writer.emit(self.writer.acted(step, outcome))
        return outcome

    def _record_look(
        self,
        step: int,
        seen: Observation,
        action: Action,
        places: list[Found | Lost],
        divergence: Divergence,
    ) -> None:
        if self.writer is None:
            return
        self.writer.emit(self.writer.observed(step, seen))
        self.writer.emit(Planned(step=step, action=action))
        for target, place in zip(targets(action), places, strict=False):
            answer = _grounding(str(target), place, 1.0 - divergence.score)
            self.writer.emit(Grounded(step=step, grounding=answer))

    def _moved(self, action: Action) -> Action:
        """The action with addresses of the recorded start's origin moved to the new one."""
        if isinstance(action, Batch):
            parts = tuple(self._moved(part) for part in action.actions)
            return action.model_copy(update={"actions": parts})
        if isinstance(action, (Goto, NewTab)) and self.episode.started:
            moved = move_origin(action.url, self.episode.started.url, self.url)
            return action.model_copy(update={"url": moved})
        return action

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent[phase] = self.spent.get(phase, 0.0) + time.perf_counter() - start


def move_origin(url: str, old_start: str, new_start: str) -> str:
    """`url` with the scheme, host and port of `new_start`, if it has those of `old_start`."""
    parts, old, new = urlsplit(url), urlsplit(old_start), urlsplit(new_start)
    if not new.netloc or (parts.scheme, parts.netloc) != (old.scheme, old.netloc):
        return url
    return urlunsplit(parts._replace(scheme=new.scheme, netloc=new.netloc))


def _grounding(phrase: str, place: Found | Lost, confidence: float) -> Grounding:
    if isinstance(place, Lost):
        reason = f"{place.looked_for}: {place.reason}"
        return Grounding(phrase=phrase, status="missing", reason=reason)
    return Grounding(
        phrase=phrase,
        status="found",
        point=place.point,
        box=place.box,
        confidence=confidence,
        element=place.element,
    )
