"""Pictures of what is no icon: pieces of text, photos, shades, edges of boxes.

Prevents: every blob on a screen being taken for the icon that it resembles most.
"""

import io
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from handeye.grounding.elements.train.draw import paints, spoilt

Font = ImageFont.FreeTypeFont
_SIZES = (10, 12, 13, 14, 15, 16, 18, 20, 24, 30)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fonts(files: Mapping[str, bytes]) -> list[Font]:
    """The Latin fonts of a package of @fontsource, regular and bold, in the usual sizes."""
    found = []
    for path in sorted(files):
        if path.endswith(("latin-400-normal.woff", "latin-700-normal.woff")):
            found += [ImageFont.truetype(io.BytesIO(files[path]), size) for size in _SIZES]
    return found


def built_in() -> list[Font]:
    """Pillow's own font, where no other is wanted."""
    found = [ImageFont.load_default(size) for size in _SIZES]
    return [font for font in found if isinstance(font, Font)]


def nothing(
    rng: np.random.Generator, letters: Sequence[Font], said: Sequence[str]
) -> NDArray[np.uint8]:
    """The RGB crop of something that is no icon; `said` are words to write."""
    kind = rng.random()
    if kind < 0.6:
        return spoilt(_text(rng, letters, said), rng)
    return spoilt(_SHAPES[int(rng.integers(len(_SHAPES)))](rng), rng)


def _text(rng: np.random.Generator, letters: Sequence[Font], said: Sequence[str]) -> Image.Image:
    """A word, a part of one, a number, or two lines, cut a little loosely or tightly."""
    kind = rng.random()
    word = str(said[int(rng.integers(len(said)))])
    if kind < 0.35:
        start = int(rng.integers(0, max(1, len(word) - 2)))
        word = word[start : start + int(rng.integers(2, 6))]
    elif kind < 0.5:
        word = str(int(rng.integers(10, 10 ** int(rng.integers(2, 6)))))
    elif kind < 0.6:
        word = "".join(rng.choice(list(_LETTERS), int(rng.integers(2, 5))))
    if rng.random() < 0.4:
        word = word.capitalize() if rng.random() < 0.7 else word.upper()
    if rng.random() < 0.12:
        word += "\n" + str(said[int(rng.integers(len(said)))])
    word = word if len(word.strip()) > 1 else "of"
    font = letters[int(rng.integers(len(letters)))]
    paint = paints(rng)
    pen = ImageDraw.Draw(Image.new("L", (1, 1)))
    left, top, right, bottom = map(int, pen.multiline_textbbox((0, 0), word, font))
    slack = rng.integers(0, 5, 4)
    size = (right - left + int(slack[0] + slack[2]), bottom - top + int(slack[1] + slack[3]))
    picture = Image.new("RGB", (max(4, size[0]), max(4, size[1])), paint.ground)
    at = (int(slack[0]) - left, int(slack[1]) - top)
    ImageDraw.Draw(picture).multiline_text(at, word, paint.ink, font)
    if rng.random() < 0.25 and picture.width > 14:  # a box that cuts through a word
        keep = int(rng.integers(10, picture.width))
        start = int(rng.integers(0, picture.width - keep + 1))
        picture = picture.crop((start, 0, start + keep, picture.height))
    return picture


def _smooth(rng: np.random.Generator, side: int) -> NDArray[np.float32]:
    grain = int(rng.integers(2, 9))
    small = Image.fromarray(
        rng.integers(0, 256, (grain, grain, 3), dtype=np.uint8).astype(np.uint8)
    )
    return np.asarray(small.resize((side, side), Image.Resampling.BICUBIC), np.float32)


def _photo(rng: np.random.Generator) -> Image.Image:
    """Coarse and fine clouds of colour with a few patches, as a thumbnail looks."""
    side = int(rng.integers(16, 72))
    pixels = _smooth(rng, side) * 0.7 + _smooth(rng, side) * 0.3
    pixels += rng.normal(0, rng.uniform(0, 18), pixels.shape)
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(0, 6))):
        points = [(int(x), int(y)) for x, y in rng.integers(-5, side + 5, (4, 2))]
        draw.polygon(points, fill=paints(rng).ink)
    return picture


def _shade(rng: np.random.Generator) -> Image.Image:
    side = int(rng.integers(12, 60))
    ends = (
        rng.integers(0, 256, (2, 3))
        if rng.random() < 0.5
        else np.repeat(rng.integers(0, 256, (2, 1)), 3, 1)
    )
    ramp = np.linspace(0, 1, side)[:, None]
    line = ends[0] * (1 - ramp) + ends[1] * ramp
    pixels = np.repeat(line[:, None, :], side, axis=1).astype(np.uint8)
    return Image.fromarray(pixels if rng.random() < 0.5 else pixels.transpose(1, 0, 2).copy())


def _blank(rng: np.random.Generator) -> Image.Image:
    size = rng.integers(8, 60, 2)
    pixels = np.full((*size, 3), paints(rng).ground, np.float32)
    pixels += rng.normal(0, rng.uniform(0, 3), pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _edge(rng: np.random.Generator) -> Image.Image:
    """A corner, a side or a separator of boxes and tables."""
    width, height = (int(each) for each in rng.integers(10, 60, 2))
    paint = paints(rng)
    picture = Image.new("RGB", (width, height), paint.ground)
    draw = ImageDraw.Draw(picture)
    x, y = int(rng.integers(1, width - 2)), int(rng.integers(1, height - 2))
    far_x, far_y = width + int(rng.integers(5, 60)), height + int(rng.integers(5, 60))
    line, radius = int(rng.integers(1, 3)), int(rng.choice([0, 4, 8]))
    kind = rng.random()
    if kind < 0.35:
        fill = paints(rng).ground if rng.random() < 0.5 else None
        draw.rounded_rectangle((x, y, far_x, far_y), radius, fill, paint.ink, line)
    elif kind < 0.6:
        draw.rounded_rectangle((-20, y, far_x, far_y), radius, None, paint.ink, line)
    elif kind < 0.8:
        draw.line((0, y, width, y), paint.ink, line)
        draw.line((x, 0, x, height), paint.ink, line)
    else:
        draw.line((0, y, width, y), paint.ink, line)
    turned = [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270]
    return picture.transpose(turned[int(rng.integers(3))]) if rng.random() < 0.75 else picture


def _wide(rng: np.random.Generator) -> Image.Image:
    """An empty field, a bar, a slider's track."""
    width, height = int(rng.integers(50, 160)), int(rng.integers(4, 30))
    paint = paints(rng)
    picture = Image.new("RGB", (width, height), paint.ground)
    inset = int(rng.integers(0, 4))
    box = (inset, min(inset, height // 3), width - 1 - inset, height - 1 - min(inset, height // 3))
    radius = int(rng.choice([0, 3, height]))
    fill = paint.ink if rng.random() < 0.4 else None
    ImageDraw.Draw(picture).rounded_rectangle(box, radius, fill, paint.ink)
    return picture


_SHAPES: tuple[Callable[[np.random.Generator], Image.Image], ...] = (
    _photo,
    _photo,
    _shade,
    _blank,
    _edge,
    _edge,
    _wide,
)
