"""Runs a recorded episode again, with no model: finds each target again, acts, and says where the
screen has diverged. Prevents: a recorded click sent to whatever lies at the old position now.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from handeye.actions import Action, Batch, Goto, NewTab, Value, describe, targets
from handeye.actions.errors import EnvError, RecordingError, StoppedError
from handeye.envs import ActionErrorKind, Env, Observation, Outcome
from handeye.episodes.events import Intent, RunStarted
from handeye.episodes.reader import Episode
from handeye.episodes.replay.divergence import LIMIT, Divergence, explain, measure
from handeye.episodes.replay.heal import Heal, question
from handeye.episodes.replay.origin import move_origin
from handeye.episodes.replay.pace import Pace, Speed
from handeye.episodes.replay.parameters import Values
from handeye.episodes.replay.recall import Recall, aim, find, recall
from handeye.episodes.replay.refind import Found, Lost
from handeye.episodes.replay.tape import Tape
from handeye.episodes.result import RunResult, StopReason, Timing, Verdict
from handeye.episodes.writer import EpisodeWriter

CUT = "All recorded steps were repeated; the recording is cut."
"""The message of a replay of a recording that has no end: nobody has interrupted it."""

_POLL = 0.1  # seconds between looks at a screen that is not there yet
_TRIES = 3  # so often a step is found again when something slid under the pointer

Judge = Callable[[Recall, Intent, Observation], Verdict]
"""Decides whether a step may be sent, from what was recorded, what is to be done, and the screen:
allow or deny, with the rule."""


class ReplayStep(Value):
    """One replayed step: what was to be done, how far the screen had diverged, what became of it.

    `outcome` is None where the action was not sent; `problem` then says why. `healed`: a model
    has found another action for it, and `problem` says what was wrong.
    """

    index: int
    action: Action
    divergence: Divergence
    outcome: Outcome | None = None
    problem: str = ""
    healed: bool = False


def replay(
    episode: Episode,
    env: Env,
    *,
    url: str = "",
    writer: EpisodeWriter | None = None,
    on_step: Callable[[ReplayStep], None] | None = None,
    patience: float = 5.0,
    values: Mapping[str, str] | None = None,
    entrusted: Collection[str] = (),
    speed: Speed = "fast",
    heal: Heal | None = None,
    judge: Judge | None = None,
    start_at: int = 0,
    stop_before: int | None = None,
    started: RunStarted | None = None,
    settings: Mapping[str, str] | None = None,
) -> RunResult:
    """Repeat every recorded action that succeeded, in `env`, which shows the start of the run.

    `url` is where `env` started; addresses of the recorded start's origin move to its origin.
    `patience` is how many seconds a target may take to appear. `values` change parameters of the
    episode (`parameters_of`); those that are `entrusted` to `env` it types by their names. `heal`
    is asked about a step that cannot be repeated, `judge` whether a step may be sent; without one
    all are. Steps before `start_at` are left out. With
    `stop_before` only the steps before that one are repeated, and the writer is not told of an
    end; `started` is written instead of the usual beginning, which tells of `settings`. `ok` of
    the result means that all steps were repeated and the recorded run had succeeded; its answer is
    the recorded one.
    Raises EpisodeCorruptError when a frame or element list of the episode is missing or damaged,
    UsageError for values that the episode has no use for, or lacks.
    """
    filled = Values(episode, values or {}, entrusted)
    tape = Tape(writer, filled.secret, started, settings)
    tell = on_step or (lambda _: None)
    again = _Replay(
        episode, env, url, tape, tell, patience, filled, Pace(speed), heal, judge,
        (start_at, stop_before),
    )  # fmt: skip
    start = time.perf_counter()
    reason, message = again.run(values or {})
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
    partly = stop_before is not None and reason is StopReason.DONE
    return result if partly else tape.end(result)


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
    tape: Tape
    on_step: Callable[[ReplayStep], None]
    patience: float
    values: Values
    pace: Pace
    heal: Heal | None
    judge: Judge | None
    part: tuple[int, int | None]
    done: int = 0
    spent: dict[str, float] = field(default_factory=dict)

    def run(self, values: Mapping[str, str]) -> tuple[StopReason, str]:
        """Repeat the steps; returns why it ended, and a message unless the run succeeded."""
        try:
            shown = {
                name: "" if name in self.values.secret else each for name, each in values.items()
            }
            self.tape.begin(self.episode, self.env, self.url, shown)
            for step in self.episode.steps:
                first, end = self.part
                if end is not None and step.index >= end:
                    return StopReason.DONE, ""
                if step.index < first or not (step.observed and step.intent and step.acted):
                    continue
                if step.acted.error is not None:
                    self._leave_out(step.intent, step.acted.error.message)
                elif not self.pace.leaves_out(step.intent.action):
                    self.pace.keep(step.sent_at)
                    self._repeat(recall(self.episode, step.observed, self._now(step.intent)))
        except _Stop as stop:
            return stop.end
        except StoppedError as error:
            return StopReason.INTERRUPTED, str(error)
        except EnvError as error:
            return StopReason.ENV_LOST, str(error)
        except RecordingError as error:
            return StopReason.RECORDING_FAILED, str(error)
        except KeyboardInterrupt:
            return StopReason.INTERRUPTED, f"Interrupted after {self.done} steps."
        return self._end()

    def _end(self) -> tuple[StopReason, str]:
        ended = self.episode.ended
        if self.part[1] is not None:
            return StopReason.DONE, ""
        if ended is None:
            return StopReason.INTERRUPTED, CUT
        if not ended.ok:
            return (
                ended.reason,
                f"All steps were repeated, and the recorded run failed: {ended.message}",
            )
        return ended.reason, ""

    def _now(self, intent: Intent) -> Intent:
        """The intent with the values and the addresses of this replay."""
        action = self._moved(self.values.fill(intent))
        elements = tuple(self.values.expected(element) for element in intent.elements)
        return intent.model_copy(update={"action": action, "elements": elements})

    def _repeat(self, recalled: Recall, tries: int = _TRIES) -> None:
        step, action = recalled.intent.step, recalled.intent.action
        seen, places, divergence = self._look(recalled)
        if divergence.score >= LIMIT:
            problem = explain(recalled, seen, places, divergence)
            if self.heal is not None:
                why = self._unhealed(recalled, seen, divergence, problem)
                if not why:
                    return
                problem += f" A repair was asked for, and there is none: {why}"
            self._record(lambda: self.tape.look(step, seen, action, places, divergence))
            self._tell(step, action, divergence, problem=problem)
            raise _Stop(StopReason.DIVERGED, problem)
        self._record(lambda: self.tape.look(step, seen, action, places, divergence))
        there = [place.element for place in places if isinstance(place, Found)]
        aimed = aim(action, places)
        elements = tuple(there[: len(targets(action))])
        intent = Intent(step=step, action=aimed, elements=elements)
        outcome = self._act(recalled, intent, seen, divergence)
        if tries and outcome.error is not None and outcome.error.kind is ActionErrorKind.CHANGED:
            self._repeat(recalled, tries - 1)
            return
        self._done(intent, divergence, outcome)

    def _unhealed(
        self, recalled: Recall, seen: Observation, divergence: Divergence, problem: str
    ) -> str:
        """Do what a model takes for the same as the failed step, or say why it cannot be done."""
        assert self.heal is not None
        started = self.episode.started
        told = question(recalled.intent, problem, started.task if started else "")
        with self._timed("plan"):
            healed = self.heal(told, seen)
        if isinstance(healed, str):
            return healed
        step = recalled.intent.step
        self._record(lambda: self.tape.repaired(step, seen, healed))
        intent = Intent(step=step, action=healed.action, elements=healed.elements)
        outcome = self._act(recalled, intent, seen, divergence)
        self._done(intent, divergence, outcome, problem=problem, healed=True)
        return ""

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

    def _act(
        self, recalled: Recall, intent: Intent, seen: Observation, divergence: Divergence
    ) -> Outcome:
        """Send it, if it may be."""
        if self.judge is not None:
            verdict = self.judge(recalled, intent, seen)
            self._record(lambda: self.tape.judged(intent.step, verdict))
            if verdict.decision != "allow":
                doing = describe(self.tape.clean(intent.action))
                problem = f"“{doing}” was refused by the rule “{verdict.rule}”. {verdict.reason}"
                self._tell(intent.step, intent.action, divergence, problem=problem.strip())
                raise _Stop(StopReason.DENIED, f"Step {intent.step + 1}: {problem}".strip())
        self._record(lambda: self.tape.intent(intent))
        with self._timed("act"):
            outcome = self.env.act(intent.action)
        self._record(lambda: self.tape.acted(intent.step, outcome))
        return outcome

    def _done(
        self, intent: Intent, divergence: Divergence, outcome: Outcome, **more: object
    ) -> None:
        step, action = intent.step, intent.action
        self.done += 1
        self._tell(step, action, divergence, outcome=self.tape.cleaned(outcome), **more)
        if outcome.error is not None:
            raise _Stop(
                StopReason.ACTION_FAILED,
                f"Step {step + 1} ({describe(action)}) failed: {outcome.error.message}",
            )

    def _tell(self, step: int, action: Action, divergence: Divergence, **more: object) -> None:
        told = {"index": step, "action": self.tape.clean(action), "divergence": divergence}
        self.on_step(ReplayStep.model_validate(told | more))

    def _moved(self, action: Action) -> Action:
        """The action with addresses of the recorded start's origin moved to the new one."""
        if isinstance(action, Batch):
            parts = tuple(self._moved(part) for part in action.actions)
            return action.model_copy(update={"actions": parts})
        if isinstance(action, (Goto, NewTab)) and self.episode.started:
            moved = move_origin(action.url, self.episode.started.url, self.url)
            return action.model_copy(update={"url": moved})
        return action

    def _record(self, write: Callable[[], None]) -> None:
        with self._timed("record"):
            write()

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent[phase] = self.spent.get(phase, 0.0) + time.perf_counter() - start
