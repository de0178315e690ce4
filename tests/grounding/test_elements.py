"""Scoring, counting and merging on hand-made elements."""

import time

import pytest

from handeye.actions import Box, ScreenSpace, Size
from handeye.envs import Element, Observation, Screenshot
from handeye.grounding import Grounding
from handeye.grounding.elements import ElementsGrounder, rank


def element(role: str, name: str, x: float = 0, y: float = 0, **more: object) -> Element:
    box = Box(x1=x, y1=y, x2=x + 80, y2=y + 20)
    return Element.model_validate({"role": role, "name": name, "box": box, **more})


def column(*pairs: tuple[str, str]) -> tuple[Element, ...]:
    """Elements below each other, 40 pixels apart."""
    return tuple(element(role, name, y=40 * n) for n, (role, name) in enumerate(pairs))


def chosen(elements: tuple[Element, ...], phrase: str) -> str:
    answer = ground(elements, phrase)
    return answer.element.name if answer.element else answer.status


def ground(elements: tuple[Element, ...], phrase: str) -> Grounding:
    # A picture of one white pixel: nothing can be read from it.
    from io import BytesIO

    from PIL import Image

    packed = BytesIO()
    Image.new("RGB", (1, 1), "white").save(packed, "PNG")
    space = ScreenSpace(size=Size(width=1000, height=800))
    shot = Screenshot(data=packed.getvalue(), space=space)
    return ElementsGrounder().ground(Observation(screenshot=shot, elements=elements), phrase)


@pytest.mark.parametrize(
    ("names", "phrase", "expected"),
    [
        (("Save", "save", "Save as…"), "Save", "Save"),
        (("Save", "Save as…"), "save as", "Save as…"),
        (("Save as…", "Open"), "Save", "Save as…"),
        (("E-mail *", "Name"), "email", "E-mail *"),
        (("Café menu", "Bar"), "cafe menu", "Café menu"),
        (("User name", "Password"), "username", "User name"),
        (("Notifications", "Billing"), "notification", "Notifications"),
        (("Search", "Cart"), "Serch", "Search"),
        (("×", "?"), "close", "×"),
        (("設定を保存", "キャンセル"), "保存", "設定を保存"),
        (("Unsubscribe",), "subscribe", "missing"),
        (("Sale",), "Save", "missing"),
        (("Uncheck all",), "check all", "missing"),
        (("Row 51",), "row 57", "missing"),
        (("Account",), "delete account", "missing"),
        (("Save as…",), "'Save now'", "missing"),
    ],
)
def test_names_from_exact_to_misspelt(names: tuple[str, ...], phrase: str, expected: str) -> None:
    assert chosen(column(*(("button", name) for name in names)), phrase) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("open Settings", "Settings"),
        ("go to the Billing tab", "Billing"),
        ("switch to Billing", "Billing"),
        ("please choose Red", "Red"),
        ("select Red", "Red"),
        ("click on 'Red'", "Red"),
        ("open the File menu", "File"),
        ("Open file", "Open file"),
        ("open file", "Open file"),
        ("go to cart", "Go to cart"),
        ("go to the cart", "Go to cart"),
        ("press releases", "Press releases"),
        ("select all", "Select all"),
        ("open account", "missing"),
    ],
)
def test_an_order_is_about_the_rest_unless_the_whole_of_it_is_a_name(
    phrase: str, expected: str
) -> None:
    whole = ("Open file", "Go to cart", "Press releases", "Select all")
    rest = ("File", "Cart", "releases", "All", "Settings", "Red")
    screen = column(*(("link", name) for name in (*rest, *whole)), ("tab", "Billing"))
    assert chosen(screen, phrase) == expected


def test_to_open_a_menu_does_not_mean_the_open_one() -> None:
    screen = (element("button", "Menu", expanded=True), element("button", "Menu", y=90))
    assert ground(screen, "the open menu").element == screen[0]
    assert chosen(screen, "open the menu") == "ambiguous"


def test_a_name_that_looks_like_grammar_is_taken_literally() -> None:
    screen = column(("textbox", "First name"), ("textbox", "Last name"), ("textbox", "Name"))
    assert chosen(screen, "first name") == "First name"
    assert chosen(screen, "the last name field") == "Last name"
    assert chosen(screen[2:], "last name") == "missing"


