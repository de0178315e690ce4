"""What a person may do to a run while it goes on. The loop asks; a TUI or anything else answers.

Prevents: a loop that knows who steers it, and a step taken by hand that the planner takes for its
own or that is missing from the recording.
"""

from collections.abc import Sequence
from typing import Protocol

from handeye.actions import Action, Value
from handeye.agent.budget import Budget
from handeye.agent.types import Plan, Planner, Step
from handeye.envs import Observation
from handeye.episodes.result import Verdict
from handeye.grounding import Grounding

PERSON = "the person"
"""The rule by which an action is refused that the person rejected."""


class Review(Value):
    """What the person says of an action: send it, send `edited` instead, or not (`rejected`)."""

    edited: Action | None = None
    rejected: Verdict | None = None


def reject(hint: str) -> Review:
    """Do not send it; the planner reads the hint as the reason."""
    reason = hint.strip() or "The person said no."
    return Review(rejected=Verdict(decision="deny", rule=PERSON, reason=reason))


class Steering(Protocol):
    """Both calls may wait for the person, and may raise KeyboardInterrupt to stop the run."""

    def by_hand(self, observation: Observation) -> Action | None:
        """What the person does now instead of the planner; None where the planner decides."""

    def review(self, plan: Plan, groundings: Sequence[Grounding]) -> Review:
        """Look at an action before it is judged and sent. An edited one is looked up again."""


class LeftAlone:
    """Nobody steers."""

    def by_hand(self, observation: Observation) -> Action | None:  # noqa: ARG002
        return None

    def review(self, plan: Plan, groundings: Sequence[Grounding]) -> Review:  # noqa: ARG002
        return Review()


ALONE = LeftAlone()


class SteeredPlanner:
    """A planner whose turn the person may take."""

    def __init__(self, planner: Planner, steering: Steering, budget: Budget) -> None:
        self.name = planner.name
        self._planner, self._steering, self._budget = planner, steering, budget

    def prepare(self, task: str) -> None:
        self._planner.prepare(task)

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:
        with self._budget.waiting():
            action = self._steering.by_hand(observation)
        if action is not None:
            return Plan(thought="Done by hand.", action=action, by_person=True)
        return self._planner.plan(observation, history)


def edited(plan: Plan, action: Action) -> Plan:
    """The plan with the action that the person wants instead; its targets are looked up again."""
    return plan.model_copy(update={"action": action, "groundings": (), "thought": _edit(plan)})


def _edit(plan: Plan) -> str:
    return f"{plan.thought} (Edited by the person.)".strip()
