"""The spaces of the Gymnasium environments: what is seen, and handeye's actions as JSON.

Prevents: text with an accent that lies outside of its own space, and random actions that mean
nothing.
"""

from collections.abc import Iterable
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from pydantic import ValidationError

from handeye.actions import Action, Size, Value, action_adapter, is_grounded
from handeye.envs.types import Element, Observation

MOST_CHARACTERS = 100_000
_SAMPLED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-@/"
_KEYS = ("Enter", "Tab", "Escape", "Backspace", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight")
_STATES = ("focused", "editable", "selected", "expanded")


class Unicode(spaces.Text):
    """Any text up to `max_length`, in whatever script; samples are short and plain."""

    def __init__(self, max_length: int = MOST_CHARACTERS) -> None:
        super().__init__(max_length, min_length=0, charset=_SAMPLED)

    def contains(self, x: Any) -> bool:
        return isinstance(x, str) and len(x) <= self.max_length

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        if mask is not None or probability is not None:
            return super().sample(mask, probability)
        return _text(self.np_random, most=12)

    def __repr__(self) -> str:
        return f"Unicode({self.max_length})"


class Actions(gymnasium.Space[str]):
    """The actions that can be sent, each as the JSON that `action_text` writes.

    A sample is a click, double click, right click, move, drag, turn of the wheel, text or key at a
    random place of the screen.
    """

    def __init__(self, size: Size, kinds: Iterable[str]) -> None:
        super().__init__(dtype=str)
        self.size = size
        self.kinds = frozenset(kinds)

    def contains(self, x: Any) -> bool:
        try:
            self.read(x)
        except ValueError:
            return False
        return True

    def read(self, said: str | Action) -> Action:
        """The action that is meant. Raises ValueError with a reason for people."""
        try:
            action = said if isinstance(said, Value) else action_adapter.validate_json(said)
            # An action passes as it is; any other value is refused here.
            action = action_adapter.validate_python(action)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"This is no action: {where} {first['msg']}".strip()) from error
        for part in action.actions if action.kind == "batch" else (action,):
            if part.kind not in self.kinds:
                raise ValueError(f"There is no action {part.kind!r} here.")
        if not is_grounded(action):
            raise ValueError("A target needs a point, in pixels of the screenshot.")
        return action

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Raises ValueError for masks: there is nothing to count in this space."""
        if mask is not None or probability is not None:
            raise ValueError("The space of actions cannot be masked.")
        ways = [made for made in _samples(self) if made["kind"] in self.kinds]
        chosen = ways[int(self.np_random.integers(len(ways)))]
        return action_text(action_adapter.validate_python(chosen))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Actions):
            return False
        return (self.size, self.kinds) == (other.size, other.kinds)

    def __hash__(self) -> int:
        return hash((self.size, self.kinds))

    def __repr__(self) -> str:
        return f"Actions({self.size.width}×{self.size.height}, {len(self.kinds)} kinds)"


def action_text(action: Action) -> str:
    """An action as an element of the action space."""
    return action.model_dump_json(exclude_none=True)


def observations(size: Size) -> spaces.Dict:
    """What is seen on a screen of so many pixels."""
    box = spaces.Box(-np.inf, np.inf, (4,), np.float32)
    element = spaces.Dict(
        {"role": Unicode(), "name": Unicode(), "value": Unicode(), "box": box, "states": Unicode()}
    )
    return spaces.Dict(
        {
            "task": Unicode(),
            "screenshot": spaces.Box(0, 255, (size.height, size.width, 3), np.uint8),
            "url": Unicode(),
            "title": Unicode(),
            "elements": spaces.Sequence(element),
            "error": Unicode(),
        }
    )


def seen(observation: Observation, task: str, error: str) -> dict[str, Any]:
    """A look as an element of the observation space; every part of it is new."""
    return {
        "task": task[:MOST_CHARACTERS],
        "screenshot": np.array(observation.screenshot.image, np.uint8),
        "url": observation.url[:MOST_CHARACTERS],
        "title": observation.title[:MOST_CHARACTERS],
        "elements": tuple(_element(each) for each in observation.elements or ()),
        "error": error[:MOST_CHARACTERS],
    }


def _element(element: Element) -> dict[str, Any]:
    box = element.box
    return {
        "role": element.role,
        "name": element.name[:MOST_CHARACTERS],
        "value": element.value[:MOST_CHARACTERS],
        "box": np.array([box.x1, box.y1, box.x2, box.y2], np.float32),
        "states": " ".join(_states(element)),
    }


def _states(element: Element) -> Iterable[str]:
    if not element.enabled:
        yield "disabled"
    if element.checked is not None:
        yield {True: "checked", False: "unchecked", "mixed": "mixed"}[element.checked]
    for state in _STATES:
        if getattr(element, state):
            yield state


def _samples(space: Actions) -> list[dict[str, Any]]:
    """One action of each way, at random places."""
    random = space.np_random

    def place() -> dict[str, Any]:
        x, y = random.integers(space.size.width), random.integers(space.size.height)
        return {"point": {"x": int(x), "y": int(y)}}

    return [
        {"kind": "click", "target": place()},
        {"kind": "click", "target": place(), "count": 2},
        {"kind": "click", "target": place(), "button": "right"},
        {"kind": "hover", "target": place()},
        {"kind": "drag", "path": (place(), place())},
        {"kind": "scroll", "target": place(), "dy": int(random.integers(-5, 6)) * 100},
        {"kind": "type", "text": _text(random, most=8)},
        {"kind": "press", "keys": (_KEYS[int(random.integers(len(_KEYS)))],)},
    ]


def _text(random: np.random.Generator, most: int) -> str:
    picked = random.integers(len(_SAMPLED), size=int(random.integers(most + 1)))
    return "".join(_SAMPLED[int(index)] for index in picked)
