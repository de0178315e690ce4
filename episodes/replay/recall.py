"""What the screen of a recorded step showed, and finding the step's targets on a screen of now."""

from collections.abc import Sequence
from functools import cached_property

from handeye.actions import Action, Hold, Point, Press, Target, Type, Value, map_targets, targets
from handeye.envs import Element, Observation, Screenshot
from handeye.episodes.events import Intent, Observed
from handeye.episodes.reader import Episode
from handeye.episodes.replay.patch import find_crop, find_patch
from handeye.episodes.replay.refind import Found, Lost, Scene, label, refind, relative_distance
from handeye.episodes.stored import load_elements, load_frame

_SAME_BOX = 0.5  # of the union that two boxes must share to be the same thing


class Recall(Value):
    """A recorded action and the screen on which it was decided.

    `focus` is the text field that an action without a target went to.
    """

    episode: Episode
    observed: Observed
    intent: Intent
    elements: tuple[Element, ...] | None
    focus: Element | None = None

    @cached_property
    def frame(self) -> Screenshot:
        return load_frame(self.episode, self.observed)


def recall(episode: Episode, observed: Observed, intent: Intent) -> Recall:
    """Raises EpisodeCorruptError when the element list of the step is missing or damaged."""
    elements = load_elements(episode, observed)
    focus = None
    if isinstance(intent.action, (Type, Press, Hold)) and not targets(intent.action):
        fields = (element for element in elements or () if element.focused and element.editable)
        focus = next(fields, None)
    return Recall(episode=episode, observed=observed, intent=intent, elements=elements, focus=focus)


def find(recalled: Recall, seen: Observation) -> list[Found | Lost]:
    """Where each target of the action is now, in order; last, the field that must have the focus.

    Raises EpisodeCorruptError when the recorded frame is needed and missing or damaged.
    """
    wanted = targets(recalled.intent.action)
    known = (*recalled.intent.elements, *[None] * len(wanted))
    places = [_find(recalled, seen, *pair) for pair in zip(wanted, known, strict=False)]
    if recalled.focus is not None and seen.elements is not None:
        places.append(_find_focus(recalled, recalled.focus, seen))
    return places


def aim(action: Action, places: Sequence[Found | Lost]) -> Action:
    """The action with its targets at the places that were found."""
    points = iter([place.point for place in places if isinstance(place, Found)])
    return map_targets(action, lambda target: Target(phrase=target.phrase, point=next(points)))


def _find(
    recalled: Recall, seen: Observation, target: Target, element: Element | None
) -> Found | Lost:
    if target.point is None:
        return Lost(looked_for=str(target), reason="the recording has no place for it")
    if element is None or seen.elements is None:
        return find_patch(target.point, recalled.frame, seen.screenshot)
    then, now = _scenes(recalled, seen)
    place = refind(element, target.point, then, now)
    if isinstance(place, Lost) and place.by_name:
        return _by_look(recalled, seen, element, target.point) or place
    return place


def _by_look(recalled: Recall, seen: Observation, element: Element, point: Point) -> Found | None:
    """An element that looks like the recorded one and is of its kind, if there is only one."""
    box = find_crop(element.box, recalled.frame, seen.screenshot)
    if box is None:
        return None
    around = [
        other
        for other in seen.elements or ()
        if other.role == element.role and other.enabled and other.box.iou(box) >= _SAME_BOX
    ]
    if len(around) != 1:
        return None
    size, old = seen.screenshot.space.size, recalled.frame.space.size
    shift = relative_distance(point, old, around[0].box.center, size)
    return Found(point=around[0].box.center, box=around[0].box, element=around[0], shift=shift)


def _find_focus(recalled: Recall, focus: Element, seen: Observation) -> Found | Lost:
    place = refind(focus, focus.box.center, *_scenes(recalled, seen))
    if isinstance(place, Lost) or (place.element and place.element.focused):
        return place
    now = next((label(element) for element in seen.elements or () if element.focused), "nothing")
    return Lost(looked_for=f"the focus in {label(focus)}", reason=f"{now} has the focus")


def _scenes(recalled: Recall, seen: Observation) -> tuple[Scene, Scene]:
    return (
        Scene(elements=recalled.elements or (), size=recalled.observed.space.size),
        Scene(elements=seen.elements or (), size=seen.screenshot.space.size),
    )
