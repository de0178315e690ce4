"""A grounder whose answers stand in a file: for tests, demonstrations and replays by hand."""

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from handeye.actions import Box, Point
from handeye.actions.errors import UsageError
from handeye.envs import Observation
from handeye.grounding.types import Grounding

_ANSWERS = TypeAdapter(dict[str, tuple[float, float] | tuple[float, float, float, float]])


class ScriptedGrounder:
    """Answers from a JSON file {phrase: [x, y] or [x1, y1, x2, y2]} in screenshot pixels.

    Raises UsageError when the file cannot be read as that.
    """

    name = "scripted"

    def __init__(self, path: str | Path = "") -> None:
        if not str(path):
            raise UsageError("A scripted grounder needs a file.", "Write scripted:FILE.")
        self._answers: dict[str, tuple[Point, Box | None]] = {}
        try:
            found = _ANSWERS.validate_json(Path(path).read_bytes())
            for phrase, numbers in found.items():
                self._answers[phrase] = _spot(numbers)
        except OSError as error:
            raise UsageError(
                f"{path} cannot be read: {error.strerror}.", "Name a JSON file."
            ) from error
        except (ValidationError, json.JSONDecodeError) as error:
            raise UsageError(
                f"{path} is not a script of answers.",
                'It needs {"phrase": [x, y]} or {"phrase": [x1, y1, x2, y2]}.',
            ) from error

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        if phrase not in self._answers:
            return Grounding(
                phrase=phrase, status="missing", reason=f"the script has no answer for {phrase!r}"
            )
        point, box = self._answers[phrase]
        point = observation.screenshot.space.clamp(point)
        return Grounding(phrase=phrase, status="found", point=point, box=box, confidence=1.0)


def _spot(numbers: tuple[float, ...]) -> tuple[Point, Box | None]:
    if len(numbers) == 2:
        return Point(x=numbers[0], y=numbers[1]), None
    x1, y1, x2, y2 = numbers
    box = Box(x1=x1, y1=y1, x2=x2, y2=y2)
    return box.center, box
