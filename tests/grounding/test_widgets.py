"""Fields, checks, tabs, rows and icons on nothing but the pixels of a page.

The page is rendered by Chromium; where its elements are comes from the page, what is asked from the
picture alone.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handeye.actions import Box, Size
from handeye.envs import Observation, Screenshot
from handeye.envs.browser import BrowserEnv
from handeye.grounding.elements import ElementsGrounder, candidates

PAGE = Path(__file__).parent / "pages" / "widgets.html"
BOXES = """() => Object.fromEntries([...document.querySelectorAll("[id]")].map(e => {
  const r = e.getBoundingClientRect(); return [e.id, [r.left, r.top, r.right, r.bottom]] }))"""
PLACES = {
    "the search icon": "find",
    "the add icon": "add",
    "the new icon": "add",
    "the menu icon": "menu",
    "the delete icon": "bin",
    "the trash icon": "bin",
    "the mail icon": "mail",
    "the second icon": "add",
    "the Billing tab": "billing",
    "the City field": "city",
    "the Street field": "street",
    "the Country dropdown": "country",
    "the Coupon code field": "coupon",
    "the field under 'City'": "city",
    "the Send me news checkbox": "news",
    "the I agree to the terms checkbox": "terms",
    "the Pay in cash radio button": "cash",
    "the Dark mode switch": "dark",
    "the Select Bilal Khan checkbox": "bilal",
    "the checkbox next to Anna Berg": "anna",
    "the checkbox in the row of Finance": "bilal",
    "the Save changes button": "save",
    "Cancel": "cancel",
}
Screen = tuple[Screenshot, dict[str, Box]]


@pytest.fixture(scope="module", params=[1.0, 2.0], ids=["1x", "2x"])
def screen(request: pytest.FixtureRequest) -> Iterator[Screen]:
    with BrowserEnv(viewport=Size(width=1100, height=720), device_scale=request.param) as env:
        env.open(PAGE.as_uri())
        shot = env.observe().screenshot
        found = env.evaluate(BOXES, None)
        assert isinstance(found, dict)
        scaled = {name: [edge * request.param for edge in box] for name, box in found.items()}
        yield (
            shot,
            {n: Box(x1=b[0], y1=b[1], x2=b[2], y2=b[3]) for n, b in scaled.items()},
        )


@pytest.mark.parametrize("phrase", PLACES)
def test_widgets_are_found_by_their_look(screen: Screen, phrase: str) -> None:
    shot, boxes = screen
    answer = ElementsGrounder().ground(Observation(screenshot=shot), phrase)
    assert answer.status == "found", answer
    assert answer.point is not None
    assert boxes[PLACES[phrase]].contains(answer.point), answer


@pytest.mark.parametrize("phrase", ["the print icon", "the Postcode field", "the Upload button"])
def test_what_is_not_there_is_missing(screen: Screen, phrase: str) -> None:
    answer = ElementsGrounder().ground(Observation(screenshot=screen[0]), phrase)
    assert answer.status == "missing", answer


def test_all_that_can_be_named_is_listed_with_its_state(screen: Screen) -> None:
    shot, boxes = screen
    found = candidates(shot)
    for name, checked in (("news", False), ("terms", True), ("chiara", True), ("bilal", False)):
        (box,) = [c for c in found if c.role == "checkbox" and boxes[name].contains(c.box.center)]
        assert box.element is not None
        assert box.element.checked is checked
    roles = {c.role for c in found}
    assert {"textbox", "combobox", "radio", "switch", "button", "icon", "text"} <= roles
