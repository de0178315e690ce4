"""Whether a run goes round in circles: one action again and again on a screen that stays as it is,
or the same few screens over and over.

Prevents: a run that spends all it may on doing what has not helped before. Who plans is told after
NUDGE rounds, and the run ends after END.
"""

from collections import deque
from collections.abc import Sequence

from handeye.actions import describe
from handeye.agent.change import changed
from handeye.agent.types import Step
from handeye.envs import Observation

NUDGE, END = 3, 6
_LONGEST = 4
"""So many screens in a row may make up one round."""


class Rounds:
    """Told of every look; knows the last screens and how often they have come round."""

    def __init__(self) -> None:
        self._looks: deque[Observation] = deque(maxlen=_LONGEST)
        self._again = dict.fromkeys(range(2, _LONGEST + 1), 0)
        self._still = 0
        self._doing = ""

    def saw(self, observation: Observation, history: Sequence[Step]) -> None:
        """A look at the screen, and the steps before it, of which the last led to it."""
        looks = tuple(self._looks)
        waited = bool(history) and history[-1].plan.action.kind == "wait"
        moved = bool(looks) and (
            changed(looks[-1], observation)
            if not history or history[-1].changed is None
            else history[-1].changed
        )
        for length in self._again:
            back = looks[-length] if len(looks) >= length else None
            came_back = back is not None and not waited and not changed(back, observation)
            self._again[length] = self._again[length] + 1 if came_back and moved else 0
        self._looks.append(observation)
        self._still = _same_in_vain(history)
        self._doing = describe(history[-1].plan.action) if history else ""

    def nudge(self) -> str:
        """What to tell who plans; "" as long as nothing goes round."""
        if NUDGE <= self._still < END:
            return (
                f"“{self._doing}” changed nothing, {self._still} times in a row: try another way."
            )
        if (found := self._circle()) and found[1] >= NUDGE:
            length, often = found
            return f"The same {length} screens came {often} times in turn: try another way."
        return ""

    def ending(self) -> str | None:
        """Why the run ends; None as long as it may go on."""
        if self._still >= END:
            return f"“{self._doing}” changed nothing on the screen, {self._still} times in a row."
        if (found := self._circle()) and found[1] >= END:
            return f"The same {found[0]} screens came {found[1]} times in turn."
        return None

    def _circle(self) -> tuple[int, int] | None:
        """How many screens come in turn, and how often they did."""
        rounds = {length: again // length + 1 for length, again in self._again.items()}
        length = max(rounds, key=lambda each: (rounds[each], -each))
        return (length, rounds[length]) if rounds[length] > 1 else None


def _same_in_vain(history: Sequence[Step]) -> int:
    """How many of the last steps did the same and left the screen as it was.

    Waiting is no loop: the screen may change later, and the time is limited.
    """
    if not history or history[-1].plan.action.kind == "wait":
        return 0
    last, often = history[-1].plan.action, 0
    for step in reversed(history[-END:]):
        if step.changed is not False or step.plan.action != last:
            break
        often += 1
    return often
