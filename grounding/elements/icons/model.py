"""The weights of the icon model, loaded once, and what is computed with them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from handeye.grounding.elements.icons.phrases import DIMENSIONS, known_share, rows_of
from handeye.grounding.elements.icons.prepare import SIDE, prepare

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Vectors = NDArray[np.float32]
Crop = Image.Image | NDArray[np.uint8]
PICTURES, PHRASES = "pictures.onnx", "phrases.npz"
_BATCH = 64
_ICON_SCALE = 8.0
_NOUN = re.compile(r"(?<=\w)\s+(icon|button|symbol|sign)$", re.IGNORECASE)
_STRANGE = 0.7  # how much is left of the likeness to a phrase of unknown words only


class Model:
    """The model in one folder. `Model.shipped()` is the one of the package."""

    def __init__(self, folder: Path) -> None:
        self._session = _session(folder / PICTURES)
        with np.load(folder / PHRASES) as stored:
            known = stored["words"].tobytes().decode().split("\n")
            self._listed = stored["listed"].tobytes().decode().split("\n")
            self._rows: NDArray[np.int8] = stored["rows"]
            self._scales: NDArray[np.float32] = stored["scales"].astype(np.float32)
            self._icon: Vectors = stored["icon"].astype(np.float32)
            slope, middle = stored["likeness"]
        self._slope, self._middle = float(slope), float(middle)
        self._table = {word: row for row, word in enumerate(known)}
        self._phrases: dict[str, Vectors] = {}
        self._names: Vectors | None = None

    @staticmethod
    @lru_cache(maxsize=1)
    def shipped() -> "Model":
        return Model(shipped_weights())

    def look(self, crops: Sequence[Crop]) -> Vectors:
        """A unit vector for each crop."""
        return self.look_prepared([prepare(crop) for crop in crops])

    def look_prepared(self, prepared: Sequence[NDArray[np.uint8]] | NDArray[np.uint8]) -> Vectors:
        parts = [np.empty((0, DIMENSIONS), np.float32)]
        for start in range(0, len(prepared), _BATCH):
            batch = np.asarray(prepared[start : start + _BATCH]).reshape(-1, SIDE, SIDE)
            parts.append(self._session.run(None, {"crops": batch})[0])
        return np.concatenate(parts)

    def phrase(self, phrase: str) -> Vectors:
        """The unit vector of a phrase; zeros for one without words."""
        if phrase not in self._phrases:
            if len(self._phrases) > 4096:
                self._phrases.clear()
            self._phrases[phrase] = self._encode(phrase)
        return self._phrases[phrase]

    def _encode(self, phrase: str) -> Vectors:
        rows, weights = rows_of(phrase, self._table)
        if not rows:
            return np.zeros(DIMENSIONS, np.float32)
        scaled = np.array(weights, np.float32) * self._scales[rows]
        summed = scaled @ self._rows[rows].astype(np.float32)
        return (summed / (np.linalg.norm(summed) + 1e-6)).astype(np.float32)

    def likeness(self, vectors: Vectors, phrase: str) -> Vectors:
        """How well each fits the phrase, 0.0 to 1.0, with or without "icon" or "button"."""
        phrase = _NOUN.sub("", phrase)
        wanted = self.phrase(phrase)
        if not wanted.any():
            return np.zeros(len(vectors), np.float32)
        fits = _logistic(self._slope * (vectors @ wanted - self._middle))
        return fits * np.float32(_STRANGE + (1 - _STRANGE) * known_share(phrase, self._table))

    def iconness(self, vectors: Vectors) -> Vectors:
        """How surely each is an icon and no text, photo, blank or border, 0.0 to 1.0."""
        return _logistic(_ICON_SCALE * (vectors @ self._icon[:-1] + self._icon[-1]))

    def names(self, vector: Vectors, count: int) -> list[tuple[str, float]]:
        """What it may be called, best first, with the likeness."""
        if self._names is None:
            self._names = np.stack([self._encode(term) for term in self._listed])
        fits = self._names @ vector
        best = np.argsort(-fits)[:count]
        sure = _logistic(self._slope * (fits[best] - self._middle))
        return [(self._listed[at], float(each)) for at, each in zip(best, sure, strict=True)]


def shipped_weights() -> Path:
    return Path(str(resources.files(__package__))) / "weights"


def _logistic(values: Vectors) -> Vectors:
    found: Vectors = (1.0 / (1.0 + np.exp(-np.clip(values, -30, 30)))).astype(np.float32)
    return found


def _session(path: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        path.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
