"""How much a run may take: steps, seconds, tokens, money, actions on a domain; and a stop.

Prevents: a run that never ends, and one that ends only after its limit because a model was still
writing. Also keeps what it takes: the time of each phase of a step, and the tokens of models.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from handeye.actions import Action, Batch, Value, Wait
from handeye.actions.errors import SpentError
from handeye.agent.rounds import Rounds
from handeye.agent.types import Step
from handeye.envs import Observation
from handeye.envs.reach import host_of
from handeye.episodes.result import StopReason, Timing
from handeye.grounding.calls import ModelCall, Usage

_FREE = ("wait", "zoom")
"""Looking costs a domain nothing."""


class Ending(Value):
    """Why the loop stops."""

    reason: StopReason
    message: str = ""
    answer: str = ""

    @property
    def ok(self) -> bool:
        return self.reason is StopReason.DONE


STOPPED = Ending(reason=StopReason.INTERRUPTED, message="The run was stopped.")


class Budget:
    """The limits of one run, counted from its making; `stop` ends it from outside, for the reason
    `judged` where that is set.

    None: as much as it likes. `tokens` count prompts and answers, `cost` is in US dollars;
    `domain_actions` may be done on each host, the parts of a batch one by one.
    """

    def __init__(
        self,
        steps: int,
        seconds: float,
        stop: threading.Event | None = None,
        *,
        tokens: int | None = None,
        cost: float | None = None,
        domain_actions: int | None = None,
    ) -> None:
        self.steps, self.seconds = steps, seconds
        self.tokens, self.cost, self.domain_actions = tokens, cost, domain_actions
        self.stop = stop or threading.Event()
        self.judged: Ending | None = None
        self.usage = Usage()
        self.rounds = Rounds()
        self._asked = Usage()
        self._acted: Counter[str] = Counter()
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
        """Add what was asked of models, as it is recorded."""
        self.usage = sum((call.usage for call in calls), self.usage)
        self._asked = Usage()

    def used(self, usage: Usage) -> None:
        """A question is over, which `count` will be told of later."""
        self._asked = self._asked + usage

    def cut(self, error: SpentError) -> Ending:
        """Why the run ends in the middle of a step. What was asked in it counts, too."""
        self.usage, self._asked = self.usage + self._asked, Usage()
        ending = self._now_spent(Usage())
        return ending or Ending(reason=StopReason.ACTION_BUDGET, message=error.message)

    def over(self, asking: Usage) -> bool:
        """Whether the run has to end, with a question of this size under way."""
        return self._now_spent(asking) is not None

    def most_tokens(self) -> int | None:
        """How many tokens are left."""
        return None if self.tokens is None else self.tokens - _tokens(self.usage + self._asked)

    def spent(self, history: Sequence[Step]) -> Ending | None:
        """Why the run must not go on, if it must not."""
        if self.stop.is_set():
            return self.judged or STOPPED
        if (round_and_round := self.rounds.ending()) is not None:
            return Ending(reason=StopReason.LOOP, message=round_and_round)
        if len(history) >= self.steps:
            steps = f"{self.steps} step" + ("" if self.steps == 1 else "s")
            message = f"The task was not done after {steps}."
            return Ending(reason=StopReason.STEP_BUDGET, message=message)
        return self._now_spent(Usage())

    def _now_spent(self, asking: Usage) -> Ending | None:
        usage = self.usage + self._asked + asking
        if self.stop.is_set():
            return self.judged or STOPPED
        if self.elapsed >= self.seconds:
            message = f"The task was not done after {self.seconds:g} seconds."
            return Ending(reason=StopReason.TIME_BUDGET, message=message)
        if self.tokens is not None and _tokens(usage) >= self.tokens:
            message = f"The task was not done with {self.tokens} tokens."
            return Ending(reason=StopReason.TOKEN_BUDGET, message=message)
        if self.cost is not None and (usage.cost or 0.0) >= self.cost:
            message = f"The task was not done for ${self.cost:g}."
            return Ending(reason=StopReason.COST_BUDGET, message=message)
        return None

    def admit(self, action: Action, seen: Observation) -> None:
        """Count an action that is about to be sent. Raises SpentError where it is one too many."""
        most, host = self.domain_actions, host_of(seen.url)
        if most is None or host is None:
            return
        self._acted[host.name] += _size(action)
        if self._acted[host.name] > most:
            actions = f"{most} action" + ("" if most == 1 else "s")
            raise SpentError(f"No more than {actions} may be done on {host.name}.")

    def clip(self, action: Action) -> Action:
        """The action, its waits cut to the time that is left."""
        return _clipped(action, max(0.0, self.seconds - self.elapsed))[0]


def _clipped(action: Action, left: float) -> tuple[Action, float]:
    """The action with no more waiting than that, and what is left for the next."""
    if isinstance(action, Wait):
        seconds = min(action.seconds, left)
        return action.model_copy(update={"seconds": seconds}), left - seconds
    if isinstance(action, Batch):
        parts = []
        for part in action.actions:
            clipped, left = _clipped(part, left)
            parts.append(clipped)
        return action.model_copy(update={"actions": tuple(parts)}), left
    return action, left


def _tokens(usage: Usage) -> int:
    return usage.prompt_tokens + usage.completion_tokens


def _size(action: Action) -> int:
    if isinstance(action, Batch):
        return sum(map(_size, action.actions))
    return 0 if action.kind in _FREE else 1
