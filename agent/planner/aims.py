"""The three ways in which a model says what it means: an element's number, a phrase, a place.

Prevents: a number of the listing that is taken for a coordinate, or words for a number.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handeye.actions import Size, Target
from handeye.agent.planner.listing import label_of, worth_telling
from handeye.envs import Element, Observation
from handeye.grounding import Grounding
from handeye.grounding.chat.answers import locate
from handeye.grounding.chat.profiles import Profile

_NUMBER = re.compile(r"\s*+\[?\s*+(\d{1,6})\s*+\]?\s*+|\s*+\[(\d{1,6})\].*", re.DOTALL)
"""7, [7], or a line of the listing as it stands: [7] button "Save"."""

_FAR = 1e6
"""No number of an element and no coordinate is as large."""

_PRESSED = ("button", "checkbox", "radio", "file")
_FOR: dict[str, Callable[[Element], bool]] = {
    "type": lambda each: (
        each.editable or (each.tag in ("input", "textarea") and each.role not in _PRESSED)
    ),
    "select_option": lambda each: bool(each.options),
    "upload": lambda each: each.role == "file",
}
"""What actions of these kinds are for; every other kind is for everything."""


class Unusable(Exception):
    """Why an answer cannot be used, told to the model that wrote it; at most 400 characters."""

    def __init__(self, why: str) -> None:
        super().__init__(why if len(why) <= 400 else why[:399] + "…")


@dataclass(frozen=True)
class ByNumber:
    """For models without eyes: the number of an element, or words for the grounder."""

    elements: Sequence[Element]

    example = "7"
    rule = (
        'A target is the number of an element in the listing. "*" marks what is new since your '
        'last action. What is not on the screen may come with "scroll".'
    )

    def schema(self, kind: str) -> dict[str, Any] | None:
        """The numbers of the elements that an action of this kind is for; None without any."""
        is_for = _FOR.get(kind)
        numbers = [n for n, each in enumerate(self.elements, 1) if is_for is None or is_for(each)]
        if not numbers:
            return None
        if is_for is None:
            return {"type": "integer", "minimum": 1, "maximum": len(numbers)}
        return {"type": "integer", "enum": numbers}

    def read(self, value: Any, named: dict[str, Grounding]) -> Target:
        """The element's grounding goes into `named`, by its phrase."""
        text = str(value) if _is_number(value) else value
        number = _NUMBER.fullmatch(text) if isinstance(text, str) else None
        if number is None:
            return _phrase(value, "A target is the number of an element in the listing.")
        place = int(number[1] or number[2])
        if not 1 <= place <= len(self.elements):
            raise Unusable(f"There is no element {place} on the screen.")
        element = self.elements[place - 1]
        label = label_of(element, place)
        named[label] = Grounding(
            phrase=label,
            status="found",
            point=element.box.center,
            box=element.box,
            confidence=1.0,
            element=element,
        )
        return Target(phrase=label)


@dataclass(frozen=True)
class ByPhrase:
    """For models that see, and a grounder that finds what they describe."""

    example = '"…"'
    rule = (
        'A target is a short description of one thing on the screenshot, such as "the Save button" '
        'or "the checkbox beside Anna": what it is, what it says, and where several are alike, '
        "where it is."
    )

    def schema(self, _: str) -> dict[str, Any] | None:
        return {"type": "string"}

    def read(self, value: Any, named: dict[str, Grounding]) -> Target:  # noqa: ARG002
        return _phrase(value, "A target is a description in words.")


@dataclass(frozen=True)
class ByPoint:
    """For models that see and give coordinates of their own, in the space of their family."""

    profile: Profile
    size: Size

    example = '{"phrase": "…", "at": [0, 0]}'

    @property
    def rule(self) -> str:
        width, height = self.profile.extent(self.size)
        return (
            'A target is one thing on the screenshot: "phrase" says what it is, such as "the Save '
            f'button", and "at" is its middle as [{", ".join(self.profile.axes)}], where x goes '
            f"from 0 (left) to {width:g} (right) and y from 0 (top) to {height:g} (bottom)."
        )

    def schema(self, _: str) -> dict[str, Any] | None:
        numbers = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        return {
            "type": "object",
            "properties": {"phrase": {"type": "string"}, "at": numbers},
            "required": ["phrase", "at"],
            "additionalProperties": False,
        }

    def read(self, value: Any, named: dict[str, Grounding]) -> Target:  # noqa: ARG002
        how = f"A target is {self.example}, with a phrase and two numbers."
        if not isinstance(value, dict) or set(value) != {"phrase", "at"}:
            raise Unusable(how)
        at = value["at"]
        if not isinstance(at, list) or [_is_number(part) for part in at] != [True, True]:
            raise Unusable(how)
        place = locate((float(at[0]), float(at[1])), self.profile, self.size)
        if place.point is None:
            raise Unusable(f'"at" cannot be used: {place.problem}.')
        return _phrase(value["phrase"], how).model_copy(update={"point": place.point})


Aim = ByNumber | ByPhrase | ByPoint


def aim_for(profile: Profile, observation: Observation) -> Aim:
    """How a model of this family says what it means on this screen."""
    if not profile.eyes:
        return ByNumber(worth_telling(observation.elements or ()))
    if profile.direct:
        return ByPoint(profile, observation.screenshot.space.size)
    return ByPhrase()


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) < _FAR


def _phrase(value: Any, how: str) -> Target:
    if not isinstance(value, str) or not value.strip():
        raise Unusable(how)
    return Target(phrase=value)
