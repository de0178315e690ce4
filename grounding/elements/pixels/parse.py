"""From the pixels of a screen to the elements that a page would list; once per screen.

Text is read in a thread of its own while the shapes are found. Prevents: half of the processors
waiting for the other, and the libraries for pixels being loaded one after the other.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import NamedTuple

from handeye.envs import Element, Screenshot
from handeye.grounding.elements.pixels.build import elements_of
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.pixels.labels import usual_height
from handeye.grounding.elements.pixels.lines import Text
from handeye.grounding.elements.pixels.scene import scene_of
from handeye.grounding.elements.pixels.signs import Signs
from handeye.grounding.ocr import read_text

_LEAST, _MOST = 14.0, 80.0  # pixels: the height of a usual line, whatever is read


class Parsed(NamedTuple):
    """What was seen on a screen; `texts` are those of the elements that are texts."""

    elements: tuple[Element, ...]
    texts: dict[int, Text]
    signs: Signs


def parse(screenshot: Screenshot) -> tuple[Element, ...]:
    """Everything that can be named on `screenshot`, in reading order. Raises BackendError."""
    return parsed(screenshot).elements


def parsed(screenshot: Screenshot) -> Parsed:
    """As `parse`, with what is needed to look closer; asked again, it answers from memory."""
    return _parsed(screenshot)


@lru_cache(maxsize=2)
def _parsed(screenshot: Screenshot) -> Parsed:
    import numpy as np

    from handeye.grounding.elements import icons

    pixels = np.asarray(screenshot.image)
    with ThreadPoolExecutor(1, "handeye-read") as reader:
        reading = reader.submit(read_text, screenshot)
        picture = Picture(pixels)
        picture.trace()
        icons.load()
        lines = reading.result()
    usual = usual_height([line.box for line in lines if len(line.text) > 2])
    picture.unit = min(_MOST, max(_LEAST, usual))
    built = elements_of(scene_of(picture, lines))
    return Parsed(built.elements, built.texts, Signs.of(picture, built.elements))
