"""Find out how a model points: draw targets, ask for them, see in which coordinates it answers.

Prevents: a model that is judged by clicks which only were read in the wrong coordinates.
"""

import statistics
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from handeye.actions import Box, Point, Size, Value
from handeye.actions.geometry import point_from_extent
from handeye.envs import Screenshot
from handeye.grounding.calls import Usage
from handeye.grounding.chat.answers import Numbers, locate, read_answer
from handeye.grounding.chat.grounder import MAX_TOKENS, question
from handeye.grounding.chat.profiles import Profile, profiles
from handeye.grounding.chat.types import ChatModel
from handeye.grounding.images import encode_screenshot

SIZES = (Size(width=1280, height=720), Size(width=900, height=1200), Size(width=1920, height=1080))
COLORS = {
    "red": (230, 30, 30),
    "green": (30, 160, 60),
    "blue": (40, 70, 230),
    "purple": (150, 40, 180),
}
# Middles in parts of the picture: all corners, and none that x and y could be swapped in.
_MIDDLES = ((0.07, 0.42), (0.88, 0.12), (0.30, 0.91), (0.94, 0.71))
_RADIUS = 0.025  # of the longer side

_FITS = 0.05  # of the diagonal: a convention whose mean error is larger is none
_AS_GOOD = (1.25, 1.5)  # times the best mean error, plus pixels


class Target(NamedTuple):
    """Something drawn on `screenshot`: the phrase that asks for it, and where it is."""

    screenshot: Screenshot
    phrase: str
    box: Box


class Convention(NamedTuple):
    """A way to read numbers: that of `profiles`, and the mean error in pixels when so read."""

    text: str
    profiles: tuple[str, ...]
    error: float


class ModelCalibration(Value):
    """How a model points when it is asked and read as `profile` says.

    asked, read, hits: the targets, the answers with one place in them, and those inside of the
    target. Offsets are from its middle, in screenshot pixels; scales are 1 where the answers grow
    as the screenshot does. None: too few answers could be read. seems: the convention that fits
    what the model answered, "" when none does; fitting: the profiles that have it.
    """

    profile: str
    asked: int
    read: int
    hits: int
    mean_offset: float | None
    max_offset: float | None
    scale_x: float | None
    scale_y: float | None
    seems: str
    fitting: tuple[str, ...]
    usage: Usage
    seconds: float
    unread: str = ""
    """An answer without a place in it, as an example."""


@lru_cache(maxsize=1)
def targets() -> tuple[Target, ...]:
    """Four coloured discs on each of three pictures of different size and proportions."""
    from PIL import Image, ImageDraw

    found: list[Target] = []
    for turn, size in enumerate(SIZES):
        image = Image.new("RGB", (size.width, size.height), (245, 245, 245))
        draw = ImageDraw.Draw(image)
        boxes = []
        for place, color in enumerate(COLORS.values()):
            x, y = _MIDDLES[(place + turn) % len(_MIDDLES)]
            radius = round(_RADIUS * max(size.width, size.height))
            left, top = round(x * size.width) - radius, round(y * size.height) - radius
            edges = (left, top, left + 2 * radius, top + 2 * radius)
            draw.ellipse(edges, fill=color, outline="black", width=2)
            boxes.append(Box(x1=edges[0], y1=edges[1], x2=edges[2] + 1, y2=edges[3] + 1))
        shot = encode_screenshot(image)
        found += [
            Target(shot, f"the {name} circle", box) for name, box in zip(COLORS, boxes, strict=True)
        ]
    return tuple(found)


