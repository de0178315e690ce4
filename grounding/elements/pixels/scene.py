"""The parts of one screen, each of them one thing: texts, frames, boxes, sliders, signs.

The order matters: what is read first, then frames, then boxes and switches, then the signs that
are left. Prevents: one place on the screen being a field, a checkbox and an icon at once.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from handeye.grounding.elements.pixels.blobs import blobs_on
from handeye.grounding.elements.pixels.checks import Check, checks_on, without_checks
from handeye.grounding.elements.pixels.confirm import confirmed
from handeye.grounding.elements.pixels.controls import Control, controls_on
from handeye.grounding.elements.pixels.ink import Picture, Shape
from handeye.grounding.elements.pixels.lines import Text, ink_runs, texts_of
from handeye.grounding.elements.pixels.rectangles import rectangles_on
from handeye.grounding.elements.pixels.sliders import Ruled, sliders_on, underlined_on
from handeye.grounding.elements.pixels.twins import without_false_twins
from handeye.grounding.ocr import Line

_WORD = re.compile("[a-zA-ZÀ-ɏ]{3}|[0-9]{3}")
_STARS = "★☆"  # of a rating
_HEADING = 1.2  # lines of text
_FOREIGN = 0.1  # part of the letters of a screen that are not Latin, from where on it is in such


class Scene(NamedTuple):
    """`ruled` are fields that are only a line; `signs` are not framed."""

    picture: Picture
    texts: list[Text]
    controls: list[Control]
    checks: list[Check]
    sliders: list[Shape]
    ruled: list[Ruled]
    signs: list[Shape]


def scene_of(picture: Picture, lines: Sequence[Line]) -> Scene:
    """What is on the picture, of which `lines` were read."""
    foreign = _is_foreign(lines)
    lines = [line for line in lines if foreign or not _is_gibberish(picture, line)]
    lines = without_false_twins(picture, lines)
    rectangles = rectangles_on(picture)
    candidates = checks_on(picture, rectangles, lines)
    kept = [without_checks(line, candidates) for line in lines]
    boxes = [check.shape.box for check in candidates]
    texts = texts_of(picture, [line for line in kept if line], boxes)
    controls = controls_on(picture, rectangles, texts)
    checks = confirmed(candidates, controls, texts, picture.unit)
    controls = [
        each
        for each in controls
        if not _is_check(each, checks) and not _is_letter(each, texts, picture.unit)
    ]
    sliders = sliders_on(picture)
    taken = [control.shape for control in controls if control.kind != "panel"]
    ruled = underlined_on(picture, texts, [shape.box for shape in taken])
    signs = _signs(picture, texts, taken, [each.shape for each in checks] + sliders, controls)
    return Scene(picture, texts, controls, checks, sliders, ruled, signs)


def _signs(
    picture: Picture,
    texts: Sequence[Text],
    taken: Sequence[Shape],
    whole: Sequence[Shape],
    controls: Sequence[Control],
) -> list[Shape]:
    """Signs outside of frames of their own, boxes and sliders."""
    filled = [shape.box for shape in whole]
    filled += [control.shape.box for control in controls if control.kind == "icon"]
    found = blobs_on(picture, texts, (*taken, *whole))
    return [sign for sign in found if not any(box.contains(sign.box.center) for box in filled)]


def _is_check(control: Control, checks: Sequence[Check]) -> bool:
    center = control.shape.box.center
    return any(
        check.shape.box.contains(center) and control.shape.width <= 1.3 * check.shape.width
        for check in checks
    )


def _is_letter(control: Control, texts: Sequence[Text], unit: float) -> bool:
    """Whether it is a round letter of a large heading, which has an outline as icons have."""
    if control.kind != "icon":
        return False
    box = control.shape.box
    return any(
        text.box.height > _HEADING * unit
        and len(text.text) > 2
        and text.box.contains(box.center)
        and box.height < text.box.height
        for text in texts
    )


def _is_foreign(lines: Sequence[Line]) -> bool:
    """Whether the screen has texts in another script than Latin, Greek or Cyrillic."""
    letters = [sign for line in lines for sign in line.text if sign.isalpha()]
    return sum(map(_is_wide, letters)) > _FOREIGN * len(letters)


def _is_gibberish(picture: Picture, line: Line) -> bool:
    """A row of icons that was read as signs of another script, or as letters far apart."""
    signs = [sign for sign in line.text if not sign.isspace()]
    if len(signs) < 2 or _is_dots(line):
        return False
    strange = sum(
        _is_wide(sign) or not (sign.isalnum() or sign.isascii() or sign in _STARS) for sign in signs
    )
    if 2 * strange >= len(signs):
        return True
    if all(sign.isalnum() and sign.isascii() for sign in signs) or _WORD.search(line.text):
        return False
    runs = ink_runs(picture, line.box)
    wide = 0.4 * line.box.height
    groups = 1 + sum(two[0] - one[1] > wide for one, two in pairwise(runs))
    return groups > 1 and len(signs) <= 1.7 * groups


def _is_dots(line: Line) -> bool:
    return set(line.text) <= set("•·●.…* ")


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"
