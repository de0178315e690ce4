"""Where a desktop shows secrets: covered in every picture that leaves the environment.

On pixels two things can be known: what changed while the value was typed, and what can be read.
Prevents: a password in a frame because the application that shows it tells nothing about itself.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from handeye.actions import Box
from handeye.envs.cover import COLOUR
from handeye.envs.desktop.camera import Picture
from handeye.envs.desktop.system import System
from handeye.envs.secrets import Vault
from handeye.envs.types import Screenshot

Lines = Callable[[Screenshot], Sequence[tuple[str, Box]]]
"""Reads the lines of text on a picture."""

_NEAR = 12  # pixels: changes this near to each other are one place


class _Mark(NamedTuple):
    """Places that changed while a secret was typed, in input units, and the window in front."""

    boxes: tuple[Box, ...]
    window: int
    corner: tuple[float, float]


class Veil:
    """Knows where secrets were typed, until the window that they were typed into is closed."""

    def __init__(self, vault: Vault, system: System, lines: Lines | None) -> None:
        self._vault = vault
        self._system = system
        self._lines = lines
        self._marks: list[_Mark] = []

    def typed(self, before: Picture, after: Picture) -> None:
        """A secret was typed between these two pictures."""
        boxes = tuple(after.space.box_to_input(box) for box in changed_places(before, after))
        window = self._system.front()
        box = self._system.place_of(window)
        corner = (box.x1, box.y1) if box is not None else (0.0, 0.0)
        self._marks.append(_Mark(boxes, window if box is not None else 0, corner))

    def over(self, picture: Picture) -> Picture:
        """The picture without secrets; the same one where there is nothing to cover."""
        if not self._vault.secrets:
            return picture
        boxes = [picture.space.box_from_input(box) for box in self._marked()]
        if self._lines is not None:
            lines = self._lines(picture.screenshot)
            telling = self._vault.redactor.tells_misread([text for text, _ in lines])
            boxes += [lines[at][1] for at in telling]
        return _covered(picture, boxes) if boxes else picture

    def _marked(self) -> list[Box]:
        """The marks where their windows are now; those of closed windows are forgotten."""
        found = []
        for mark in [*self._marks]:
            box = self._system.place_of(mark.window) if mark.window else None
            if mark.window and box is None:
                self._marks.remove(mark)
                continue
            right, down = (box.x1 - mark.corner[0], box.y1 - mark.corner[1]) if box else (0.0, 0.0)
            found += [
                Box(x1=b.x1 + right, y1=b.y1 + down, x2=b.x2 + right, y2=b.y2 + down)
                for b in mark.boxes
            ]
        return found


def changed_places(before: Picture, after: Picture) -> list[Box]:
    """Boxes around what differs, a little larger; all of it where the sizes differ."""
    import numpy as np

    size = after.space.size
    if before.space.size != size:
        return [Box(x1=0, y1=0, x2=size.width, y2=size.height)]
    differs = np.any(np.asarray(before.image) != np.asarray(after.image), axis=2)
    boxes = []
    for top, bottom in _runs(differs.any(axis=1).nonzero()[0].tolist()):
        band = differs[top : bottom + 1]
        for left, right in _runs(band.any(axis=0).nonzero()[0].tolist()):
            boxes.append(
                Box(
                    x1=max(0, left - _NEAR),
                    y1=max(0, top - 2),
                    x2=min(size.width, right + _NEAR),
                    y2=min(size.height, bottom + 2),
                )
            )
    return boxes


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of the places that lie near each other."""
    runs: list[tuple[int, int]] = []
    for at in places:
        if runs and at - runs[-1][1] <= _NEAR:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _covered(picture: Picture, boxes: Sequence[Box]) -> Picture:
    from PIL import ImageDraw

    image = picture.image.copy()
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle((int(box.x1), int(box.y1), int(box.x2) + 1, int(box.y2) + 1), COLOUR)
    return Picture(bytearray(image.tobytes("raw", "BGRX")), picture.space)
