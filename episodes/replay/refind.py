"""Finds a recorded element again on another screen, or says what is there instead.

What it is (role and name) decides; where it stands (region, row text, neighbours, position) only
chooses between things that are the same. Prevents: the "Delete" of another row, clicked because
it is where the recorded one used to be.
"""

import math
import re
from collections.abc import Set

from handeye.actions import Box, Point, Size, Value
from handeye.envs import Element

_NEIGHBOURS = 6
_SIMILAR_NAME = 0.85
_SIMILAR_REGION = 0.7
_SAME_ITEM = 0.5
_SAME_PLACE = 0.05  # of the screen's diagonal: how far a nameless element may have moved
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


class Scene(Value):
    """The elements on a screen and the screen's size in pixels."""

    elements: tuple[Element, ...]
    size: Size


class Found(Value):
    """Where a target is now. `shift` is how far it moved, in parts of the screen's diagonal."""

    point: Point
    box: Box | None = None
    element: Element | None = None
    shift: float = 0.0


class Lost(Value):
    """Why a target was not found: what was looked for, and what is there instead."""

    looked_for: str
    reason: str
    by_name: bool = False
    """Nothing is called like it, or it has no name: the picture may still tell."""


def refind(element: Element, point: Point, then: Scene, now: Scene) -> Found | Lost:
    """Find `element`, recorded on the screen `then` and acted on at `point`, on the screen `now`.

    The returned point lies on the same part of the element's box as the recorded one.
    """
    same = [other for other in now.elements if _same_name(element, other)]
    pool = same or _lookalikes(element, then, now)
    if not pool:
        return Lost(looked_for=label(element), reason=_instead(element, now), by_name=True)
    pool = [other for other in pool if _same_region(element, other)]
    if not pool:
        where = f" in “{_short(element.region)}”"
        return Lost(looked_for=label(element) + where, reason="it is elsewhere on the page only")
    pool = [other for other in pool if _same_item(element, other, then)]
    if not pool:
        where = f" in the row or item “{_short(element.item_text)}”"
        return Lost(looked_for=label(element) + where, reason="it stands in other items only")
    best = max(pool, key=lambda other: _evidence(element, other, then, now))
    if element.enabled and not best.enabled:
        return Lost(looked_for=label(element), reason="it is there but disabled")
    shift = relative_distance(element.box.center, then.size, best.box.center, now.size)
    if (
        not _named(element)
        and shift > _SAME_PLACE
        and _neighbourhood(element, best, then, now) < 0.5
    ):
        return Lost(looked_for=label(element), reason=_instead(element, now), by_name=True)
    return Found(
        point=_same_spot(element.box, point, best.box, now.size),
        box=best.box,
        element=best,
        shift=shift,
    )


def label(element: Element) -> str:
    """An element in words: button “Save”."""
    name = element.name or next(iter(element.hints), "")
    return f"{element.role} “{_short(name)}”" if name else f"{element.role} without a name"


def relative_distance(first: Point, first_size: Size, second: Point, second_size: Size) -> float:
    """How far apart two points are on two screens, 0.0 to 1.0 of the diagonal."""
    dx = first.x / first_size.width - second.x / second_size.width
    dy = first.y / first_size.height - second.y / second_size.height
    return min(1.0, math.hypot(dx, dy) / math.sqrt(2))


def identity(element: Element) -> tuple[str, str]:
    """What makes two elements the same thing on two screens."""
    return element.role, _plain(element.name or next(iter(element.hints), ""))


def _same_name(element: Element, other: Element) -> bool:
    return identity(element) == identity(other)


def _lookalikes(element: Element, then: Scene, now: Scene) -> list[Element]:
    """What may be the element under a slightly changed name or role; empty unless it is the only.

    "Cart (1)" may have become "Cart (2)", and a link a button, but only where no second one on
    either screen would fit as well.
    """
    if not _named(element):
        return []
    for fits in (_same_but_for_numbers, _similar_name, _same_name_other_role):
        before = [other for other in then.elements if fits(element, other)]
        after = [other for other in now.elements if fits(element, other)]
        if len(after) == 1 and len(before) <= 1:
            return after
    return []


