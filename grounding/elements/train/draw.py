"""Pictures as a parser of screenshots cuts them out: icons in all sizes, colours and surroundings.

Prevents: a network that knows black icons of one size on white.
"""

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Rgb = tuple[int, int, int]
_SIZES = (12, 14, 16, 16, 16, 18, 20, 20, 20, 24, 24, 24, 28, 32, 32, 40, 48, 64)


class Paint(NamedTuple):
    """The colours of one picture: what is behind, and what is drawn."""

    ground: Rgb
    ink: Rgb


def icon(mask: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The RGB crop of one icon."""
    size = int(rng.choice(_SIZES))
    shape = _reshaped(Image.fromarray(mask), rng)
    box = shape.getbbox() or (0, 0, *shape.size)
    inner = _scaled(shape.crop(box), size / 84, rng)
    slack = _slack(size, rng)
    width, height = inner.width + slack[0] + slack[2], inner.height + slack[1] + slack[3]
    paint = paints(rng)
    canvas = Image.new("RGB", (width, height), paint.ground)
    ink = paint.ink
    if rng.random() < 0.22:
        ink = _behind(canvas, (slack[0], slack[1], *inner.size), paint, rng)
    canvas.paste(ink, (slack[0], slack[1]), inner)
    if rng.random() < 0.05:
        _badge(canvas, (slack[0], slack[1], *inner.size), rng)
    return spoilt(canvas, rng)


def paints(rng: np.random.Generator) -> Paint:
    """Two colours that can be told apart."""
    kind = rng.random()
    if kind < 0.45:
        ground = _grey(rng, 225, 256)
    elif kind < 0.72:
        ground = _grey(rng, 0, 70)
    else:
        ground = _any(rng)
    apart = 25 if rng.random() < 0.1 else 70
    while True:
        ink = _grey(rng, 0, 256) if rng.random() < 0.6 else _any(rng)
        if abs(_luma(ink) - _luma(ground)) > apart:
            return Paint(ground, ink)


def spoilt(picture: Image.Image, rng: np.random.Generator) -> NDArray[np.uint8]:
    """`picture` as it may come from a screen: scaled, blurred, compressed or noisy."""
    if rng.random() < 0.12:
        factor = rng.uniform(0.7, 1.5)
        size = (max(8, round(picture.width * factor)), max(8, round(picture.height * factor)))
        picture = picture.resize(size, Image.Resampling.BILINEAR)
    if rng.random() < 0.07:
        picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.9)))
    if rng.random() < 0.1:
        stored = io.BytesIO()
        picture.save(stored, "JPEG", quality=int(rng.integers(45, 95)))
        picture = Image.open(stored)
    pixels = np.asarray(picture.convert("RGB"))
    if rng.random() < 0.06:
        noisy = pixels + rng.normal(0, rng.uniform(1, 5), pixels.shape)
        pixels = np.clip(noisy, 0, 255).astype(np.uint8)
    return pixels


def _reshaped(shape: Image.Image, rng: np.random.Generator) -> Image.Image:
    """The same icon as another hand would draw it: thicker, thinner, a little stretched."""
    kind = rng.random()
    if kind < 0.12:
        shape = shape.filter(ImageFilter.MaxFilter(3))
    elif kind < 0.2:
        shape = shape.filter(ImageFilter.MaxFilter(5))
    elif kind < 0.28:
        shape = shape.filter(ImageFilter.MinFilter(3))
    if rng.random() < 0.3:
        stretch, turn = rng.uniform(0.88, 1.12), np.radians(rng.uniform(-5, 5))
        cos, sin, half = np.cos(turn), np.sin(turn), shape.width / 2
        matrix = (cos * stretch, -sin, 0.0, sin, cos, 0.0)
        shift_x = half - matrix[0] * half - matrix[1] * half
        shift_y = half - matrix[3] * half - matrix[4] * half
        matrix = (matrix[0], matrix[1], shift_x, matrix[3], matrix[4], shift_y)
        shape = shape.transform(
            shape.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
        )
    return shape


def _scaled(shape: Image.Image, factor: float, rng: np.random.Generator) -> Image.Image:
    """`shape` in its size on the screen, between the pixels where chance puts it."""
    width = max(3, int(np.ceil(shape.width * factor)) + 1)
    height = max(3, int(np.ceil(shape.height * factor)) + 1)
    across, down = width / factor, height / factor
    padded = Image.new("L", (int(across) + 2, int(down) + 2))
    left = rng.uniform(0, max(0.0, across - shape.width))
    top = rng.uniform(0, max(0.0, down - shape.height))
    padded.paste(shape, (round(left), round(top)))
    return padded.resize((width, height), Image.Resampling.BOX, box=(0, 0, across, down))


def _slack(size: int, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """What the box has beside the icon: a tight blob, a padded button, or anything."""
    kind = rng.random()
    if kind < 0.45:
        found = rng.integers(0, 4, 4)
    elif kind < 0.8:
        found = np.full(4, int(rng.uniform(0.1, 0.6) * size)) + rng.integers(0, 2, 4)
    else:
        found = rng.integers(0, size // 2 + 1, 4)
    return tuple(int(each) for each in found)  # type: ignore[return-value]


def _behind(
    canvas: Image.Image, at: tuple[int, int, int, int], paint: Paint, rng: np.random.Generator
) -> Rgb:
    """Draw a button behind the icon, and say in which colour the icon is seen on it."""
    x, y, width, height = at
    room = int(rng.integers(2, max(3, width // 2 + 2)))
    side = max(width, height)
    left, top = x + (width - side) // 2 - room, y + (height - side) // 2 - room
    box = (left, top, left + side + 2 * room, top + side + 2 * room)
    draw = ImageDraw.Draw(canvas)
    radius = int(rng.choice([0, 3, 6, side]))
    if rng.random() < 0.4:
        edge = paints(rng).ink if rng.random() < 0.3 else _between(paint, rng)
        draw.rounded_rectangle(box, radius, outline=edge)
        return paint.ink
    filled = paints(rng)
    draw.rounded_rectangle(box, radius, fill=filled.ground)
    return filled.ink


def _badge(canvas: Image.Image, at: tuple[int, int, int, int], rng: np.random.Generator) -> None:
    x, y, width, _ = at
    size = max(3, int(width * rng.uniform(0.25, 0.45)))
    left = x + width - size // 2 - 1
    box = (left, y - size // 3, left + size, y - size // 3 + size)
    ImageDraw.Draw(canvas).ellipse(box, fill=_any(rng))


def _between(paint: Paint, rng: np.random.Generator) -> Rgb:
    share = rng.uniform(0.1, 0.5)
    mixed = (1 - share) * np.array(paint.ground) + share * np.array(paint.ink)
    return (int(mixed[0]), int(mixed[1]), int(mixed[2]))


def _grey(rng: np.random.Generator, low: int, high: int) -> Rgb:
    base = int(rng.integers(low, high))
    tint = np.clip(base + rng.integers(-8, 9, 3), 0, 255)
    return (int(tint[0]), int(tint[1]), int(tint[2]))


def _any(rng: np.random.Generator) -> Rgb:
    found = rng.integers(0, 256, 3)
    return (int(found[0]), int(found[1]), int(found[2]))


def _luma(color: Rgb) -> float:
    return 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]
