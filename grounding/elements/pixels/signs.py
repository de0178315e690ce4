"""The icons of one screen, and how well a name fits each by its look.

Prevents: every icon being looked at again for every phrase.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.vocabulary import CHECKED, CHOSEN, EDITED, ROLES
from handeye.grounding.elements.words import words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ICON = "icon"
_LEAST = 0.6  # likeness from where on an icon may be meant; lower, what is absent is found
_LONGEST = 4  # words that an icon may be called by; more are a sentence
_BASE, _SPAN = 0.5, 0.45  # a likeness as a score: the best look says less than the very name
_MARGIN = 0.12  # room around an icon, in parts of its size


class Signs:
    """Icons by the place of their element; of the picture only what is drawn of them is kept."""

    def __init__(self, crops: dict[int, "NDArray[np.uint8]"]) -> None:
        self._crops = crops
        self._places = list(crops)

    @classmethod
    def of(cls, picture: Picture, elements: Sequence[Element]) -> "Signs":
        icons = (n for n, each in enumerate(elements) if each.tag == ICON)
        return cls({n: crop(picture, elements[n].box).copy() for n in icons})

    def among(self, kept: Sequence[int]) -> "Signs":
        """Those of the elements that are kept, by their new places."""
        return Signs({at: self._crops[n] for at, n in enumerate(kept) if n in self._crops})

    @cached_property
    def _vectors(self) -> "NDArray[np.float32]":
        from handeye.grounding.elements.icons import look

        return look(list(self._crops.values()))

    def scores(self, name: str) -> dict[int, float]:
        """The elements that look like what `name` says, with a score below 1.0."""
        from handeye.grounding.elements.icons import likeness

        if not self._places or len(name.split()) > _LONGEST or _says_input(name):
            return {}
        fits = likeness(self._vectors, name).tolist()
        return {
            place: _BASE + _SPAN * fit
            for place, fit in zip(self._places, fits, strict=True)
            if fit >= _LEAST
        }

    def names(self) -> dict[int, str]:
        """What each icon may be called, for people to read."""
        from handeye.grounding.elements.icons import names

        best = (names(vector, 1) for vector in (self._vectors if self._places else ()))
        return {n: found[0][0] for n, found in zip(self._places, best, strict=True) if found}


def _says_input(name: str) -> bool:
    """Whether a field or box is asked for, with its noun: no icon is one."""
    said = words(name)
    roles = ROLES.get(said[-1], ((), ()))[0] if said else ()
    return bool(roles) and set(roles) <= {*EDITED, *CHECKED, *CHOSEN, "slider"}


def crop(picture: Picture, box: Box) -> "NDArray[np.uint8]":
    """What is drawn in `box`, without the frame around it, with some room."""
    import numpy as np

    inset = 0.0 if min(box.width, box.height) < 1.2 * picture.unit else max(3.0, 0.1 * box.height)
    inner = Box(x1=box.x1 + inset, y1=box.y1 + inset, x2=box.x2 - inset, y2=box.y2 - inset)
    part = picture.cut(picture.edges, inner)
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if inset and len(rows):
        left, top = round(inner.x1), round(inner.y1)
        box = Box(
            x1=left + int(columns[0]),
            y1=top + int(rows[0]),
            x2=left + int(columns[-1]) + 1,
            y2=top + int(rows[-1]) + 1,
        )
    margin = _MARGIN * max(box.width, box.height)
    return picture.cut(
        picture.pixels,
        Box(x1=box.x1 - margin, y1=box.y1 - margin, x2=box.x2 + margin, y2=box.y2 + margin),
    )
