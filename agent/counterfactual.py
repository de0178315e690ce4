"""What another grounder or planner would have done at every recorded screen; nothing is touched.

At each step the other one sees what the recording had seen and done until then. Prevents: two
models compared on two different runs.
"""

from collections.abc import Iterator, Sequence

from handeye.actions import Action, Point, Target, Value, describe, map_targets, targets
from handeye.actions.errors import UsageError
from handeye.agent.past import history_of, observation_of
from handeye.agent.types import Planner
from handeye.envs import Element, Observation
from handeye.episodes import Episode, RecordedStep
from handeye.grounding import Grounder

_NEAR = 14.0  # pixels within which two points without an element are the same place


class Opinion(Value):
    """One step of the recording, and what the other would have done there.

    `kind` and `place` say whether the kind of action and every target agree, None where that was
    not asked; `agrees` both, and
    for actions without targets the whole action. `distance` is in pixels, from the recorded point
    to the other's, the longest of several; None where there is none.
    """

    step: int
    recorded: str
    other: str
    agrees: bool
    kind: bool | None = None
    place: bool | None = None
    distance: float | None = None


class Agreement(Value):
    """How often the two agree, over the steps that can be compared."""

    opinions: tuple[Opinion, ...]

    @property
    def rate(self) -> float | None:
        return _part([each.agrees for each in self.opinions])

    @property
    def kinds(self) -> float | None:
        return _part([each.kind for each in self.opinions if each.kind is not None])

    @property
    def places(self) -> float | None:
        return _part([each.place for each in self.opinions if each.place is not None])


def ask_grounder(episode: Episode, grounder: Grounder) -> Agreement:
    """Look up every phrase of the recording again, on the recorded screens. Raises UsageError
    where none of it was."""
    return _agreement(episode, _grounded(episode, grounder))


def ask_planner(episode: Episode, planner: Planner, grounder: Grounder, task: str) -> Agreement:
    """Ask for a decision at every recorded step; `grounder` finds what the planner describes.
    Raises UsageError where no screen was recorded."""
    planner.prepare(task)
    return _agreement(episode, _planned(episode, planner, grounder))


def _agreement(episode: Episode, opinions: Iterator[Opinion]) -> Agreement:
    asked = tuple(opinions)
    if not asked:
        raise UsageError(
            f"{episode.id} has no step with a screen that could be asked about.",
            "Name a recording of a run.",
        )
    return Agreement(opinions=asked)


def _grounded(episode: Episode, grounder: Grounder) -> Iterator[Opinion]:
    for step in episode.steps:
        if step.observed is None or step.intent is None:
            continue
        seen = observation_of(episode, step)
        pairs = zip(targets(step.intent.action), _under(step), strict=False)
        for target, element in pairs:
            if not target.phrase or target.point is None:
                continue
            found = grounder.ground(seen, target.phrase)
            same = found.point is not None and _same_place(target.point, element, found.point)
            told = f"({found.point.x:.0f}, {found.point.y:.0f})" if found.point else found.status
            yield Opinion(
                step=step.index + 1,
                recorded=f"{target.phrase} at ({target.point.x:.0f}, {target.point.y:.0f})",
                other=told,
                agrees=same,
                place=same,
                distance=target.point.distance(found.point) if found.point else None,
            )


def _planned(episode: Episode, planner: Planner, grounder: Grounder) -> Iterator[Opinion]:
    history = history_of(episode, taken_as_done=True)
    recorded = [step for step in episode.steps if step.planned and step.observed]
    for number, step in enumerate(recorded[: len(history) + 1]):
        assert step.planned is not None
        seen = observation_of(episode, step)
        plan = planner.plan(seen, history[:number])
        mine = step.intent.action if step.intent else step.planned.action
        yield _compare(step, mine, _placed(plan.action, seen, grounder))


def _compare(step: RecordedStep, mine: Action, other: Action) -> Opinion:
    same_kind = mine.kind == other.kind
    told = {"step": step.index + 1, "recorded": describe(mine), "other": describe(other)}
    told |= {"kind": same_kind}
    if not same_kind:
        return Opinion(**told, agrees=False)  # type: ignore[arg-type]
    pairs = list(zip(targets(mine), targets(other), strict=False))
    rest = _rest(mine) == _rest(other)
    if not pairs:
        return Opinion(**told, agrees=rest)  # type: ignore[arg-type]
    places = [(one.point, two.point) for one, two in pairs]
    under = [*_under(step), *[None] * len(pairs)]
    same = all(
        one is not None and two is not None and _same_place(one, element, two)
        for (one, two), element in zip(places, under, strict=False)
    )
    far = [one.distance(two) for one, two in places if one and two]
    distance = max(far, default=None)
    return Opinion(**told, agrees=same and rest, place=same, distance=distance)  # type: ignore[arg-type]


def _rest(action: Action) -> object:
    """Everything of an action but its targets."""
    told = action.model_dump(exclude={"target", "path"})
    return {**told, "answer": ""} if action.kind == "done" else told


def _placed(action: Action, seen: Observation, grounder: Grounder) -> Action:
    def place(target: Target) -> Target:
        if target.point is not None:
            return target
        return target.model_copy(update={"point": grounder.ground(seen, target.phrase).point})

    return map_targets(action, place)


def _same_place(point: Point, element: Element | None, other: Point) -> bool:
    if element is not None:
        return element.box.contains(other)
    return point.distance(other) <= _NEAR


def _under(step: RecordedStep) -> Sequence[Element | None]:
    return step.intent.elements if step.intent else ()


def _part(values: Sequence[bool | None]) -> float | None:
    return sum(map(bool, values)) / len(values) if values else None
