"""What a model decided at once and is still to be done, one action a step.

Before each, the screen is looked at again: what an action is meant for must still be there.
Prevents: a click that lands on the calendar which the typing before it has opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from handeye.actions import Action, Target, map_targets, targets
from handeye.agent.aim import element_under
from handeye.agent.types import Plan
from handeye.envs import Observation
from handeye.episodes.replay.refind import Found, Scene, refind
from handeye.grounding import Grounding


@dataclass(frozen=True)
class Rest:
    """`actions` that were decided on the look `seen`; `named` has the elements that they name."""

    actions: tuple[Action, ...]
    seen: Observation
    named: Mapping[str, Grounding]

    def next(self, observation: Observation) -> "tuple[Plan, Rest] | None":
        """The next action on the screen as it is now, and what is left then.

        None when nothing is left, the page is another one, or a target is not there any more. A
        phrase that was not looked up yet is left to the grounder.
        """
        if not self.actions or observation.url != self.seen.url:
            return None
        moved: dict[Target, Target] = {}
        groundings = []
        for target in targets(self.actions[0]):
            moved[target] = target
            if target.phrase in self.named or target.point is not None:
                found = self._refound(target, observation)
                if found is None:
                    return None
                if target.point is not None:
                    moved[target] = target.model_copy(update={"point": found.point})
                else:
                    groundings.append(found)
        action = map_targets(self.actions[0], moved.__getitem__)
        plan = Plan(thought="As decided before.", action=action, groundings=tuple(groundings))
        return plan, replace(self, actions=self.actions[1:])

    def _refound(self, target: Target, now: Observation) -> Grounding | None:
        known = self.named.get(target.phrase)
        element = element_under(target, self.named, self.seen) if known is None else known.element
        point = target.point if known is None else known.point
        if element is None or point is None:
            return None
        found = refind(element, point, _scene(self.seen), _scene(now))
        if not isinstance(found, Found) or found.box is None:
            return None
        return Grounding(
            phrase=target.phrase,
            status="found",
            point=found.point,
            box=found.box,
            confidence=1.0,
            element=found.element,
        )


def _scene(observation: Observation) -> Scene:
    return Scene(elements=observation.elements or (), size=observation.screenshot.space.size)
