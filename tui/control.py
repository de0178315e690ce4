"""The person's end of a run: the run waits here, the screen answers.

The run's thread calls `by_hand`, `review`, `approve` and `ask`; the screen calls the rest. When the
screen goes away the run goes on by itself, with no to every question. Prevents: a run that hangs
because the screen that it waits for has crashed.
"""

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Literal

from handeye.actions import Action
from handeye.agent import Plan
from handeye.agent.steering import Review
from handeye.envs import Observation
from handeye.episodes import Verdict
from handeye.grounding import Grounding


class Pending:
    """What the run waits for: an action to be looked at, a turn by hand, a yes, or an answer."""

    def __init__(
        self,
        kind: Literal["review", "hand", "approve", "ask"],
        text: str = "",
        action: Action | None = None,
        groundings: Sequence[Grounding] = (),
    ) -> None:
        self.kind, self.text, self.action = kind, text, action
        self.groundings = tuple(groundings)


class Control:
    """`tell` hears what the run waits for, and None when it goes on."""

    def __init__(self, tell: Callable[[Pending | None], None]) -> None:
        self.paused = False
        self.hands = False
        self.stopped = False
        self.watched = True
        self._tell = tell
        self._answers: SimpleQueue[Any] = SimpleQueue()
        self._passing: Action | None = None

    # What the run calls, in its own thread.

    def check(self) -> None:
        """Raises KeyboardInterrupt when the run is to stop."""
        if self.stopped:
            raise KeyboardInterrupt

    def by_hand(self, observation: Observation) -> Action | None:  # noqa: ARG002
        self.check()
        if not self.hands:
            return None
        action = self._wait(Pending("hand"))
        self._passing = action if type(action) in _KINDS else None
        return self._passing

    def review(self, plan: Plan, groundings: Sequence[Grounding]) -> Review:
        self.check()
        passing, self._passing = self._passing, None
        if passing == plan.action or not (self.paused or self.hands):
            return Review()
        said = self._wait(Pending("review", plan.thought, plan.action, groundings))
        if isinstance(said, Review):
            return said
        if type(said) in _KINDS:
            if self.hands:  # done by hand: it is not looked at a second time
                self._passing = said
            return Review(edited=said)
        return Review()

    def approve(self, action: Action, verdict: Verdict) -> bool:
        return self._wait(Pending("approve", verdict.reason, action)) is True

    def ask(self, question: str) -> str | None:
        said = self._wait(Pending("ask", question))
        return said if isinstance(said, str) else None

    def _wait(self, pending: Pending) -> Any:
        if not self.watched:
            return None
        self._tell(pending)
        said = self._answers.get()
        self._tell(None)
        self.check()
        return said

    # What the screen calls.

    def answer(self, said: object) -> None:
        """An action, a review, yes or no, or a reply; None lets the run go on."""
        self._answers.put(said)

    def stop(self) -> None:
        self.stopped = True
        self._answers.put(None)

    def detach(self) -> None:
        """Nobody looks any more."""
        self.watched = self.paused = self.hands = False
        self._answers.put(None)


def _kinds() -> tuple[type, ...]:
    from typing import get_args

    return get_args(get_args(Action)[0])


_KINDS = _kinds()
