"""Icons on pixels: recognised by their look, named by their function.

"settings" finds a gear, because both are vectors in one space: `look` once per screen, then
`likeness` for each phrase. Trained by `grounding/elements/train`; what with and how well stands in
docs/icons.md. Prevents: a button that has no text being out of reach.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handeye.grounding.elements.icons.model import Crop, Model, Vectors
from handeye.grounding.elements.icons.phrases import DIMENSIONS

__all__ = ["DIMENSIONS", "iconness", "likeness", "load", "look", "names"]


def load() -> None:
    """Load the weights now, if they are not; else the first look does."""
    Model.shipped()


def look(crops: Sequence[Crop] | NDArray[np.uint8]) -> Vectors:
    """A unit vector for each crop (a PIL image, or RGB pixels), cut with or without some room."""
    return Model.shipped().look(list(crops))


def likeness(vectors: Vectors, phrase: str) -> Vectors:
    """How well each fits the phrase, 0.0 to 1.0. "icon" and "button" at its end say nothing."""
    return Model.shipped().likeness(vectors, phrase)


def iconness(vectors: Vectors) -> Vectors:
    """How surely each is an icon, and not a piece of text, a photo, a border or nothing."""
    return Model.shipped().iconness(vectors)


def names(vector: Vectors, count: int = 5) -> list[tuple[str, float]]:
    """What the icon may be called, best first, with how well each name fits."""
    return Model.shipped().names(vector, count)
