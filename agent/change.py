"""Whether a screen has changed between two looks.

Prevents: a blinking caret, a spinner or a clock taken for progress, so that a run which achieves
nothing is never seen to go round in circles.
"""

from handeye.envs import Observation

CARET = (4, 64)
"""Widest and highest difference, in pixels, that a blinking caret makes."""


def changed(before: Observation, after: Observation) -> bool:
    """Whether anything but a caret or an endless animation differs."""
    if _content(before) != _content(after) or after.dialogs or after.downloads:
        return True
    if before.screenshot.sha256 == after.screenshot.sha256:
        return False
    if before.elements and (_animated(before) or _animated(after)):
        return False
    return _pixels_differ(before, after)


def _content(observation: Observation) -> tuple[object, ...]:
    return observation.url, observation.title, observation.tabs, observation.elements


def _animated(observation: Observation) -> bool:
    return observation.settled is not None and observation.settled.reason in ("animated", "cap")


def _pixels_differ(before: Observation, after: Observation) -> bool:
    from PIL import ImageChops

    first, second = before.screenshot.image, after.screenshot.image
    if first.size != second.size:
        return True
    # JPEG moves a value by a few steps of 255 around a true difference.
    difference = ImageChops.difference(first, second).convert("L").point(_clear)
    box = difference.getbbox()
    if box is None:
        return False
    return box[2] - box[0] > CARET[0] or box[3] - box[1] > CARET[1]


def _clear(value: float) -> float:
    return 255 if value > 12 else 0
