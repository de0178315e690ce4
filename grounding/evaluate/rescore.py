"""Official result files of any origin: read, judged again, their raw answers read again.

Prevents: trusting a score whose answers were parsed by somebody else's regular expression.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.grounding.chat.answers import locate, read_answer
from handeye.grounding.chat.profiles import Profile
from handeye.grounding.evaluate.detail import Correctness, Detail, corners_of
from handeye.grounding.evaluate.items import AbsentTarget, ChoiceTarget
from handeye.grounding.evaluate.judge import judge


class Change(NamedTuple):
    """A verdict that is another one now."""

    id: str
    before: Correctness
    after: Correctness


class Rescored(NamedTuple):
    """unsized: answers that were not read again, as the size of their image is not known."""

    details: tuple[Detail, ...]
    changes: tuple[Change, ...]
    unsized: int


def read_official(path: Path) -> tuple[Detail, ...]:
    """The details of a result file. Raises UsageError where it is none."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
        return tuple(Detail.model_validate(entry) for entry in raw["details"])
    except OSError as error:
        fix = "Name the result.json in it." if path.is_dir() else ""
        raise UsageError(f"{path} cannot be read: {error.strerror}.", fix) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"{path} has a detail that cannot be read: {where}: {first['msg']}."
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(
            f"{path} is no official result file.", 'It needs {"details": […], "metrics": {…}}.'
        ) from error


def rescored(
    details: Sequence[Detail],
    profile: Profile | None = None,
    sizes: Mapping[str, Size] | None = None,
) -> Rescored:
    """The details judged again; with a `profile` their raw answers are read again first, in the
    coordinates of that family. A detail without a raw answer keeps its point.

    sizes: of the images by id, where a detail has none and its image is not there. Raises
    UsageError for a profile where no detail has a raw answer.
    """
    if profile is not None and not any(detail.raw_response for detail in details):
        raise UsageError("No raw answer is kept in this file.", "Leave --profile out.")
    unsized = 0
    found = []
    for detail in details:
        again = detail
        read = bool(detail.raw_response) and not isinstance(detail.goal, ChoiceTarget)
        if profile is not None and read:
            size = (sizes or {}).get(detail.id) or _size(detail)
            unsized += size is None
            again = reread(detail, profile, size) if size else detail
        if again is detail and isinstance(detail.goal, AbsentTarget):
            found.append(detail)  # official files do not keep what was said beside a point
        else:
            found.append(again.model_copy(update={"correctness": judge(again)}))
    changes = tuple(
        Change(before.id, before.correctness, after.correctness)
        for before, after in zip(details, found, strict=True)
        if before.correctness != after.correctness
    )
    return Rescored(tuple(found), changes, unsized)


def reread(detail: Detail, profile: Profile, size: Size) -> Detail:
    """`detail` with what its raw answer says on an image of `size`."""
    raw = detail.raw_response
    answer = read_answer(raw if isinstance(raw, str) else json.dumps(raw))
    places = [locate(numbers, profile, size) for numbers in answer.places]
    problem = answer.problem or next((place.problem for place in places if place.problem), "")
    points = [] if problem else [(place.point.x, place.point.y) for place in places if place.point]
    return detail.model_copy(
        update={
            "pred": points[0] if points else None,
            "points": tuple(points) if len(points) > 1 else (),
            "pred_bbox": corners_of(places[0].box) if points else None,
            "absent": not points and not problem,
            "reason": problem,
            "img_size": (size.width, size.height),
        }
    )


def _size(detail: Detail) -> Size | None:
    if detail.img_size:
        return Size(width=detail.img_size[0], height=detail.img_size[1])
    from PIL import Image

    try:
        with Image.open(detail.img_path) as image:
            return Size(width=image.width, height=image.height)
    except (OSError, ValueError):
        return None
