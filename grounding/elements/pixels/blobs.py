"""Compact signs that are not text: what may be an icon.

Prevents: line numbers, bullets and pieces of letters being taken for icons.
"""

from collections.abc import Iterable, Sequence

from handeye.actions import Box
from handeye.grounding.elements.pixels.ink import Picture, Shape, is_ring, shapes
from handeye.grounding.elements.pixels.lines import Text

_LEAST, _MOST = 0.42, 3.4  # lines of text: how large an icon may be
_WIDE = 1.8  # times as wide as high: two buttons
_CORNER = 3  # pixels: how round a button's corner may be
_FILLED = 0.6  # of a row's width that its buttons take
_SURE = 0.95
_TAIL = 0.1  # of the height of a line
_WORDS = "ok go no on up in to by me my we us do so if is it at as an of or id"
_LETTERS = 2  # a text of as many signs may be an icon that was read as letters


def blobs_on(picture: Picture, texts: Sequence[Text], taken: Iterable[Shape]) -> list[Shape]:
    """Compact signs outside of texts; `taken` are the outlines of other things."""
    import cv2
    import numpy as np

    most = _MOST * picture.unit
    outlines = [shape.box for shape in taken]
    mask = picture.without(
        lambda shape: max(shape.width, shape.height) > most or _is_taken(shape, outlines)
    )
    for text in texts:
        if len(text.text) > _LETTERS or _is_word(text):
            picture.cut(mask, _with_tails(text.box))[:] = 0
    gap = max(3, round(0.24 * picture.unit)) | 1
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    least = max(7.0, _LEAST * picture.unit)
    found = []
    for shape in shapes(closed, 8):
        longest, shortest = max(shape.width, shape.height), min(shape.width, shape.height)
        if least <= longest <= most and shortest >= 0.2 * longest:
            found += _buttons_of(picture, shape) or [shape]
    return found


def _buttons_of(picture: Picture, shape: Shape) -> list[Shape]:
    """The small frames of one size side by side that the shape is made of: a window's buttons."""
    if shape.width < _WIDE * shape.height:
        return []
    parts = [
        each
        for each in picture.outlines
        if shape.box.contains(each.box.center)
        and each.height > 0.8 * shape.height
        and 0.8 * each.height < each.width < 1.25 * each.height
        and is_ring(picture.edges, each, _CORNER)
    ]
    whole = sum(each.width for each in parts) > _FILLED * shape.width
    return sorted(parts) if whole and len(parts) > 1 else []


def _with_tails(box: Box) -> Box:
    """With what letters have above and below the line: the tail of a Q."""
    room = _TAIL * box.height
    return box.model_copy(update={"y1": max(0.0, box.y1 - room), "y2": box.y2 + room})


def _is_word(text: Text) -> bool:
    """Whether so short a text was surely read: "OK", "Go", "F5", "12"."""
    if text.confidence < _SURE or len(text.text) < 2:
        return False
    return text.text.casefold() in _WORDS.split() or text.text[1].isdigit()


def _is_taken(shape: Shape, outlines: Sequence[Box]) -> bool:
    """Whether the shape is the outline of one of these boxes."""
    return any(
        abs(box.x1 - shape.x) < 4
        and abs(box.y1 - shape.y) < 4
        and abs(box.x2 - shape.x - shape.width) < 4
        and abs(box.y2 - shape.y - shape.height) < 4
        for box in outlines
    )
