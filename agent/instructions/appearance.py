"""What things look like: their colour, size and shape, seen in the picture.

Prevents: "the red box" reported as missing because no element is called so.
"""

import re
from typing import TYPE_CHECKING, NamedTuple

from handeye.actions import Box
from handeye.agent.instructions.looked import ChooseAlike
from handeye.agent.instructions.stage import GaveUp, Script, Stage, at
from handeye.envs import Element
from handeye.grounding import Grounding
from handeye.grounding.elements.vocabulary import STATIC

if TYPE_CHECKING:
    from PIL import Image

Colour = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "black": (0, 0, 0), "white": (255, 255, 255), "red": (255, 0, 0), "lime": (0, 255, 0),
    "green": (0, 128, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0), "aqua": (0, 255, 255),
    "cyan": (0, 255, 255), "magenta": (255, 0, 255), "fuchsia": (255, 0, 255),
    "pink": (255, 192, 203), "orange": (255, 165, 0), "purple": (128, 0, 128),
    "grey": (128, 128, 128), "gray": (128, 128, 128), "brown": (165, 42, 42),
    "olive": (128, 128, 0), "navy": (0, 0, 128), "teal": (0, 128, 128), "maroon": (128, 0, 0),
    "violet": (238, 130, 238),
}  # fmt: skip
_SHAPES = {"circle": ("circle", "ellipse"), "rectangle": ("rect",), "square": ("rect",),
           "triangle": ("polygon",), "polygon": ("polygon",)}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_GENERIC = {
    "a", "an", "the", "all", "of", "colored", "coloured", "color", "colour", "box", "boxes", "item",
    "items", "shape", "shapes", "shade", "shades", "thing", "things", "one", "ones", "square",
    "squares", "tile", "tiles", "button", "buttons", "area", "block", "blocks", "cell", "element",
    "elements",
}  # fmt: skip
_CLOSE = 60
_LARGE = 1.5


class _Look(NamedTuple):
    """The words of a phrase, by what they say; `names` are those that say nothing of looks."""

    colours: list[str]
    shapes: list[str]
    kinds: list[str]
    sizes: list[str]
    names: set[str]
    shade: bool

    @classmethod
    def of(cls, phrase: str) -> "_Look":
        said = [word.lower() for word in _WORD.findall(phrase)]
        colours = [word for word in said if word in COLOURS]
        shapes = [word for word in said if word.rstrip("s") in _SHAPES]
        kinds = [word for word in said if word.rstrip("s") in ("letter", "digit")]
        sizes = [word for word in said if word in ("large", "small", "big", "little")]
        names = set(said) - {*colours, *shapes, *kinds, *sizes} - _GENERIC
        shade = any(word.startswith("shade") for word in said)
        return cls(colours, shapes, kinds, sizes, names, shade)


def describes_looks(phrase: str) -> bool:
    """Whether all words of a phrase are about looks, but for one, which may be a name."""
    look = _Look.of(phrase)
    return bool(look.colours or look.shapes or look.kinds or look.sizes) and len(look.names) <= 1


def alike(stage: Stage, phrase: str) -> list[Element]:
    """The things on the screen that look as described; none when the words say nothing of that."""
    if not describes_looks(phrase):
        return []
    colours, shapes, kinds, sizes, names, shade = _Look.of(phrase)
    found = [each for each in stage.elements if _drawn(each)]
    image = stage.observation.screenshot.image
    for word in colours:
        found = [
            each
            for each in found
            if _has_colour(_colour(image, each.box, not each.name), word, shade)
        ]
    for word in shapes:
        found = [each for each in found if each.tag in _SHAPES[word.rstrip("s")]]
    for word in kinds:
        digit = word.startswith("digit")
        found = [e for e in found if len(e.name) == 1 and e.name.isdigit() == digit]
    if sizes:
        found = _of_size(found, [e for e in stage.elements if _drawn(e)], sizes[0])
    return [each for each in found if not names or each.name.lower() in names]


def choose_alike(stage: Stage, step: ChooseAlike) -> Script[None]:
    """Click each of the things that look as described."""
    found = alike(stage, step.phrase)
    if not found:
        raise GaveUp(groundings=[Grounding(phrase=step.phrase, status="missing")])
    for each in found:
        yield from stage.click(at(each, each.name or step.phrase))


def _drawn(element: Element) -> bool:
    return element.role not in STATIC and (element.role == "clickable" or not element.name)


def _colour(image: "Image.Image", box: Box, central: bool = False) -> Colour:
    """The commonest colour inside a box that is not the page around it."""
    area = (
        int(box.x1),
        int(box.y1),
        max(int(box.x2), int(box.x1) + 1),
        max(int(box.y2), int(box.y1) + 1),
    )
    if central:
        width, height = area[2] - area[0], area[3] - area[1]
        middle_box = (
            area[0] + width // 4,
            area[1] + height // 4,
            area[2] - width // 4,
            area[3] - height // 4,
        )
        inside = image.crop(middle_box).getcolors(width * height) or []
        if inside:
            common = max(inside)[1]
            return (common[0], common[1], common[2])  # type: ignore[index]
    part = image.crop(area)
    around = image.getpixel((max(0, area[0] - 3), max(0, area[1] - 3)))
    counted = part.getcolors(part.width * part.height) or []
    ordered = sorted(counted, key=lambda pair: -pair[0])
    middle = [pair for pair in ordered if pair[0] >= 0.02 * part.width * part.height]
    inner = next((colour for _, colour in middle if colour != around), None)
    whole = ordered[0][1] if ordered else around
    chosen = inner if inner is not None else whole
    return (chosen[0], chosen[1], chosen[2])  # type: ignore[index]


def _has_colour(seen: Colour, word: str, shade: bool) -> bool:
    if shade and word in ("red", "green", "blue"):
        place = ("red", "green", "blue").index(word)
        others = [part for n, part in enumerate(seen) if n != place]
        return seen[place] > max(others) + 20
    wanted = COLOURS[word]
    distance = {name: _apart(seen, colour) for name, colour in COLOURS.items()}
    return distance[word] <= _CLOSE or distance[word] == min(distance.values()) or seen == wanted


def _apart(one: Colour, other: Colour) -> float:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def _of_size(found: list[Element], everything: list[Element], word: str) -> list[Element]:
    """Those that are clearly larger, or smaller, than the others."""
    heights = [max(each.box.width, each.box.height) for each in everything]
    middle = (min(heights) + max(heights)) / 2
    large = word in ("large", "big")
    return [e for e in found if (max(e.box.width, e.box.height) > middle) == large]