def test_controls_come_before_texts_unless_a_text_is_asked_for() -> None:
    screen = column(("heading", "Billing"), ("link", "Billing"))
    link, heading = ground(screen, "Billing").element, ground(screen, "Billing heading").element
    assert link is not None
    assert heading is not None
    assert (link.role, heading.role) == ("link", "heading")


def test_a_bare_name_means_what_can_be_pressed() -> None:
    screen = column(("searchbox", "Search"), ("button", "Search"))
    pressed, typed = ground(screen, "Search").element, ground(screen, "Search field").element
    assert pressed is not None
    assert typed is not None
    assert (pressed.role, typed.role) == ("button", "searchbox")


def test_a_field_is_never_a_button() -> None:
    assert chosen(column(("button", "Email")), "the Email checkbox") == "missing"


def test_hints_and_values_are_names_too() -> None:
    screen = (
        element("textbox", "", hints=("Your town",)),
        element("textbox", "", y=40, value="Oslo"),
    )
    assert ground(screen, "your town").element == screen[0]
    assert ground(screen, "Oslo").element == screen[1]


def test_an_unnamed_box_takes_the_text_beside_it() -> None:
    screen = (
        element("text", "Terms", x=100),
        element("checkbox", ""),
        element("text", "Other", x=100, y=60),
        element("checkbox", "", y=60),
    )
    assert ground(screen, "Terms checkbox").element == screen[1]


def test_equal_fits_are_ambiguous_and_come_in_reading_order() -> None:
    screen = (element("button", "Edit", y=200), element("button", "Edit", y=10))
    answer = ground(screen, "Edit")
    assert answer.status == "ambiguous"
    assert [option.box.y1 for option in answer.alternatives] == [10, 200]
    assert "2" in answer.reason
    assert ground(screen, "the first Edit").element == screen[1]
    assert ground(screen, "the top Edit").element == screen[1]
    assert ground(screen, "the third Edit button").reason == "only 2 fit 'Edit'"


def test_one_thing_that_is_listed_twice_is_not_ambiguous() -> None:
    row = element("listitem", "Inbox")
    link = Element(role="link", name="Inbox", box=Box(x1=2, y1=2, x2=78, y2=18))
    label, field = element("label", "Town", y=100), element("textbox", "Town", y=120)
    assert ground((row, link), "Inbox").element == link
    assert ground((label, field), "Town").element == field
    picture = element("link", "Lamp", y=300, item=4)
    title = element("link", "Lamp", y=400, item=4)
    assert ground((picture, title), "Lamp").status == "found"


def test_missing_names_what_comes_nearest() -> None:
    answer = ground(column(("button", "Save"), ("button", "Save as…")), "the Rescue Saver link")
    assert answer.status == "missing"
    assert "'Save'" in answer.reason


def test_the_point_lies_on_the_part_that_can_be_seen() -> None:
    wide = Element(role="button", name="Go", box=Box(x1=900, y1=0, x2=1300, y2=20))
    point = ground((wide,), "Go").point
    assert point is not None
    assert (point.x, point.y) == (950, 10)


def test_another_role_alone_is_no_fit() -> None:
    assert chosen(column(("button", "Save")), "the tab") == "missing"
    assert chosen(column(("checkbox", "Dark")), "the toggle") == "Dark"


def test_an_order_to_press_is_no_part_of_the_name() -> None:
    assert chosen(column(("button", "Save"), ("button", "Quit")), "click on Save") == "Save"
    assert chosen(column(("button", "Press kit"), ("button", "Kit")), "press kit") == "Press kit"


def test_rank_puts_the_chosen_first() -> None:
    screen = column(("button", "Edit"), ("button", "Edit"), ("button", "Editor"))
    ranked = rank(screen, "second Edit button")
    assert ranked[0].element == screen[1]
    assert rank(screen, "nothing like it") == []
    assert rank((), "Edit") == []


def test_a_large_screen_is_ranked_quickly() -> None:
    screen = tuple(
        element("button", f"Action {n} of {n % 25}", x=100 * (n % 5), y=20 * (n // 5), item=n // 5)
        for n in range(500)
    )
    started = time.thread_time()
    assert rank(screen, "Action 321")[0].element == screen[321]
    # A guard against quadratic work, with room for a slow machine; see docs for the real figure.
    assert time.thread_time() - started < 0.25