def _same_but_for_numbers(element: Element, other: Element) -> bool:
    (role, name), (other_role, other_name) = identity(element), identity(other)
    bare = _DIGITS.sub("", name)
    return role == other_role and bare == _DIGITS.sub("", other_name) and bool(_WORD.search(bare))


def _similar_name(element: Element, other: Element) -> bool:
    from rapidfuzz import fuzz

    (role, name), (other_role, other_name) = identity(element), identity(other)
    return role == other_role and fuzz.ratio(name, other_name) / 100 >= _SIMILAR_NAME


def _same_name_other_role(element: Element, other: Element) -> bool:
    return "text" not in (element.role, other.role) and identity(element)[1] == identity(other)[1]


def _same_region(element: Element, other: Element) -> bool:
    """Whether a dialog, section or landmark is the same one, give or take numbers in its name."""
    from rapidfuzz import fuzz

    first, second = (_DIGITS.sub("", _plain(part.region)) for part in (element, other))
    return not first or fuzz.ratio(first, second) / 100 >= _SIMILAR_REGION


def _same_item(element: Element, other: Element, then: Scene) -> bool:
    """Whether `other` stands in the same row, item or card: half the words that only it had."""
    words = _words(element.item_text)
    if not words:
        return True
    siblings = (
        sibling.item_text
        for sibling in then.elements
        if sibling.role == element.role and sibling.item != element.item
    )
    telling = words.difference(*(_words(text) for text in set(siblings))) or words
    return len(telling & _words(other.item_text)) / len(telling) >= _SAME_ITEM


def _evidence(element: Element, other: Element, then: Scene, now: Scene) -> float:
    """How well the surroundings fit; compares candidates that are the same thing by name."""
    words, other_words = _words(element.item_text), _words(other.item_text)
    distance = relative_distance(element.box.center, then.size, other.box.center, now.size)
    return (
        2.0 * (_plain(element.region) == _plain(other.region))
        + 2.0 * overlap(words, other_words)
        + 1.0 * overlap(set(element.hints), set(other.hints))
        + 1.0 * (element.frame == other.frame)
        + 0.5 * (element.value == other.value)
        + 1.0 * _neighbourhood(element, other, then, now)
        - 1.0 * distance
    )


def _neighbourhood(element: Element, other: Element, then: Scene, now: Scene) -> float:
    """How many of the nearest elements are the same ones, 0.0 to 1.0."""
    return overlap(_nearest(element, then), _nearest(other, now))


def _nearest(element: Element, scene: Scene) -> set[tuple[str, str]]:
    center = element.box.center
    others = (other for other in scene.elements if other != element and _named(other))
    ranked = sorted(others, key=lambda other: center.distance(other.box.center))
    return {identity(other) for other in ranked[:_NEIGHBOURS]}


def _same_spot(then: Box, point: Point, now: Box, size: Size) -> Point:
    """The place in the box `now` that `point` had in the box `then`, on the screen."""

    def along(start: float, length: float, at: float, new_start: float, new_end: float) -> float:
        part = min(max((at - start) / length, 0.0), 1.0) if length else 0.5
        return new_start + part * (new_end - new_start)

    x2, y2 = min(now.x2, float(size.width)), min(now.y2, float(size.height))
    x1, y1 = min(max(now.x1, 0.0), x2), min(max(now.y1, 0.0), y2)
    return Point(
        x=along(then.x1, then.width, point.x, x1, x2),
        y=along(then.y1, then.height, point.y, y1, y2),
    )


def _instead(element: Element, now: Scene) -> str:
    """What comes nearest by name, for people."""
    from rapidfuzz import fuzz, process

    name = identity(element)[1]
    others = {label(other): identity(other)[1] for other in now.elements if other.role != "text"}
    near = process.extract(name, others, scorer=fuzz.WRatio, limit=3) if name else []
    names = [found for _, score, found in near if score > 40] or list(others)[:3]
    return f"there is {', '.join(names)}" if names else "nothing can be used there"


def _named(element: Element) -> bool:
    return bool(identity(element)[1])


def overlap(first: Set[object], second: Set[object]) -> float:
    """The shared part of two sets, 0.0 to 1.0."""
    union = first | second
    return len(first & second) / len(union) if union else 1.0


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
