"""How long a run may go on: steps, seconds, a stop from outside, and going round in circles.

Prevents: a run that never ends. Also keeps what it takes: the time of each phase of a step, and
the tokens of models.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from handeye.actions import Action, Value, Wait, describe
from handeye.agent.types import Step
from handeye.episodes.result import StopReason, Timing
from handeye.grounding.calls import ModelCall, Usage

SAME_STEPS = 6
"""So many equal actions in a row on an unchanged screen are a loop."""


class Ending(Value):
    """Why the loop stops."""

    reason: StopReason
    message: str = ""
    answer: str = ""

    @property
    def ok(self) -> bool:
        return self.reason is StopReason.DONE


class Budget:
    """`steps` and `seconds` of one run, counted from its making; `stop` ends it from outside."""

    def __init__(self, steps: int, seconds: float, stop: threading.Event | None = None) -> None:
        self.steps = steps
        self.seconds = seconds
        self.stop = stop or threading.Event()
        self.usage = Usage()
        self._waited = 0.0
        self._started = self._now()
        self._phases: dict[str, float] = {}

    @property
    def elapsed(self) -> float:
        return self._now() - self._started

    def _now(self) -> float:
        return time.monotonic() - self._waited

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The time inside is a person's, and counts nowhere."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._waited += time.monotonic() - start

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time inside to the phase `name` of `Timing`."""
        start = self._now()
        try:
            yield
        finally:
            self._phases[name] = self._phases.get(name, 0.0) + self._now() - start

    def timing(self) -> Timing:
        return Timing(total=self.elapsed, **self._phases)

    def count(self, calls: Sequence[ModelCall]) -> None:
        """Add what was asked of models."""
        self.usage = sum((call.usage for call in calls), self.usage)

    def spent(self, history: Sequence[Step]) -> Ending | None:
        """Why the run must not go on, if it must not."""
        if self.stop.is_set():
            return Ending(reason=StopReason.INTERRUPTED, message="The run was stopped.")
        if going_round(history):
            doing = describe(history[-1].plan.action)
            message = f"“{doing}” changed nothing on the screen, {SAME_STEPS} times in a row."
            return Ending(reason=StopReason.LOOP, message=message)
        if len(history) >= self.steps:
            steps = f"{self.steps} step" + ("" if self.steps == 1 else "s")
            message = f"The task was not done after {steps}."
            return Ending(reason=StopReason.STEP_BUDGET, message=message)
        if self.elapsed >= self.seconds:
            message = f"The task was not done after {self.seconds:g} seconds."
            return Ending(reason=StopReason.TIME_BUDGET, message=message)
        return None

    def clip(self, action: Action) -> Action:
        """The action, a wait cut to the time that is left."""
        if not isinstance(action, Wait):
            return action
        left = max(0.0, self.seconds - self.elapsed)
        return action.model_copy(update={"seconds": min(action.seconds, left)})


def going_round(history: Sequence[Step]) -> bool:
    """Whether the last steps all did the same and the screen stayed as it was.

    Waiting is no loop: the screen may change later, and the time is limited.
    """
    last = history[-SAME_STEPS:]
    if len(last) < SAME_STEPS or isinstance(last[-1].plan.action, Wait):
        return False
    return all(step.changed is False and step.plan.action == last[-1].plan.action for step in last)
