"""Lines of text as they stand: cut where a gap is too wide for a space, words where their ink is.

Prevents: the labels of tabs, menus and table cells that OCR runs together being one text, and
clicks beside the word that was meant in a longer line.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from handeye.actions import Box, Value
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.ocr import Line, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SHORT = 4  # words of a label that is broken into lines
_VIVID = 60  # levels between the channels of a colour
_WIDE = 0.7  # of the height of a line: the gap that no space has


class Text(Value):
    """A run of words on one line; `contrast` is how far its ink differs from what it stands on.

    `vivid`: in a colour, on ground of none; `underlined`: all of it, not one letter.
    """

    text: str
    box: Box
    words: tuple[Word, ...]
    confidence: float = 1.0
    contrast: float = 255.0
    vivid: bool = False
    underlined: bool = False

    @property
    def middle(self) -> float:
        return (self.box.y1 + self.box.y2) / 2


def texts_of(picture: Picture, lines: Iterable[Line], signs: Sequence[Box] = ()) -> list[Text]:
    """The lines cut at wide gaps and at `signs` that are no text, with boxes of their words."""
    return [text for line in lines for text in _cut(picture, line, signs)]


def _cut(picture: Picture, line: Line, signs: Sequence[Box]) -> list[Text]:
    tokens = line.text.split()
    within = [sign for sign in signs if line.box.contains(sign.center)]
    runs = [
        run
        for run in ink_runs(picture, line.box)
        if not any(sign.x1 - 2 < run[0] and run[1] < sign.x2 + 2 for sign in within)
    ]
    if not tokens or not runs:
        return [_text(picture, line, line.words)] if tokens else []
    groups = _words(runs, tokens, line.box.height)
    words = [
        Word(text=token, box=_span(line.box, first, last))
        for token, (first, last) in zip(tokens, groups, strict=True)
    ]
    parts: list[list[Word]] = [[]]
    for word in words:
        if parts[-1] and _is_apart(parts[-1][-1].box, word.box, line.box.height, within):
            parts.append([])
        parts[-1].append(word)
    return [_text(picture, line, part) for part in parts]


def _is_apart(one: Box, other: Box, height: float, signs: Sequence[Box]) -> bool:
    between = any(one.x2 <= sign.center.x <= other.x1 for sign in signs)
    return between or other.x1 - one.x2 > _WIDE * height


def ink_runs(picture: Picture, box: Box) -> list[tuple[int, int]]:
    """Columns of `box` with ink, as (first, after the last) in pixels of the picture."""
    import numpy as np

    inset = box.height * 0.15
    part = picture.cut(
        picture.edges,
        box.model_copy(
            update={
                "y1": box.y1 + inset,
                "y2": box.y2 - inset,
            }
        ),
    )
    if not part.size:
        return []
    inked = part.max(axis=0)
    ends = np.flatnonzero(np.diff(np.concatenate(([0], inked, [0])).astype(np.int8)))
    left = max(0, round(box.x1))
    return [(left + int(a), left + int(b)) for a, b in zip(ends[::2], ends[1::2], strict=True)]


def _words(
    runs: Sequence[tuple[int, int]], tokens: Sequence[str], height: float
) -> list[tuple[float, float]]:
    """Where each word begins and ends: between the widest gaps, where those are wide enough."""
    gaps = sorted(range(1, len(runs)), key=lambda n: runs[n][0] - runs[n - 1][1], reverse=True)[
        : len(tokens) - 1
    ]
    left, right = float(runs[0][0]), float(runs[-1][1])
    narrowest = min((runs[n][0] - runs[n - 1][1] for n in gaps), default=99)
    if len(gaps) == len(tokens) - 1 and narrowest >= max(2.0, 0.1 * height):
        starts = [0, *sorted(gaps)]
        stops = [*sorted(gaps), len(runs)]
        return [
            (float(runs[a][0]), float(runs[b - 1][1])) for a, b in zip(starts, stops, strict=True)
        ]
    length = sum(map(len, tokens)) + len(tokens) - 1
    unit = (right - left) / max(1, length)
    found, at = [], left
    for token in tokens:
        found.append((at, at + len(token) * unit))
        at += (len(token) + 1) * unit
    return found


def _span(box: Box, first: float, last: float) -> Box:
    return box.model_copy(update={"x1": first, "x2": max(first + 1.0, last)})


def wrapped(texts: Sequence[Text]) -> list[Text]:
    """Short texts that go on in the line below, joined: the label of a link or a card."""
    order = sorted(texts, key=lambda text: text.box.y1)
    found = []
    for place, first in enumerate(order):
        height = first.box.height
        if len(first.words) > _SHORT:
            continue
        for second in order[place + 1 :]:
            gap = second.box.y1 - first.box.y2
            if gap > 0.4 * height:
                break
            near = min(
                abs(first.box.x1 - second.box.x1),
                abs(first.box.center.x - second.box.center.x),
            )
            alike = abs(second.box.height - height) < 0.25 * height
            if gap > -0.5 * height and near < 0.3 * height and alike:
                found.append(_joined(first, second))
                break
    return found


def _joined(first: Text, second: Text) -> Text:
    one, two = first.box, second.box
    box = Box(x1=min(one.x1, two.x1), y1=one.y1, x2=max(one.x2, two.x2), y2=two.y2)
    words = (*first.words, *second.words)
    return first.model_copy(
        update={"text": f"{first.text} {second.text}", "box": box, "words": words}
    )


def _text(picture: Picture, line: Line, words: Sequence[Word]) -> Text:
    box = _span(line.box, words[0].box.x1, words[-1].box.x2)
    contrast, vivid = _ink(picture.cut(picture.pixels, box))
    return Text(
        text=" ".join(word.text for word in words),
        box=box,
        words=tuple(words),
        confidence=line.confidence,
        contrast=contrast,
        vivid=vivid,
        underlined=_is_underlined(picture, box),
    )


def _ink(pixels: "NDArray[np.uint8]") -> tuple[float, bool]:
    """How far the ink differs from the ground, and whether it alone has a colour."""
    import numpy as np

    if not pixels.size:
        return 0.0, False
    flat = pixels.reshape(-1, 3)
    grey = flat.mean(axis=1)
    low, middle, high = np.percentile(grey, (2, 50, 98))
    contrast = float(max(middle - low, high - middle))
    far = np.abs(grey - middle)
    ink, ground = flat[far >= 0.8 * contrast], flat[far <= 0.1 * contrast + 1]
    if not len(ink) or not len(ground):
        return contrast, False
    colored = np.ptp(ink.mean(axis=0)) > _VIVID
    return contrast, bool(colored and np.ptp(ground.mean(axis=0)) < 0.5 * _VIVID)


def _is_underlined(picture: Picture, box: Box) -> bool:
    """Whether a line that is no longer than the text runs right under it."""
    top, bottom = round(box.y1 + 0.72 * box.height), round(box.y2 + 0.12 * box.height)
    left, right = max(0, round(box.x1) + 1), round(box.x2) - 1
    part = picture.edges[top:bottom]
    if right - left < 4 or not part.size:
        return False
    far = round(box.height)
    rows = part[part[:, left:right].mean(axis=1) > 0.97]
    return any(
        not row[max(0, left - far) : left].all() and not row[right : right + far].all()
        for row in rows
    )
