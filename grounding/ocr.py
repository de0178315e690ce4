"""Text on pixels, behind one small interface with two engines.

`faster-paddle` is the default; `rapidocr` takes over where the first has no wheel. Both run
PP-OCR models that come inside their packages, so nothing is downloaded. Prevents: the rest of
handeye depending on a library that has one author.
"""

import io
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from handeye.actions import Box, Value
from handeye.actions.errors import BackendError
from handeye.envs import Screenshot
from handeye.grounding.blank import dense

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

MIN_CONFIDENCE = 0.5
_LONGEST = 3840  # pixels of a side: what is longer is shrunk to it
_MOST_PIXELS = 2_200_000  # of a strip (1920×1080): the engine's memory grows with it
_SOFTER = 1.04  # times as large: with the softer edges 1 to 2 % more of the lines are found
_OVERLAP, _CUT = 160, 4  # pixels: higher than a line of text; from an edge where it may be cut
_SAME = 0.3  # overlap of the same line in two strips
_SPINNING = "OCR_DET_SPIN", "OCR_REC_SPIN"
"""Whether faster-paddle's threads turn while they wait: they take the processors that the shapes
need, and a third of the work on text is that."""


class Word(Value):
    """One word; its box is the line's, cut in proportion to the letters."""

    text: str
    box: Box


class Line(Value):
    """One line of text in screenshot pixels; `confidence` is the engine's own, 0.0 to 1.0."""

    text: str
    box: Box
    confidence: float

    @property
    def words(self) -> tuple[Word, ...]:
        found, at = [], 0
        unit = self.box.width / max(1, len(self.text))
        for text in self.text.split():
            at = self.text.index(text, at)
            left = self.box.x1 + at * unit
            box = self.box.model_copy(update={"x1": left, "x2": left + len(text) * unit})
            found.append(Word(text=text, box=box))
            at += len(text)
        return tuple(found)


Engine = Callable[[bytes, int], list[Line]]


def text_on(screenshot: Screenshot) -> str:
    """All that can be read on it, a line a line. Raises BackendError without an engine."""
    return "\n".join(line.text for line in read_text(screenshot))


def lines_on(screenshot: Screenshot) -> list[tuple[str, Box]]:
    """Each line and where it is. Raises BackendError without an engine."""
    return [(line.text, line.box) for line in read_text(screenshot)]


def read_text(picture: "Screenshot | Image.Image") -> tuple[Line, ...]:
    """The lines of text on `picture`, from top to bottom; a screenshot is read once.

    Raises BackendError when no engine is installed.
    """
    return _read(picture) if isinstance(picture, Screenshot) else _lines(picture)


@lru_cache(maxsize=2)
def _read(screenshot: Screenshot) -> tuple[Line, ...]:
    return _lines(screenshot.image)


def _lines(image: "Image.Image") -> tuple[Line, ...]:
    import numpy as np

    packed = dense(np.asarray(image.convert("RGB")))
    height, width = packed.pixels.shape[:2]
    found: list[Line] = []
    for top, bottom in _bands(width, height, packed.gaps):
        twice = [line for line in found if line.box.y2 > top]
        found += [
            line
            for line in _band(packed.pixels, top, bottom)
            if not any(line.box.iou(other.box) > _SAME for other in twice)
        ]
    kept = [
        line.model_copy(update={"box": packed.back(line.box)})
        for line in found
        if line.confidence >= MIN_CONFIDENCE and line.text.strip()
    ]
    return tuple(sorted(kept, key=lambda line: (line.box.y1, line.box.x1)))


def _bands(width: int, height: int, gaps: Sequence[int]) -> list[tuple[int, int]]:
    """Strips that are small enough to be read at their own resolution.

    They end at `gaps`, where no text is cut; else each overlaps the next.
    """
    most = max(2 * _OVERLAP, _MOST_PIXELS // width)
    found, top = [], 0
    while height - top > most:
        left = height - top
        even = top + left / -(-left // most)
        near = [gap for gap in gaps if top + most / 2 < gap <= top + most]
        bottom = min(near, key=lambda gap: abs(gap - even), default=top + most)
        found.append((top, bottom))
        top = bottom if near else bottom - _OVERLAP
    return [*found, (top, height)]


def _band(pixels: "NDArray[np.uint8]", top: int, bottom: int) -> list[Line]:
    """The lines that lie whole in a strip."""
    from PIL import Image

    strip = Image.fromarray(pixels[top:bottom])
    size = max(1, round(_SOFTER * strip.width)), max(1, round(_SOFTER * strip.height))
    packed = io.BytesIO()
    # BMP is three times as fast to write and read as PNG.
    strip.resize(size, Image.Resampling.BILINEAR).save(packed, "BMP")
    scale = strip.width / size[0], strip.height / size[1]
    lines = engine()(packed.getvalue(), _LONGEST)
    moved = [line.model_copy(update={"box": _placed(line.box, scale, top)}) for line in lines]
    # What the edge of a strip cuts is whole in the other one.
    first = top + _CUT if top else 0
    last = bottom - _CUT if bottom < len(pixels) else bottom
    return [line for line in moved if first <= line.box.y1 and line.box.y2 <= last]


def _placed(box: Box, scale: tuple[float, float], top: int) -> Box:
    across, down = scale
    return Box(
        x1=box.x1 * across, y1=box.y1 * down + top, x2=box.x2 * across, y2=box.y2 * down + top
    )


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The first engine that is installed."""
    for module, made in ENGINES.items():
        try:
            import_module(module)
        except ImportError:
            continue
        return made
    raise BackendError(
        "No engine to read text from pixels is installed.",
        "Run: pip install faster-paddle (or: pip install rapidocr onnxruntime).",
    )


@lru_cache(maxsize=1)
def _paddle(side: int) -> Any:
    for name in _SPINNING:
        os.environ.setdefault(name, "0")
    return import_module("faster_paddle").OcrEngine(
        model_size="tiny", det_max_side=side, det_min_side=0
    )


def with_paddle(data: bytes, side: int) -> list[Line]:
    """Lines read by faster-paddle; `side` is the longest side that is searched for text."""
    found = _paddle(side).ocr(data)["bounds"].values()
    return [
        Line(
            text=entry["text"],
            box=_box(*entry["topLeftCoord"], *entry["bottomRightCoord"]),
            confidence=min(1.0, float(entry["confidence"])),
        )
        for entry in found
    ]


@lru_cache(maxsize=1)
def _rapid(side: int) -> Any:
    return import_module("rapidocr").RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": side,
            "Det.limit_type": "max",
            "Det.limit_side_len": side,
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": 2,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def with_rapidocr(data: bytes, side: int) -> list[Line]:
    """Lines read by rapidocr; `side` is the longest side that is searched for text."""
    found = _rapid(side)(data)
    if found.boxes is None:
        return []
    return [
        Line(
            text=text,
            box=_box(*corners.min(axis=0), *corners.max(axis=0)),
            confidence=min(1.0, float(score)),
        )
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def _box(x1: float, y1: float, x2: float, y2: float) -> Box:
    return Box(x1=float(x1), y1=float(y1), x2=float(max(x1, x2)), y2=float(max(y1, y2)))


ENGINES: dict[str, Engine] = {"faster_paddle": with_paddle, "rapidocr": with_rapidocr}
