"""Doing a step again when what lies under the pointer became something else before it was sent.

Prevents: a click on what slid under the pointer after it was decided.
"""

from handeye.actions import targets
from handeye.agent.types import Plan
from handeye.envs import ActionErrorKind, Element, Observation, Outcome
from handeye.grounding import Grounding

TRIES = 3
"""So often a step is grounded anew; then the planner is told."""


def slipped(outcome: Outcome) -> bool:
    """Whether the action was not sent, as something else lies there now."""
    return outcome.error is not None and outcome.error.kind is ActionErrorKind.CHANGED


def can_be_found_anew(plan: Plan) -> bool:
    """Whether all targets are words; a point alone means nothing on another screen."""
    return all(target.phrase.strip() and target.point is None for target in targets(plan.action))


def anew(plan: Plan, seen: Observation) -> Plan:
    """The plan for another look at the screen: what the planner had found is found there again,
    or left to the grounder."""
    moved = (_moved(grounding, seen) for grounding in plan.groundings)
    return plan.model_copy(update={"groundings": tuple(each for each in moved if each is not None)})


def _moved(grounding: Grounding, seen: Observation) -> Grounding | None:
    old = grounding.element
    same = [each for each in seen.elements or () if old is not None and _alike(old, each)]
    if len(same) != 1:
        return None
    now = same[0]
    return grounding.model_copy(update={"element": now, "box": now.box, "point": now.box.center})


def _alike(one: Element, other: Element) -> bool:
    parts = ("role", "name", "tag", "frame", "item_text", "leads_to")
    return all(getattr(one, part) == getattr(other, part) for part in parts)
