"""The conventions of model families: what picture they want, how they are asked, where they point.

One TOML file a family in `profiles/`, with its sources. Prevents: clicks that miss because a
model answers in other coordinates than it is read in, which is the first cause of bad scores.
"""

import math
import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from pydantic import Field
from rapidfuzz import process

from handeye.actions import Box, Size, Value
from handeye.actions.errors import UsageError
from handeye.envs import Screenshot
from handeye.grounding.images import encode_screenshot

Space = Literal["relative", "1000", "999", "pixels"]
Axes = Literal["xy", "yx"]
Rounding = Callable[[float], int]


class PictureSize(Value):
    """The size in which pictures are sent. Without any field set they are sent as they are.

    multiple: both sides are rounded to a multiple of it. min_pixels, max_pixels: bounds of
    width × height; the picture is enlarged or reduced, keeping its proportions. max_side: bound
    of the longer side. With `multiple` this is the `smart_resize` of Qwen's image processors, so
    that theirs changes nothing any more and their pixels are those of the picture sent.
    """

    multiple: int = Field(default=1, ge=1)
    min_pixels: int = Field(default=1, ge=1)
    max_pixels: int | None = Field(default=None, ge=1)
    max_side: int | None = Field(default=None, ge=1)

    def of(self, size: Size) -> Size:
        """The size in which a picture of `size` is sent."""
        scale = min(1.0, (self.max_side or math.inf) / max(size.width, size.height))
        width, height = size.width * scale, size.height * scale
        area = self._rounded(width, round) * self._rounded(height, round)
        if self.max_pixels is not None and area > self.max_pixels:
            scale = math.sqrt(self.max_pixels / (width * height))
            width, height = width * scale, height * scale
            return self._size(width, height, math.floor)
        if area < self.min_pixels:
            scale = math.sqrt(self.min_pixels / (width * height))
            return self._size(width * scale, height * scale, math.ceil)
        return self._size(width, height, round)

    def _rounded(self, side: float, how: Rounding) -> int:
        return max(self.multiple, how(side / self.multiple) * self.multiple)

    def _size(self, width: float, height: float, how: Rounding) -> Size:
        return Size(width=self._rounded(width, how), height=self._rounded(height, how))


class Profile(Value):
    """One family. `matches` are parts of its models' names; case and separators do not count.

    eyes: it sees pictures. order: of picture and text in a message. system, ground: its prompts;
    {phrase}, {width} and {height} (of the picture sent) are filled in. form: what an answer looks
    like. space, axes: in which its numbers are: 0 to 1, to 1000, to 999, or pixels of the picture
    sent; and whether x or y comes first. direct: as a planner it gives coordinates of its own.
    """

    name: str
    matches: tuple[str, ...] = ()
    eyes: bool = True
    picture: PictureSize = PictureSize()
    order: Literal["picture-text", "text-picture"] = "picture-text"
    system: str = ""
    ground: str = ""
    form: str = ""
    space: Space = "1000"
    axes: Axes = "xy"
    direct: bool = False

    def shown(self, screenshot: Screenshot) -> Screenshot:
        """The picture as it is sent; the same object where its size is right already."""
        size = self.picture.of(screenshot.space.size)
        return screenshot if size == screenshot.space.size else _resized(screenshot, size)

    def extent(self, size: Size) -> tuple[float, float]:
        """The largest x and y that the family gives for a screenshot of `size`."""
        if self.space == "pixels":
            sent = self.picture.of(size)
            return sent.width, sent.height
        top = {"relative": 1.0, "1000": 1000.0, "999": 999.0}[self.space]
        return top, top


@lru_cache(maxsize=4)
def _resized(screenshot: Screenshot, size: Size) -> Screenshot:
    """Bicubic, as the families' own processors do it."""
    image = screenshot.image.resize((size.width, size.height))
    old = screenshot.space.size
    whole = Box(x1=0, y1=0, x2=old.width, y2=old.height)
    return encode_screenshot(image, screenshot.space.part(whole, size))


@lru_cache(maxsize=1)
def profiles() -> dict[str, Profile]:
    """Every family by its name."""
    folder = files("handeye.grounding.chat") / "profiles"
    found = {}
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            name = path.name.removesuffix(".toml")
            fields = tomllib.loads(path.read_text(encoding="utf-8"))
            found[name] = Profile(name=name, **fields)
    return found


def profile_for(model: str, name: str = "") -> Profile:
    """The profile called `name`, or without one the family that `model` is named after.

    model: as `ChatModel.name` has it ("remote:Qwen/Qwen2.5-VL-7B-Instruct"). The longest match
    wins; without any it is the profile "default". Raises UsageError for an unknown `name`.
    """
    known = profiles()
    if name:
        if name not in known:
            near = [
                match for match, *_ in process.extract(name, list(known), limit=3, score_cutoff=50)
            ]
            raise UsageError(
                f"There is no profile called {name!r}.",
                f"Use one of: {', '.join(near or known)}.",
            )
        return known[name]
    if "phi4" in model.split(":")[:-1]:  # loaded here or by `handeye serve`, from any folder
        return known["phi4"]
    plain = _plain(model.removeprefix("remote:").rsplit("/")[-1])
    fits = [
        (len(_plain(part)), profile)
        for profile in known.values()
        for part in profile.matches
        if _plain(part) in plain
    ]
    return max(fits, key=lambda fit: fit[0], default=(0, known["default"]))[1]


def _plain(name: str) -> str:
    """Servers write one model as qwen2.5vl, Qwen2.5-VL and qwen2_5_vl."""
    return re.sub(r"[-_. /]", "", name).lower()
