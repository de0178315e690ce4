"""Text on pixels, behind one small interface with two engines.

`faster-paddle` is the default; `rapidocr` takes over where the first has no wheel. Both run
PP-OCR models that come inside their packages, so nothing is downloaded. Prevents: the rest of
handeye depending on a library that has one author.
"""

import io
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from handeye.actions import Box, Value
from handeye.actions.errors import BackendError
from handeye.envs import Screenshot

if TYPE_CHECKING:
    from PIL import Image

MIN_CONFIDENCE = 0.5
_SMALL_SIDE, _LARGE_SIDE = 1280, 2560  # above the first, text shrinks too far to be read


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


def read_text(picture: "Screenshot | Image.Image") -> tuple[Line, ...]:
    """The lines of text on `picture`, from top to bottom; asked again, it answers from memory.

    Raises BackendError when no engine is installed.
    """
    if isinstance(picture, Screenshot):
        size = picture.space.size
        return _read(picture.data, max(size.width, size.height))
    packed = io.BytesIO()
    picture.convert("RGB").save(packed, "PNG", compress_level=1)
    return _read(packed.getvalue(), max(picture.size))


@lru_cache(maxsize=8)
def _read(data: bytes, side: int) -> tuple[Line, ...]:
    lines = engine()(data, _SMALL_SIDE if side <= _SMALL_SIDE else _LARGE_SIDE)
    kept = [line for line in lines if line.confidence >= MIN_CONFIDENCE and line.text.strip()]
    return tuple(sorted(kept, key=lambda line: (line.box.y1, line.box.x1)))


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


@lru_cache(maxsize=2)
def _paddle(side: int) -> Any:
    return import_module("faster_paddle").OcrEngine(model_size="tiny", det_max_side=side)


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


@lru_cache(maxsize=2)
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
