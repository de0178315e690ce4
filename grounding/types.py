"""What grounding answers: where a phrase is on the screen, how sure, and what else it might be."""

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

from handeye.actions import Box, Point, Value
from handeye.envs import Element, Observation
from handeye.grounding.calls import ModelCall


class Candidate(Value):
    """Something that the phrase might mean. `score` is 0.0 to 1.0; `element` where one is known."""

    box: Box
    score: float
    label: str = ""
    role: str = ""
    element: Element | None = None


class Grounding(Value):
    """The answer for one phrase, in screenshot pixels.

    found: `point` lies on what is meant. ambiguous: `alternatives` are as good as each other and
    no point is given. missing: nothing fits; `reason` says what came nearest. `alternatives`
    holds the best candidates, best first, the chosen one included. `raw` is the model's own text,
    and `calls` what was asked of models.
    """

    phrase: str
    status: Literal["found", "ambiguous", "missing"]
    point: Point | None = None
    box: Box | None = None
    confidence: float = 0.0
    element: Element | None = None
    alternatives: tuple[Candidate, ...] = ()
    reason: str = ""
    raw: str = ""
    calls: tuple[ModelCall, ...] = ()


class Grounder(Protocol):
    """Finds what a phrase means on a screen."""

    name: str

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        """Never raises for a phrase or a screen; raises BackendError when it cannot work at all."""


@runtime_checkable
class GroundsTogether(Protocol):
    """A Grounder that answers several questions at once in less time than one by one."""

    name: str

    def ground_together(self, questions: Sequence[tuple[Observation, str]]) -> list[Grounding]:
        """The answers to (screen, phrase), in order; the same as those of `ground`."""
