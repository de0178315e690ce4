"""A closer look: the grounder is asked again about a crop around its own first answer.

Prevents: clicks beside small targets on large screens, which a model sees scaled down.
Half the width and height, at least 768 pixels, moved inside the screen: as in ZoomClick
(arXiv:2512.05941). Only where the first answer is unsure: as in UI-Zoomer (arXiv:2604.14113).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handeye.actions import Box, Point, ScreenSpace, Size
from handeye.envs import Element, Observation
from handeye.grounding.backends import make_grounder
from handeye.grounding.images import encode_screenshot
from handeye.grounding.types import Candidate, Grounder, Grounding

_PIXELS = 1280 * 720
"""Smaller crops are scaled up to this: what Phi-4 sees unscaled (3,600 patches of 16×16)."""


def zoom(
    spec: str, *, profile: str = "", load: Literal["full", "8bit", "4bit"] = "full"
) -> "ZoomGrounder":
    """The grounder "zoom:INNER". Raises what `make_grounder` raises for INNER."""
    return ZoomGrounder(make_grounder(spec, profile=profile, load=load))


@dataclass(frozen=True)
class ZoomGrounder:
    """Looks up to `looks` times, each time at a crop around the answer before.

    A crop has `fraction` of the width and height of the crop before, but at least `least` pixels.
    An answer of confidence `confident` or more, a target larger than the crop, and a crop that
    would show nothing less end the search. Each look costs what `inner` costs; `calls` has the
    calls of all of them, in order.
    """

    inner: Grounder
    looks: int = 2
    fraction: float = 0.5
    least: int = 768
    confident: float = 0.95

    @property
    def name(self) -> str:
        return f"zoom:{self.inner.name}"

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        """The last look's answer; where that finds nothing, the one before, and why in `reason`."""
        size = observation.screenshot.space.size
        answer = self.inner.ground(observation, phrase)
        shown = size
        for _ in range(self.looks - 1):
            crop = self._crop_size(shown)
            if answer.point is None or crop == shown or self._is_enough(answer, crop):
                break
            shown = crop
            part = _part(observation, region_around(answer.point, crop, size))
            closer = self.inner.ground(part.seen, phrase)
            calls = answer.calls + closer.calls
            if closer.status != "found":
                reason = f"from the look before; the closer one: {closer.reason or closer.status}"
                return answer.model_copy(update={"reason": reason, "calls": calls})
            answer = part.on_screen(closer).model_copy(update={"calls": calls})
        return answer

    def _crop_size(self, shown: Size) -> Size:
        width, height = (
            min(side, max(round(side * self.fraction), self.least))
            for side in (shown.width, shown.height)
        )
        return Size(width=width, height=height)

    def _is_enough(self, answer: Grounding, crop: Size) -> bool:
        box = answer.box
        larger = box is not None and (box.width > crop.width or box.height > crop.height)
        return larger or answer.confidence >= self.confident


def region_around(point: Point, crop: Size, screen: Size) -> Box:
    """A box of whole pixels, `crop` in size, around `point`, moved inside the screen."""
    left = min(max(round(point.x - crop.width / 2), 0), screen.width - crop.width)
    top = min(max(round(point.y - crop.height / 2), 0), screen.height - crop.height)
    return Box(x1=left, y1=top, x2=left + crop.width, y2=top + crop.height)


@dataclass(frozen=True)
class _Part:
    """What a crop shows, and the way back to the screen that it was cut from."""

    seen: Observation
    screen: ScreenSpace
    originals: Mapping[Element, Element]

    def on_screen(self, answer: Grounding) -> Grounding:
        """An answer about the crop as one about the screen; a cut element gets its whole box."""
        return answer.model_copy(
            update={
                "point": answer.point and self._point(answer.point),
                "box": answer.box and self._box(answer.box, answer.element),
                "element": answer.element and self._element(answer.element),
                "alternatives": tuple(map(self._candidate, answer.alternatives)),
            }
        )

    def _candidate(self, option: Candidate) -> Candidate:
        element = option.element and self._element(option.element)
        box = self._box(option.box, option.element)
        return option.model_copy(update={"box": box, "element": element})

    def _element(self, element: Element) -> Element:
        moved = element.model_copy(update={"box": self._box(element.box)})
        return self.originals.get(element, moved)

    def _point(self, point: Point) -> Point:
        crop = self.seen.screenshot.space
        return self.screen.clamp(self.screen.from_input(crop.to_input(point)))

    def _box(self, box: Box, element: Element | None = None) -> Box:
        original = element and self.originals.get(element)
        if element and original and box == element.box:
            return original.box
        return self.screen.box_from_input(self.seen.screenshot.space.box_to_input(box))


def _part(observation: Observation, region: Box) -> _Part:
    """The `region` of the screen as a look of its own, scaled up where it has few pixels."""
    from PIL import Image

    screen = observation.screenshot.space
    scale = max(1.0, math.sqrt(_PIXELS / region.area))
    size = Size(width=round(region.width * scale), height=round(region.height * scale))
    space = screen.part(region, size)
    edges = (int(region.x1), int(region.y1), int(region.x2), int(region.y2))
    pixels = observation.screenshot.image.crop(edges)
    originals = _moved(observation.elements or (), region, screen, space)
    seen = observation.model_copy(
        update={
            "screenshot": encode_screenshot(
                pixels.resize((size.width, size.height), Image.Resampling.BICUBIC), space
            ),
            "elements": None if observation.elements is None else tuple(originals),
        }
    )
    return _Part(seen=seen, screen=screen, originals=originals)


def _moved(
    elements: tuple[Element, ...], region: Box, screen: ScreenSpace, crop: ScreenSpace
) -> dict[Element, Element]:
    """What of the elements the crop shows, in its pixels, and which element each one is."""
    found = {}
    for element in elements:
        shown = element.box.intersection(region)
        if shown is not None:
            box = crop.box_from_input(screen.box_to_input(shown))
            found[element.model_copy(update={"box": box})] = element
    return found
