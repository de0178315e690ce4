"""Dialogs, menus, toolbars, tabs, links and columns: the same phrases on a page and on its pixels.

Where the elements are comes from the page; each phrase is asked of the elements that the page
lists, and of the picture alone.
"""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.grounding.conftest import shot_of
from tests.grounding.test_widgets import BOXES

from handeye.actions import Box, Size
from handeye.envs import Element, Observation
from handeye.envs.browser import BrowserEnv
from handeye.grounding.elements import ElementsGrounder, candidates
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.pixels.strips import strips_of

PAGES = Path(__file__).parent / "pages"
PLACES = {
    "dialog.html": {
        "the Save button in the dialog": "save2",
        "the Save button in the Unsaved changes dialog": "save2",
        "Edit in the menu bar": "edit",
        "the Edit button": "edit1",
        "the second menu item": "edit",
        "the details link": "more",
    },
    "order.html": {
        "the Settings tab": "settings",
        "the selected tab": "items",
        "the second tab": "settings",
        "the second icon in the toolbar": "add",
        "the last icon in the toolbar": "bin",
        "the quantity in the row of Bread": "qb",
        "the Quantity field in the row of Milk": "qm",
        "the price of Rice": "pr",
        "the field next to Amount": "am",
        "the checkbox in the row of Milk": "cm",
        "the Gift checkbox in the row of Rice": "cr",
        "the Terms of use link": "terms",
        "the second link": "priv",
    },
    "tabs.html": {
        "the Display tab": "display",
        "the second tab": "network",
        "the last tab": "privacy",
        "the selected tab": "network",
        "the tab under Network": "display",
        "the Proxy server field": "proxy",
    },
}
Seen = tuple[str, Observation, dict[str, Box]]


@pytest.fixture(scope="module", params=[1.0, 2.0], ids=["1x", "2x"])
def seen(request: pytest.FixtureRequest) -> list[Seen]:
    found: list[Seen] = []
    with BrowserEnv(viewport=Size(width=1100, height=720), device_scale=request.param) as env:
        for page in PLACES:
            env.open((PAGES / page).as_uri())
            observation = env.observe()
            boxes = env.evaluate(BOXES, None)
            assert isinstance(boxes, dict)
            scaled = {n: [edge * request.param for edge in box] for n, box in boxes.items()}
            named = {n: Box(x1=b[0], y1=b[1], x2=b[2], y2=b[3]) for n, b in scaled.items()}
            found.append((page, observation, named))
    return found


@pytest.mark.parametrize("pixels", [True, False], ids=["pixels", "elements"])
def test_parts_of_a_screen_are_named_alike(seen: list[Seen], pixels: bool) -> None:
    wrong = {}
    for page, observation, boxes in seen:
        grounder = ElementsGrounder()
        asked = Observation(screenshot=observation.screenshot) if pixels else observation
        for phrase, name in PLACES[page].items():
            answer = grounder.ground(asked, phrase)
            if answer.point is None or not boxes[name].contains(answer.point):
                wrong[phrase] = answer
    assert not wrong


def test_letters_of_a_large_heading_are_no_icons(seen: list[Seen]) -> None:
    page, observation, _ = seen[1]
    assert page == "order.html"
    scale = observation.screenshot.space.size.width / 1100
    heading = Box(x1=0, y1=0, x2=1100 * scale, y2=95 * scale)
    assert [
        each.role
        for each in candidates(observation.screenshot)
        if heading.contains(each.box.center)
    ] == ["heading"]


def test_a_menu_bar_in_a_frame_is_no_field() -> None:
    """A window with its menu bar in the title bar, and an open menu whose parts have lines between.

    The three buttons of the window stand close together.
    """
    image = Image.new("RGB", (900, 500), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=17)
    draw.rectangle((40, 30, 800, 460), outline="#555")
    draw.rectangle((40, 30, 800, 62), outline="#555", fill="#eee")
    for x in (742, 758, 774):
        draw.rectangle((x, 40, x + 12, 52), outline="#333", fill="#ccc")
        draw.line((x + 4, 48, x + 8, 48), fill="#333")
    for x, text in ((56, "File"), (120, "Edit"), (190, "View"), (262, "Help")):
        draw.text((x, 36), text, fill="#111", font=font)
    draw.rectangle((110, 62, 400, 270), outline="#777", fill="#fafafa")
    menu = ("Undo", "Redo", "Cut", "Copy", "Paste", "Select all")
    for n, text in enumerate(menu):
        draw.text((130, 72 + 33 * n), text, fill="#111", font=font)
    for y in (136, 234):
        draw.line((110, y, 400, y), fill="#ccc")
    found = candidates(shot_of(image))
    assert not [each for each in found if each.role in ("textbox", "combobox")]
    roles = {each.label: (each.role, each.element.region) for each in found if each.element}
    assert {roles[name][0] for name in ("File", "Edit", "View", "Help", *menu)} == {"menuitem"}
    assert "menubar" in roles["View"][1]
    assert "menu" in roles["Paste"][1]
    signs = [each for each in found if each.role == "icon"]
    assert [round(each.box.center.x) for each in signs] == [748, 764, 780]
    assert {each.element.region for each in signs if each.element} == {"title bar"}


def test_the_cells_of_tables_and_sheets_are_no_menus_and_no_tabs() -> None:
    """A table with a frame around it, and a sheet of which every cell has a frame."""
    image = Image.new("RGB", (1200, 420), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=17)
    rows = ("Name City Age", "Alice Oslo 31", "Bob Rome 44", "Carol Lima 27", "Dave Cairo 52")
    draw.rectangle((60, 60, 360, 230), outline="#777")
    for x, y, line in ((x, 66 + 34 * n, row) for x in (60, 700) for n, row in enumerate(rows)):
        for n, text in enumerate(line.split()):
            if x == 700:
                draw.rectangle((x + 100 * n, y - 6, x + 100 * n + 100, y + 28), outline="#999")
            draw.text((x + 10 + 100 * n, y), text, fill="#111", font=font)
    found = candidates(shot_of(image))
    roles = {each.role for each in found if each.label in " ".join(rows)}
    assert {each.label for each in found} >= {"Alice", "Oslo", "Bob", "Rome", "Carol", "Lima"}
    assert roles == {"text"}


def test_small_words_of_buttons_are_read_and_no_icons() -> None:
    image = Image.new("RGB", (600, 300), "#f4f4f4")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=17)
    for n, text in enumerate(("Apply", "Cancel", "OK")):
        draw.rectangle((60 + 150 * n, 120, 180 + 150 * n, 156), outline="#888", fill="white")
        draw.text((120 + 150 * n, 138), text, fill="#111", font=font, anchor="mm")
    found = candidates(shot_of(image))
    assert [(each.role, each.label) for each in found] == [
        ("button", "Apply"),
        ("button", "Cancel"),
        ("button", "OK"),
    ]


def test_a_sliver_of_a_text_is_no_tab() -> None:
    blank = Picture(np.zeros((60, 90, 3), np.uint8), 16.0)
    slivers = [
        Element(role="pixels", name="Home", box=Box(x1=x, y1=20, x2=x + 1, y2=34), tag="line")
        for x in (10, 30, 50)
    ]
    assert strips_of(blank, slivers, 16.0) == []
