"""The frames of an episode as pictures: before a step, after it, and what differs.

Decoded pictures are large, so only the last few are kept. For workers; nothing here is a widget.
"""

from threading import Lock
from typing import TYPE_CHECKING, Literal

from handeye.actions import Box, targets
from handeye.actions.errors import EpisodeError
from handeye.envs import Element
from handeye.episodes import Episode, load_frame
from handeye.episodes.events import Observed
from handeye.tui.marks import HAND, OTHER, TARGET, Mark, difference

if TYPE_CHECKING:
    from PIL import Image

Mode = Literal["before", "after", "difference"]
_KEPT = 6


class Shown:
    """A picture with what is marked on it and what it is, in words."""

    def __init__(
        self, image: "Image.Image | None", marks: tuple[Mark, ...] = (), caption: str = ""
    ) -> None:
        self.image, self.marks, self.caption = image, marks, caption


class Frames:
    """Loads the frames of one episode."""

    def __init__(self, episode: Episode) -> None:
        self._episode = episode
        self._kept: dict[str, Image.Image] = {}
        self._lock = Lock()

    def show(self, index: int, mode: Mode) -> Shown:
        """A step's frame as it is looked at; of one that is damaged or gone, that it is."""
        try:
            return self._shown(index, mode)
        except EpisodeError:  # the other steps can still be looked at
            return Shown(None, (), "✗ Damaged or gone (handeye episodes verify)")

    def _shown(self, index: int, mode: Mode) -> Shown:
        steps = self._episode.steps
        seen = steps[index].observed
        if seen is None:
            return Shown(None, (), "There is no frame of this step.")
        marks = marks_of(self._episode, index)
        if mode == "before":
            return Shown(self._image(seen), marks, "Before" + _where(marks))
        later = steps[index + 1].observed if index + 1 < len(steps) else None
        if later is None:
            return Shown(self._image(seen), marks, "Nothing was looked at after this step; before")
        if mode == "after":
            return Shown(self._image(later), (), "After")
        if later.frame == seen.frame:
            return Shown(self._image(later), (), "Difference: no pixel changed")
        image, share = difference(self._image(seen), self._image(later))
        return Shown(image, (), f"Difference: {share:.2%} of the pixels changed")

    def _image(self, seen: Observed) -> "Image.Image":
        with self._lock:
            kept = self._kept.pop(seen.frame, None)
        image = kept or load_frame(self._episode, seen).image
        with self._lock:
            self._kept[seen.frame] = image
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return image


def marks_of(episode: Episode, index: int) -> tuple[Mark, ...]:
    """What a step aimed at: its targets, and the other candidates where none was chosen."""
    step = episode.steps[index]
    if step.intent is not None:
        under = step.intent.elements
        aimed = targets(step.intent.action)
        found = {grounding.point: grounding.box for grounding in step.groundings}
        hand = step.planned is not None and step.planned.thought == "Done by hand."
        colour = HAND if hand else TARGET
        return tuple(
            Mark(
                point=target.point,
                box=found.get(target.point) or _box(under, n),
                label=target.phrase,
                colour=colour,
            )
            for n, target in enumerate(aimed)
        )
    return tuple(
        Mark(box=option.box, label=str(number), colour=OTHER)
        for grounding in step.groundings
        if grounding.point is None
        for number, option in enumerate(grounding.alternatives, 1)
    )


def _box(under: tuple[Element | None, ...], index: int) -> Box | None:
    element = under[index] if index < len(under) else None
    return element.box if element else None


def _where(marks: tuple[Mark, ...]) -> str:
    points = [f"({mark.point.x:.0f}, {mark.point.y:.0f})" for mark in marks if mark.point]
    if points:
        return "; target at " + ", ".join(points)
    return f"; {len(marks)} candidates" if marks else ""
