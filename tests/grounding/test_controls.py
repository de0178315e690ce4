"""Controls on screenshots of real pages, seen by their pixels only."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from handeye.actions import Size
from handeye.envs import Element, Observation
from handeye.envs.browser import BrowserEnv
from handeye.grounding import Grounding
from handeye.grounding.elements import ElementsGrounder, candidates
from handeye.grounding.elements.pixels import parse
from handeye.grounding.images import encode_screenshot

PAGE = (Path(__file__).parent / "pages" / "controls.html").as_uri()
# phrase -> role and name of the element of the page that the point must lie in
TARGETS = {
    "the Full name field": ("textbox", "Full name"),
    "the Search orders field": ("textbox", "Search orders"),
    "the Country list": ("combobox", "Country"),
    "the Nickname field": ("textbox", "Nickname"),
    "the Gift wrap checkbox": ("checkbox", "Gift wrap"),
    "the By invoice radio button": ("radio", "By invoice"),
    "the Express switch": ("switch", "Express"),
    "the Place order button": ("button", "Place order"),
    "the search icon": ("button", "Search"),
    "the Select HR Team checkbox": ("checkbox", "Select HR Team"),
    "the checkbox in the row of Support": ("checkbox", "Select Support"),
    "the checkbox next to Riga": ("checkbox", "Select Support"),
    "the second radio button": ("radio", "By invoice"),
    "the switch": ("switch", "Express"),
}


class Look(NamedTuple):
    """A screen as pixels only, and what the page says is on it."""

    pixels: Observation
    listed: tuple[Element, ...]

    def ask(self, phrase: str) -> Grounding:
        return ElementsGrounder().ground(self.pixels, phrase)


@pytest.fixture(scope="module", params=[("", 1.0), ("?dark", 1.0), ("", 2.0)])
def look(request: pytest.FixtureRequest) -> Iterator[Look]:
    theme, scale = request.param
    with BrowserEnv(PAGE + theme, viewport=Size(width=900, height=620), device_scale=scale) as env:
        seen = env.observe()
        yield Look(Observation(screenshot=seen.screenshot), seen.elements or ())


@pytest.mark.parametrize("phrase", TARGETS)
def test_controls_are_found_by_their_pixels(look: Look, phrase: str) -> None:
    role, name = TARGETS[phrase]
    meant = next(e for e in look.listed if (e.role, e.name) == (role, name))
    answer = look.ask(phrase)
    assert answer.status == "found", answer
    assert answer.point is not None
    assert meant.box.contains(answer.point), (answer, meant)


def test_what_is_on_is_seen_to_be_on(look: Look) -> None:
    seen = [e for e in parse(look.pixels.screenshot) if e.checked is not None]
    said = [e for e in look.listed if e.checked is not None]
    assert len(seen) == len(said)
    for element in said:
        found = [e for e in seen if element.box.contains(e.box.center)]
        assert [e.checked for e in found] == [element.checked], element.name


def test_a_value_is_told_from_a_placeholder(look: Look) -> None:
    fields = {e.name: e.value for e in parse(look.pixels.screenshot) if e.editable}
    assert fields == {"Full name": "", "Search orders": "", "Country": "Germany", "Nickname": ""}


def test_what_is_not_there_is_missing(look: Look) -> None:
    for phrase in ("the Telephone field", "the Autoplay switch", "the Mexico checkbox"):
        assert look.ask(phrase).status == "missing", phrase


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 2), (30, 20)])
@pytest.mark.parametrize("mode", ["plain", "noise"])
def test_nothing_is_found_on_next_to_nothing(size: tuple[int, int], mode: str) -> None:
    image = Image.effect_noise(size, 80) if mode == "noise" else Image.new("L", size)
    pixels = Observation(screenshot=encode_screenshot(image.convert("RGB")))
    answer = ElementsGrounder().ground(pixels, "the Save button")
    assert answer.status == "missing"


def test_a_screen_is_taken_apart_once(look: Look) -> None:
    copy = look.pixels.screenshot.model_copy()
    assert parse(copy) is parse(look.pixels.screenshot)


def test_candidates_name_everything_for_people(look: Look) -> None:
    found = {(each.role, each.label) for each in candidates(look.pixels.screenshot)}
    assert {("button", "Place order"), ("text", "HR Team"), ("checkbox", "Gift wrap")} <= found