def calibrate_model(model: ChatModel, profile: Profile) -> ModelCalibration:
    """Ask for every target once. Raises BackendError when the model does not answer."""
    asked, answers, unread, usage, seconds = targets(), [], "", Usage(), 0.0
    for target in asked:
        messages = question(profile, target.screenshot, target.phrase)
        reply = model.complete(messages, max_tokens=MAX_TOKENS)
        usage, seconds = usage + reply.usage, seconds + reply.seconds
        places = read_answer(reply.text, profile.axes).places
        if len(places) == 1:
            answers.append((target, places[0]))
        else:
            unread = unread or reply.text[:200]
    middles = [
        (target.box.center, _read_as(profile, numbers, target, profile))
        for target, numbers in answers
    ]
    offsets = [wanted.distance(got) for wanted, got in middles]
    best = _fitting(answers, profile)
    return ModelCalibration(
        profile=profile.name,
        asked=len(asked),
        read=len(answers),
        hits=sum(_hit(target, numbers, profile) for target, numbers in answers),
        mean_offset=statistics.fmean(offsets) if offsets else None,
        max_offset=max(offsets, default=None),
        scale_x=_slope([(wanted.x, got.x) for wanted, got in middles]),
        scale_y=_slope([(wanted.y, got.y) for wanted, got in middles]),
        seems=best.text if best else "",
        fitting=best.profiles if best else (),
        usage=usage,
        seconds=seconds,
        unread=unread,
    )


def _hit(target: Target, numbers: Numbers, profile: Profile) -> bool:
    point = locate(numbers, profile, target.screenshot.space.size).point
    return point is not None and target.box.contains(point)


def _read_as(profile: Profile, numbers: Numbers, target: Target, asked: Profile) -> Point:
    """The middle of an answer read as `profile` reads it, to a picture sent as `asked` sends it.

    Unlike `locate` this takes numbers of any range. A family whose processor resizes again gives
    pixels of what it makes of the picture that it got.
    """
    size = target.screenshot.space.size
    sent = asked.picture.of(size)
    width, height = profile.extent(sent)
    first, second = statistics.fmean(numbers[::2]), statistics.fmean(numbers[1::2])
    x, y = (first, second) if profile.axes == "xy" else (second, first)
    return point_from_extent(Point(x=x, y=y), width, height, size)


def _fitting(answers: Sequence[tuple[Target, Numbers]], asked: Profile) -> Convention | None:
    """The convention with the smallest error; the one in use where it is about as good."""
    if len(answers) < len(COLORS):
        return None
    found = _conventions(answers, asked)
    best = min(found, key=lambda each: each.error)
    diagonal = statistics.fmean(_diagonal(target) for target, _ in answers)
    if best.error > _FITS * diagonal:
        return None
    factor, pixels = _AS_GOOD
    own = next((each for each in found if asked.name in each.profiles), best)
    return own if own.error <= best.error * factor + pixels else best


def _conventions(answers: Sequence[tuple[Target, Numbers]], asked: Profile) -> list[Convention]:
    """Every way in which some family answers, with its error."""
    seeing = [profile for profile in profiles().values() if profile.eyes]
    alike: dict[tuple[object, ...], list[Profile]] = {}
    for profile in seeing:
        sizes = tuple(profile.extent(asked.picture.of(size)) for size in SIZES)
        alike.setdefault((*sizes, profile.axes), []).append(profile)
    found = [
        Convention(_describe(group[0]), _names(group), _error(answers, group[0], asked))
        for group in alike.values()
    ]
    # Families of which it is not known that their processors round sizes see what they are sent.
    plain = [each for each in seeing if each.space == "pixels" and each.picture.multiple == 1]
    as_sent = Profile(name="", space="pixels")
    sent = Convention("pixels of the picture sent", _names(plain), _error(answers, as_sent, asked))
    return [*found, sent]


def _error(answers: Sequence[tuple[Target, Numbers]], profile: Profile, asked: Profile) -> float:
    """The mean distance from the middles, in pixels, when `answers` are read as `profile`."""
    return statistics.fmean(
        target.box.center.distance(_read_as(profile, numbers, target, asked))
        for target, numbers in answers
    )


def _names(group: Sequence[Profile]) -> tuple[str, ...]:
    return tuple(profile.name for profile in group)


def _describe(profile: Profile) -> str:
    first = ", y before x" if profile.axes == "yx" else ""
    spaces = {"relative": "0 to 1", "1000": "0 to 1000", "999": "0 to 999"}
    return f"{spaces.get(profile.space, f'pixels as {profile.name} sees them')}{first}"


def _diagonal(target: Target) -> float:
    size = target.screenshot.space.size
    return Point(x=0, y=0).distance(Point(x=size.width, y=size.height))


def _slope(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Of the straight line through (wanted, got) with the least squares."""
    if len({wanted for wanted, _ in pairs}) < 2:
        return None
    return statistics.linear_regression(*zip(*pairs, strict=True)).slope
