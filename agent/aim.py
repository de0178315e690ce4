"""From groundings to an action that can be sent, and to what lies under its points."""

from collections.abc import Mapping

from handeye.actions import Target
from handeye.envs import Element, Observation
from handeye.grounding import Grounding


def placed(target: Target, found: Mapping[str, Grounding]) -> Target:
    """The target with its point filled in."""
    if target.point is not None:
        return target
    return target.model_copy(update={"point": found[target.phrase].point})


def element_under(
    target: Target, found: Mapping[str, Grounding], observation: Observation
) -> Element | None:
    """What lies at a target: the grounded element, else the smallest one around its point."""
    grounding = found.get(target.phrase)
    if grounding is not None and grounding.point == target.point and grounding.element is not None:
        return grounding.element
    point = target.point
    around = [each for each in observation.elements or () if point and each.box.contains(point)]
    return min(around, key=lambda each: each.box.area, default=None)
