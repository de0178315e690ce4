"""What the loop passes around: `Plan`, `Step`, and the `Planner` protocol."""

from collections.abc import Sequence
from typing import Protocol

from handeye.actions import Action, Value
from handeye.envs import Observation, Outcome
from handeye.episodes.result import Verdict
from handeye.grounding import Grounding
from handeye.grounding.calls import ModelCall


class Plan(Value):
    """What to do next: a thought for people, and an action whose targets may be phrases only.

    `groundings` are phrases that the planner has looked up itself, for example inside one table
    row; the loop takes them instead of asking the grounder. On a `Done` without success they say
    what was looked for in vain. `calls` is what was asked of models to decide this. `by_person`:
    a person took the planner's turn.
    """

    thought: str = ""
    action: Action
    groundings: tuple[Grounding, ...] = ()
    calls: tuple[ModelCall, ...] = ()
    by_person: bool = False

    @property
    def unusable(self) -> bool:
        """Whether a model was asked in vain: the last of its answers could not be used."""
        return bool(self.calls) and bool(self.calls[-1].problem)


class Step(Value):
    """One turn of the loop, as the planner's history keeps it.

    `groundings` has one entry for each phrase that was looked up. `outcome` is None when the
    action was not sent: a target was not found or is ambiguous, or the guard refused.
    `changed` says whether the screen after the step differs from the screen before it; None
    until it is known. `reply` is what the person answered, when the step asked. `nudge` is what the
    planner is told after it, when the run goes round in circles.
    """

    index: int
    plan: Plan
    groundings: tuple[Grounding, ...] = ()
    verdict: Verdict | None = None
    outcome: Outcome | None = None
    changed: bool | None = None
    reply: str = ""
    nudge: str = ""


def over(step: Step) -> Step:
    """What the rest of a run has to know of a step before the last: not where things were, nor what
    models said, so that a run of thousands of steps stays small. The episode has all of it."""
    lost = tuple(each for each in step.groundings if each.point is None)
    calls = step.plan.calls[-1:] if step.plan.unusable else ()
    plan = step.plan.model_copy(update={"groundings": (), "calls": calls})
    seen = step.outcome and step.outcome.model_copy(update={"closer_look": None})
    return step.model_copy(update={"plan": plan, "groundings": lost, "outcome": seen})


def own_steps(history: Sequence[Step]) -> Sequence[Step]:
    """The steps that the planner decided, without those that a person took in between."""
    return [step for step in history if not step.plan.by_person]


class Planner(Protocol):
    """Decides what to do next, in words."""

    name: str

    def prepare(self, task: str) -> None:
        """Read the task before anything is done. Raises InstructionError for what it cannot do."""

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:
        """The next action, seen from the last step and the present screen."""
