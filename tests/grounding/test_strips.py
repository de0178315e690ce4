"""Toolbars across, down and in parts; numbers that are no boxes to tick; a folder by its look."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.grounding.conftest import shot_of

from handeye.actions import Box
from handeye.envs import Element, Observation
from handeye.grounding.elements import ElementsGrounder
from handeye.grounding.elements.pixels.checks import Check
from handeye.grounding.elements.pixels.confirm import confirmed
from handeye.grounding.elements.pixels.ink import Picture, Shape
from handeye.grounding.elements.pixels.lines import Text
from handeye.grounding.elements.pixels.strips import strips_of
from handeye.grounding.ocr import Word

UNIT = 16.0
FONT = ImageFont.load_default(size=17)


def icon(x: float, y: float) -> Element:
    return Element(
        role="image", name="", tag="icon", box=Box(x1=x, y1=y, x2=x + 20, y2=y + 20), item_text=""
    )


def text(name: str, x: float, y: float) -> Element:
    width = 9 * len(name)
    box = Box(x1=x, y1=y, x2=x + width, y2=y + 16)
    return Element(role="pixels", name=name, tag="line", box=box)


def toolbars(*elements: Element) -> list[tuple[int, ...]]:
    blank = Picture(np.zeros((600, 800, 3), np.uint8), UNIT)
    return [
        tuple(sorted(strip.members))
        for strip in strips_of(blank, elements, UNIT)
        if strip.kind == "toolbar"
    ]


def test_icons_across_and_down_are_toolbars() -> None:
    across = [icon(200 + 32 * n, 20) for n in range(4)]
    down = [icon(20, 100 + 32 * n) for n in range(4)]
    assert sorted(toolbars(*across, *down)) == [(0, 1, 2, 3), (4, 5, 6, 7)]


def test_a_toolbar_goes_on_behind_a_gap_but_not_behind_a_text() -> None:
    left = [icon(20 + 32 * n, 20) for n in range(3)]
    right = [icon(400 + 32 * n, 20) for n in range(2)]
    assert toolbars(*left, *right) == [(0, 1, 2, 3, 4)]
    assert toolbars(*left, *right, text("Zoom", 250, 22)) == [(0, 1, 2)]


def test_icons_of_entries_that_stand_under_each_other_are_no_toolbar() -> None:
    names = ("Desktop", "Documents", "Music", "Pictures")
    icons = [icon(20, 100 + 32 * n) for n in range(4)]
    assert toolbars(*icons, *(text(name, 50, 102 + 32 * n) for n, name in enumerate(names))) == []


def read(said: str, x: float, y: float) -> Text:
    box = Box(x1=x, y1=y, x2=x + 9 * len(said), y2=y + 16)
    return Text(text=said, box=box, words=(Word(text=said, box=box),))


def test_a_round_number_in_a_column_of_numbers_is_no_box_to_tick() -> None:
    round_one = Check("radio", Shape(20, 100, 16, 16, 60), False)
    beside = read("total = 0", 60, 100)
    assert confirmed([round_one], [], [beside], UNIT) == [round_one]
    numbers = [read(str(n), 22, 100 + 24 * (n - 5)) for n in (3, 4, 6, 7)]
    assert confirmed([round_one], [], [beside, *numbers], UNIT) == []


@pytest.mark.parametrize("phrase", ["the folder icon", "the Folder icon in the toolbar"])
def test_a_folder_is_known_by_its_look(phrase: str) -> None:
    image = Image.new("RGB", (600, 200), "#f4f4f4")
    draw = ImageDraw.Draw(image)
    draw.polygon([(50, 62), (60, 62), (63, 66), (76, 66), (76, 82), (50, 82)], "#333")  # a folder
    draw.line((112, 72, 136, 72), "#333", 3)  # plus
    draw.line((124, 60, 124, 84), "#333", 3)
    draw.ellipse((172, 60, 190, 78), outline="#333", width=3)  # a magnifying glass
    draw.line((187, 75, 197, 85), "#333", 3)
    draw.text((60, 140), "Nothing is open", "#111", FONT)
    answer = ElementsGrounder().ground(Observation(screenshot=shot_of(image)), phrase)
    assert answer.point is not None, answer
    assert Box(x1=48, y1=58, x2=78, y2=86).contains(answer.point)
