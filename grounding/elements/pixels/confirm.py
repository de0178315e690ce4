"""Which of the candidates are checkboxes, radios and switches: those with a text to choose.

Prevents: icons with a frame or a round form (calendars, bins, gears) being taken for boxes.
"""

from collections.abc import Sequence

from handeye.actions import Box
from handeye.grounding.elements.pixels.checks import Check
from handeye.grounding.elements.pixels.controls import Control
from handeye.grounding.elements.pixels.ink import Shape
from handeye.grounding.elements.pixels.labels import beside_check
from handeye.grounding.elements.pixels.lines import Text

_NUMBERS, _ROWS = 2, 12.0  # numbers in the column of a number, and within how many lines of text


def confirmed(
    candidates: Sequence[Check], controls: Sequence[Control], texts: Sequence[Text], unit: float
) -> list[Check]:
    """The candidates that have a label, or stand in a column of their like beside texts.

    What a field holds is no label, and a number among numbers no box.
    """
    frames = [each.shape for each in controls if each.kind == "icon"]
    pressed = {n for each in controls if each.kind == "button" for n in each.texts}
    filled = {n for each in controls if each.kind in ("field", "list") for n in each.texts}
    said = [t for n, t in enumerate(texts) if n not in pressed and is_said(t)]
    labels = [t for n, t in enumerate(texts) if n not in pressed | filled and is_said(t)]
    numbers = [text.box for text in texts if text.text.strip(".").isdecimal()]
    loose = [
        check
        for check in candidates
        if not _is_framed(check, frames) and not _is_number(check, numbers, unit)
    ]
    stops = [check.shape.box for check in loose]
    found = []
    for check in loose:
        box = check.shape.box
        label = beside_check(box, labels, unit, stops)
        right = label is not None and labels[label].box.x1 > box.center.x
        if (
            right
            or (check.role == "switch" and label is not None)
            or _is_in_column(check, loose, said, unit)
        ):
            found.append(check)
    return [_as_column(check, found, unit) for check in found]


def _as_column(check: Check, others: Sequence[Check], unit: float) -> Check:
    """With the role that most have in its column: a tick can make a box look round."""
    boxes = [other.shape.box for other in others]
    roles = [others[n].role for n in column_of(check.shape.box, boxes, unit)]
    role = max(("checkbox", "radio", "switch"), key=roles.count)
    return check._replace(role=role) if roles.count(role) > roles.count(check.role) else check


def is_said(text: Text) -> bool:
    """Whether a text is more than a sign."""
    return sum(map(str.isalnum, text.text)) > 1


def _is_framed(check: Check, frames: Sequence[Shape]) -> bool:
    """Whether the candidate is the sign in the frame of a button."""
    center = check.shape.box.center
    return any(
        frame.box.contains(center) and frame.width > 1.15 * check.shape.width for frame in frames
    )


def _is_number(check: Check, numbers: Sequence[Box], unit: float) -> bool:
    """Whether numbers stand over and under it: the head of a row, of a line of code."""
    box = check.shape.box
    column = [
        number
        for number in numbers
        if abs(number.center.x - box.center.x) < 0.5 * unit
        and abs(number.center.y - box.center.y) < _ROWS * unit
    ]
    return len(column) >= _NUMBERS


def column_of(box: Box, others: Sequence[Box], unit: float) -> list[int]:
    """Positions of the boxes of one size that stand under each other, the box itself included."""
    return [
        n
        for n, other in enumerate(others)
        if abs(other.center.x - box.center.x) < 1.5 * unit
        and abs(other.width - box.width) <= 3
        and abs(other.height - box.height) <= 3
    ]


def _is_in_column(
    check: Check, others: Sequence[Check], texts: Sequence[Text], unit: float
) -> bool:
    """Whether boxes stand under each other, left of texts; right of them, if one is empty."""
    box = check.shape.box
    column = column_of(box, [other.shape.box for other in others], unit)
    row = [text for text in texts if abs(text.middle - box.center.y) < 0.7 * unit]
    if len(column) < 2 or not row:
        return False
    empty = any(not others[n].checked and others[n].role == "checkbox" for n in column)
    return empty or any(text.box.x1 > box.x2 for text in row)
