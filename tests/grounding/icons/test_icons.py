"""The shipped weights on icons that are drawn here, so that no icon set is needed."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from handeye.grounding.elements import icons

Pen = ImageDraw.ImageDraw
LARGE = 192  # drawn so large, then made as small as on a screen
STROKE = 16


def gear(pen: Pen) -> None:
    for turn in range(8):
        x, y = 96 + 86 * math.cos(turn * math.pi / 4), 96 + 86 * math.sin(turn * math.pi / 4)
        pen.line((96, 96, x, y), fill=255, width=38)
    pen.ellipse((28, 28, 164, 164), fill=255)
    pen.ellipse((66, 66, 126, 126), fill=0)


def magnifier(pen: Pen) -> None:
    pen.ellipse((24, 24, 132, 132), outline=255, width=STROKE)
    pen.line((118, 118, 170, 170), fill=255, width=STROKE + 4)


def cross(pen: Pen) -> None:
    pen.line((40, 40, 152, 152), fill=255, width=STROKE)
    pen.line((152, 40, 40, 152), fill=255, width=STROKE)


def plus(pen: Pen) -> None:
    pen.line((96, 28, 96, 164), fill=255, width=STROKE)
    pen.line((28, 96, 164, 96), fill=255, width=STROKE)


def hamburger(pen: Pen) -> None:
    for y in (48, 96, 144):
        pen.line((24, y, 168, y), fill=255, width=STROKE)


def trash(pen: Pen) -> None:
    pen.line((28, 48, 164, 48), fill=255, width=14)
    pen.rectangle((72, 22, 120, 48), outline=255, width=14)
    pen.line((44, 48, 52, 172, 140, 172, 148, 48), fill=255, width=14, joint="curve")
    pen.line((80, 80, 80, 140), fill=255, width=12)
    pen.line((112, 80, 112, 140), fill=255, width=12)


def house(pen: Pen) -> None:
    pen.polygon((96, 20, 180, 96, 156, 96, 156, 170, 36, 170, 36, 96, 12, 96), fill=255)
    pen.rectangle((80, 116, 112, 170), fill=0)


def star(pen: Pen) -> None:
    corners = [(84 if n % 2 == 0 else 34, math.radians(36 * n - 90)) for n in range(10)]
    pen.polygon([(96 + r * math.cos(a), 100 + r * math.sin(a)) for r, a in corners], fill=255)


def envelope(pen: Pen) -> None:
    pen.rounded_rectangle((20, 40, 172, 152), 12, outline=255, width=14)
    pen.line((26, 50, 96, 104, 166, 50), fill=255, width=14, joint="curve")


def check(pen: Pen) -> None:
    pen.line((32, 100, 78, 146, 164, 52), fill=255, width=STROKE + 2, joint="curve")


def back(pen: Pen) -> None:
    pen.line((30, 96, 168, 96), fill=255, width=STROKE)
    pen.line((92, 34, 30, 96, 92, 158), fill=255, width=STROKE, joint="curve")


def play(pen: Pen) -> None:
    pen.polygon((56, 24, 56, 168, 168, 96), fill=255)


def pause(pen: Pen) -> None:
    pen.rectangle((48, 32, 80, 160), fill=255)
    pen.rectangle((112, 32, 144, 160), fill=255)


def download(pen: Pen) -> None:
    pen.line((96, 20, 96, 120), fill=255, width=STROKE)
    pen.line((52, 78, 96, 122, 140, 78), fill=255, width=STROKE, joint="curve")
    pen.line((24, 130, 24, 168, 168, 168, 168, 130), fill=255, width=STROKE, joint="curve")


def more(pen: Pen) -> None:
    for y in (32, 96, 160):
        pen.ellipse((80, y - 16, 112, y + 16), fill=255)


SHAPES: tuple[tuple[Callable[[Pen], None], Sequence[str]], ...] = (
    (gear, ("settings", "preferences", "gear")),
    (magnifier, ("search", "find")),
    (cross, ("close", "dismiss")),
    (plus, ("add", "new")),
    (hamburger, ("menu", "hamburger menu")),
    (trash, ("delete", "bin", "remove")),
    (house, ("home", "home page")),
    (star, ("favourite", "star")),
    (envelope, ("mail", "email")),
    (check, ("done", "tick")),
    (back, ("back", "left arrow")),
    (play, ("play",)),
    (pause, ("pause",)),
    (download, ("download",)),
    (more, ("more options", "three dots")),
)
LIGHT, DARK = ((250, 250, 252), (40, 44, 52)), ((32, 33, 36), (220, 222, 228))
COLOURED = ((26, 115, 232), (255, 255, 255))


def drawn(
    shape: Callable[[Pen], None], size: int, colours: Sequence[tuple[int, int, int]]
) -> Image.Image:
    """The icon with a little room around it, as a box on a screen has."""
    mask = Image.new("L", (LARGE, LARGE))
    shape(ImageDraw.Draw(mask))
    picture = Image.new("RGB", (size + 6, size + 6), colours[0])
    picture.paste(colours[1], (3, 3), mask.resize((size, size), Image.Resampling.BOX))
    return picture


@pytest.mark.parametrize("colours", [LIGHT, DARK, COLOURED], ids=["light", "dark", "coloured"])
@pytest.mark.parametrize("size", [16, 24, 48])
def test_each_function_finds_its_icon(size: int, colours: Sequence[tuple[int, int, int]]) -> None:
    vectors = icons.look([drawn(shape, size, colours) for shape, _ in SHAPES])
    wrong = {}
    for at, (_, phrases) in enumerate(SHAPES):
        for phrase in phrases:
            best = int(icons.likeness(vectors, phrase).argmax())
            if best != at:
                wrong[phrase] = SHAPES[best][0].__name__
    assert wrong == {}


def test_vectors_have_length_one_and_do_not_depend_on_the_company() -> None:
    crops = [drawn(shape, 20, LIGHT) for shape, _ in SHAPES] * 6  # more than one batch
    vectors = icons.look(crops)
    assert vectors.shape == (len(crops), icons.DIMENSIONS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)
    assert icons.look(crops[3:4])[0] == pytest.approx(vectors[3], abs=1e-3)


def test_pixels_and_pictures_are_the_same_crops() -> None:
    picture = drawn(gear, 24, DARK)
    assert np.array_equal(icons.look([picture]), icons.look([np.asarray(picture)]))


def test_colour_and_room_around_it_do_not_change_an_icon() -> None:
    tight = drawn(magnifier, 32, LIGHT)
    roomy = Image.new("RGB", (90, 70), DARK[0])
    roomy.paste(drawn(magnifier, 32, DARK), (30, 12))
    one, other = icons.look([tight, roomy])
    assert float(one @ other) > 0.9


def test_names_say_what_an_icon_is_for() -> None:
    (vector,) = icons.look([drawn(gear, 24, LIGHT)])
    found = icons.names(vector, 6)
    assert {name for name, _ in found} & {"settings", "preferences", "configuration", "options"}
    assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)
    assert all(0.0 <= score <= 1.0 for _, score in found)


def test_likeness_falls_where_nothing_fits() -> None:
    vectors = icons.look([drawn(shape, 24, LIGHT) for shape, _ in SHAPES])
    fits = icons.likeness(vectors, "settings")
    assert fits[0] > 0.5 > np.sort(fits)[-2]
    for absent in ("bluetooth", "microphone", "credit card"):
        assert icons.likeness(vectors, absent).max() < fits[0]


def test_the_noun_at_the_end_says_nothing() -> None:
    vectors = icons.look([drawn(shape, 24, LIGHT) for shape, _ in SHAPES])
    alone = icons.likeness(vectors, "search")
    for phrase in ("search icon", "search button", "Search Icon"):
        assert np.array_equal(icons.likeness(vectors, phrase), alone)
    assert icons.likeness(vectors, "button").shape == alone.shape


@pytest.mark.parametrize("phrase", ["", "   ", "…", "设置"])
def test_a_phrase_without_known_words_fits_nothing_well(phrase: str) -> None:
    vectors = icons.look([drawn(shape, 24, LIGHT) for shape, _ in SHAPES])
    fits = icons.likeness(vectors, phrase)
    assert fits.shape == (len(SHAPES),)
    assert fits.max() < 0.75


def test_no_crops_are_no_vectors() -> None:
    vectors = icons.look([])
    assert vectors.shape == (0, icons.DIMENSIONS)
    assert icons.likeness(vectors, "search").shape == (0,)
    assert icons.iconness(vectors).shape == (0,)


def test_text_borders_and_blanks_are_no_icons() -> None:
    font = ImageFont.load_default(15)
    crops = [Image.new("RGB", (30, 30), LIGHT[0]), Image.new("RGB", (1, 1), DARK[0])]
    for word in ("Save", "Cancel all", "2026-11", "the quick"):
        box = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), word, font)
        crops.append(Image.new("RGB", (int(box[2]) + 4, int(box[3]) + 4), LIGHT[0]))
        ImageDraw.Draw(crops[-1]).text((2, 2), word, LIGHT[1], font)
    crops.append(Image.new("RGB", (60, 40), DARK[0]))
    ImageDraw.Draw(crops[-1]).rectangle((12, 9, 90, 80), outline=DARK[1])
    crops.append(Image.linear_gradient("L").resize((40, 40)).convert("RGB"))
    nothing = icons.iconness(icons.look(crops))
    drawings = icons.iconness(icons.look([drawn(shape, 24, LIGHT) for shape, _ in SHAPES]))
    assert nothing.max() < 0.5
    assert drawings.min() > 0.5
