"""Tabs in a row and in a column, by the marks that toolkits and pages give the open one."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.pixels.strips import strips_of

UNIT = 18.0
FONT = ImageFont.load_default(size=16)
NAMES = ("General", "Network", "Display", "Privacy")
Rectangle = tuple[int, int, int, int]


class Sheet:
    """A picture that is drawn, and the elements that are seen on it."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (640, 320), "#f2f2f2")
        self.draw = ImageDraw.Draw(self.image)
        self.elements: list[Element] = []

    def write(self, name: str, x: int, y: int) -> Rectangle:
        """Write a line, and say where it stands."""
        self.draw.text((x, y), name, "#111", FONT)
        x1, _, x2, _ = self.draw.textbbox((x, y), name, FONT)
        self._see("pixels", name, "line", (int(x1), y, int(x2), y + 18))
        return int(x1), y, int(x2), y + 18

    def frame(self, name: str, place: Rectangle) -> None:
        """Draw a frame; what it holds is a button, and no text by itself."""
        self.draw.rectangle(place, outline="#555")
        self.elements = [each for each in self.elements if each.name != name]
        self._see("button", name, "frame", place)

    def tabs(self) -> list[tuple[str, str | None]]:
        """Each row or column of tabs as its names, and which of them is open."""
        picture = Picture(np.asarray(self.image), UNIT)
        found = [each for each in strips_of(picture, self.elements, UNIT) if each.role == "tab"]
        names = [each.name for each in self.elements]
        return [
            (
                " ".join(names[n] for n in sorted(strip.members, key=self._place)),
                None if strip.selected is None else names[strip.selected],
            )
            for strip in found
        ]

    def _place(self, number: int) -> tuple[float, float]:
        box = self.elements[number].box
        return box.center.y // 20, box.x1

    def _see(self, role: str, name: str, tag: str, place: Rectangle) -> None:
        x1, y1, x2, y2 = place
        box = Box(x1=x1, y1=y1, x2=x2, y2=y2)
        self.elements.append(Element(role=role, name=name, tag=tag, box=box))


def row(sheet: Sheet) -> list[Rectangle]:
    return [sheet.write(name, 40 + 110 * n, 40) for n, name in enumerate(NAMES)]


def column(sheet: Sheet, names: Sequence[str] = NAMES) -> list[Rectangle]:
    sheet.write("Start with the system", 260, 60)
    return [sheet.write(name, 40, 40 + 36 * n) for n, name in enumerate(names)]


def grown(place: Rectangle, by: int) -> Rectangle:
    return place[0] - by, place[1] - by, place[2] + by, place[3] + by


def test_a_frame_around_its_text_marks_a_tab() -> None:
    sheet = Sheet()
    sheet.frame("Display", grown(row(sheet)[2], 3))
    assert sheet.tabs() == [("General Network Display Privacy", "Display")]


def test_a_cell_that_is_framed_in_a_sheet_is_no_tab() -> None:
    sheet = Sheet()
    places = row(sheet)
    for x in (30, 140, 250, 360, 470):
        sheet.draw.line((x, 20, x, 80), "#999")
    sheet.frame("Display", grown(places[2], 3))
    assert sheet.tabs() == []


def test_tabs_end_at_the_edge_of_their_window() -> None:
    sheet = Sheet()
    first = row(sheet)[0]
    sheet.write("Behind", 480, 40)
    sheet.draw.line((450, 0, 450, 319), "#555")
    sheet.draw.line((first[0], first[3] + 6, first[2], first[3] + 6), "#2563eb", 3)
    sheet.draw.line((480, first[3] + 6, 530, first[3] + 6), "#111", 3)
    assert sheet.tabs() == [("General Network Display Privacy", "General")]


def test_the_coloured_cell_of_a_table_is_no_tab() -> None:
    sheet = Sheet()
    sheet.draw.rectangle((112, 34, 252, 64), fill="#cfe0ff")
    row(sheet)
    assert sheet.tabs() == [("General Network Display Privacy", "Network")]
    for n, name in enumerate(("Low", "Mean", "High", "None")):
        sheet.write(name, 40 + 110 * n, 70)
    assert sheet.tabs() == []


def test_a_button_beside_texts_makes_no_tabs() -> None:
    sheet = Sheet()
    sheet.frame("Privacy", grown(row(sheet)[3], 9))
    assert sheet.tabs() == []


def test_framed_tabs_that_touch_are_told_by_the_ground_of_the_open_one() -> None:
    sheet = Sheet()
    for n, name in enumerate(NAMES):
        place = (40 + 90 * n, 34, 130 + 90 * n, 62)
        sheet.draw.rectangle(place, fill="#f2f2f2" if n == 1 else "#c8c4bc")
        sheet.frame(name, place)
    assert sheet.tabs() == [("General Network Display Privacy", "Network")]


@pytest.mark.parametrize("mark", ["ground", "left", "right", "frame"])
def test_a_mark_in_a_column(mark: str) -> None:
    sheet = Sheet()
    if mark == "ground":
        sheet.draw.rectangle((20, 67, 200, 102), fill="#cfe0ff")
    places = column(sheet)
    if mark == "left":
        sheet.draw.rectangle((22, 68, 25, 101), fill="#2563eb")
    if mark == "right":
        sheet.draw.line((120, 20, 120, 300), "#cccccc")
        sheet.draw.rectangle((121, 68, 124, 101), fill="#2563eb")
    if mark == "frame":
        sheet.frame("Network", grown(places[1], 3))
    assert sheet.tabs() == [("General Network Display Privacy", "Network")]


def test_a_column_without_a_mark_is_no_tabs() -> None:
    sheet = Sheet()
    column(sheet)
    assert sheet.tabs() == []


def test_labels_beside_their_fields_are_no_tabs() -> None:
    sheet = Sheet()
    for n, place in enumerate(column(sheet, ("Mail", "Name", "Town of birth", "Street"))):
        sheet.draw.rectangle((150, place[1] - 6, 240, place[3] + 6), outline="#888")
        assert n < 4
    assert sheet.tabs() == []


def test_the_chosen_row_of_a_table_is_no_tab() -> None:
    sheet = Sheet()
    sheet.draw.rectangle((20, 67, 600, 102), fill="#cfe0ff")
    for n, (_, y, _, _) in enumerate(column(sheet, ("Alice", "Robert", "Carol", "Daniel"))):
        sheet.write(f"{n + 3} files", 420, y)
    assert sheet.tabs() == []


def test_columns_count_only_where_no_row_of_tabs_is() -> None:
    sheet = Sheet()
    sheet.draw.rectangle((20, 127, 120, 162), fill="#cfe0ff")
    for n, name in enumerate(NAMES):
        sheet.write(f"{name} rules", 40, 100 + 36 * n)
    first = row(sheet)[0]
    sheet.draw.line((first[0], first[3] + 6, first[2], first[3] + 6), "#2563eb", 3)
    assert sheet.tabs() == [("General Network Display Privacy", "General")]
