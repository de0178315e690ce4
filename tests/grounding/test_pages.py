"""The default grounder on real pages in a real browser."""

from pathlib import Path

import pytest

from handeye.actions import Goto
from handeye.envs import Observation
from handeye.envs.browser import BrowserEnv
from handeye.grounding import Grounding
from handeye.grounding.elements import ElementsGrounder

PAGES = Path(__file__).parent / "pages"

# phrase -> (role, name, text of its row, card or region): what the answer's element must be
SETTINGS = {
    "Cancel": ("button", "Cancel", ""),
    "the Save button in the Profile section": ("button", "Save", "Profile"),
    "Save in the Notifications section": ("button", "Save", "Notifications"),
    "Search": ("button", "Search", "header"),
    "search field": ("searchbox", "Search", "header"),
    "Email address": ("textbox", "Email address (required)", ""),
    "the Email field": ("textbox", "Email address (required)", ""),
    "First name": ("textbox", "First name", ""),
    "the last name field": ("textbox", "Last name", ""),
    "nickname": ("textbox", "", "Profile"),
    "the field under 'Nickname'": ("textbox", "", "Profile"),
    "time zone dropdown": ("combobox", "Time zone", ""),
    "checkbox next to HR Team": ("checkbox", "", "HR Team"),
    "the checkbox for Sales": ("checkbox", "", "Sales"),
    "the first unchecked checkbox": ("checkbox", "Product news", ""),
    "Security alerts": ("checkbox", "", "Security alerts"),
    "Weekly report checkbox": ("checkbox", "Weekly report", ""),
    "By phone": ("radio", "By phone", ""),
    "the selected radio button": ("radio", "By email", ""),
    "dark mode toggle": ("switch", "Dark mode", ""),
    "Delete in the row of Bob": ("button", "Delete", "Bob"),
    "Carol's Delete button": ("button", "Delete", "Carol"),
    "Edit in the Support row": ("button", "Edit", "Support"),
    "Edit in the first row": ("button", "Edit", "HR Team"),
    "Edit next to Delete in the row of Alice": ("button", "Edit", "Alice"),
    "second Edit button": ("button", "Edit", "Sales"),
    "the last Delete button": ("button", "Delete", "Support"),
    "HR Team": ("cell", "HR Team", ""),
    "the cell to the right of Sales": ("cell", "Bob", ""),
    "the Owner column": ("columnheader", "Owner", ""),
    "the X icon in the top right": ("button", "Close", "header"),
    "close button": ("button", "Close", "header"),
    "Notifications": ("button", "Notifications", "header"),
    "Notifications heading": ("heading", "Notifications", ""),
    "Help in the footer": ("link", "Help", "footer"),
    "Help in the sidebar": ("link", "Help", "navigation"),
    "second link in the sidebar": ("link", "Billing", "navigation"),
    "page 2": ("link", "2", ""),
    "Log in with Google": ("link", "Log in with Google", "footer"),
    "sign in with google": ("link", "Log in with Google", "footer"),
    "the disabled button": ("button", "Send test message", ""),
    "the button with the text 'Cancel'": ("button", "Cancel", ""),
}
SHOP = {
    "Search": ("button", "Search", "search"),
    "search field": ("textbox", "Search products", ""),
    "the first result": ("link", "Desk lamp", "Desk lamp"),
    "second product": ("link", "Floor lamp", "Floor lamp"),
    "the last item": ("link", "Wall light", "Wall light"),
    "Add to cart in the Floor lamp card": ("button", "Add to cart", "Floor lamp"),
    "Add to cart for Desk lamp": ("button", "Add to cart", "Desk lamp"),
    "Add to cart below Floor lamp": ("button", "Add to cart", "Floor lamp"),
    "the first Add to cart button": ("button", "Add to cart", "Desk lamp"),
    "Desk lamp": ("link", "Desk lamp", ""),
    "Wall light image": ("img", "Wall light", ""),
    "quantity": ("spinbutton", "", "main"),
    "the plus button": ("button", "+", ""),
    "the button to the right of the quantity field": ("button", "+", ""),
    "New tab": ("tab", "New", ""),
    "the selected tab": ("tab", "All", ""),
    "basket": ("link", "Cart (0)", ""),
    "log in": ("link", "Sign in", ""),
    "Lamps link": ("link", "Lamps", ""),
    "Lamps heading": ("heading", "Lamps", ""),
    "Sale in the navigation": ("link", "Sale", ""),
}
AMBIGUOUS = ("the Save button", "the Edit button", "Help", "'Save'", "the empty fields", "Savee")
MISSING = (
    "delete account",
    "the Upload button",
    "Submit",
    "the ninth Edit button",
    "",
    "   ",
    "!?",
)


@pytest.fixture(scope="module")
def screens() -> dict[str, Observation]:
    found = {}
    with BrowserEnv("about:blank") as env:
        for page in ("settings", "shop"):
            assert env.act(Goto(url=(PAGES / f"{page}.html").as_uri())).ok
            found[page] = env.observe()
    return found


def check(answer: Grounding, expected: tuple[str, str, str]) -> None:
    role, name, around = expected
    assert answer.status == "found", answer
    assert answer.element is not None
    assert (answer.element.role, answer.element.name) == (role, name)
    assert around in f"{answer.element.item_text} {answer.element.region}"
    assert answer.point is not None
    assert answer.element.box.contains(answer.point)


@pytest.mark.parametrize("phrase", SETTINGS)
def test_finds_on_a_settings_page(screens: dict[str, Observation], phrase: str) -> None:
    check(ElementsGrounder().ground(screens["settings"], phrase), SETTINGS[phrase])


@pytest.mark.parametrize("phrase", SHOP)
def test_finds_on_a_shop_page(screens: dict[str, Observation], phrase: str) -> None:
    check(ElementsGrounder().ground(screens["shop"], phrase), SHOP[phrase])


@pytest.mark.parametrize("phrase", AMBIGUOUS)
def test_says_when_several_fit_equally(screens: dict[str, Observation], phrase: str) -> None:
    answer = ElementsGrounder().ground(screens["settings"], phrase)
    assert answer.status == "ambiguous"
    assert answer.point is None
    assert len(answer.alternatives) >= 2


@pytest.mark.parametrize("phrase", MISSING)
def test_takes_nothing_of_another_meaning(screens: dict[str, Observation], phrase: str) -> None:
    answer = ElementsGrounder().ground(screens["settings"], phrase)
    assert (answer.status, answer.point, answer.element) == ("missing", None, None)
    assert answer.reason


def test_reads_a_canvas_where_no_element_fits(screens: dict[str, Observation]) -> None:
    answer = ElementsGrounder().ground(screens["shop"], "Print receipt")
    canvas = next(e for e in screens["shop"].elements or () if e.role == "canvas")
    assert answer.status == "found"
    assert answer.point is not None
    assert canvas.box.contains(answer.point)
    assert answer.element is None
    assert answer.confidence < 0.95
