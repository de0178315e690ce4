"""What is the same element on another screen, and what only looks like it."""

from typing import Any

import pytest

from handeye.actions import Box, Point, ScreenSpace, Size
from handeye.envs import Element, Screenshot
from handeye.episodes.replay.patch import find_patch
from handeye.episodes.replay.refind import Found, Lost, Scene, refind

SIZE = Size(width=1000, height=800)


def at(x: float, y: float, name: str = "Save", role: str = "button", **more: Any) -> Element:
    return Element(role=role, name=name, box=Box(x1=x, y1=y, x2=x + 100, y2=y + 20), **more)


def look_for(element: Element, then: list[Element], now: list[Element]) -> Found | Lost:
    scenes = (Scene(elements=tuple(each), size=SIZE) for each in ([element, *then], now))
    return refind(element, element.box.center, *scenes)


def found(element: Element, then: list[Element], now: list[Element]) -> Element | None:
    place = look_for(element, then, now)
    return place.element if isinstance(place, Found) else None


def test_of_two_that_are_the_same_the_nearest() -> None:
    here, far = at(110, 100), at(700, 600)
    assert found(at(100, 100), [at(700, 610)], [far, here]) == here


def test_the_region_decides_before_the_place() -> None:
    dialog = at(700, 600, region="Save changes? (2)")
    now = [at(100, 100, region="main"), dialog]
    assert found(at(100, 100, region="Save changes? (1)"), [], now) == dialog


def test_outside_its_dialog_it_is_another_button() -> None:
    place = look_for(at(100, 100, "Delete", region="Really?"), [], [at(100, 100, "Delete")])
    assert isinstance(place, Lost)
    assert place.looked_for == "button “Delete” in “Really?”"


def test_a_row_is_known_by_the_words_only_it_has() -> None:
    def row(y: float, item: int, text: str) -> Element:
        return at(500, y, "Edit", item=item, item_text=f"{text} in stock Edit")

    then = [row(200, 1, "Desk lamp 20 €"), row(240, 2, "Desk fan 20 €")]
    changed = row(300, 7, "Desk lamp 22 €")
    assert found(then[0], then[1:], [row(200, 1, "Desk fan 20 €"), changed]) == changed
    assert found(then[0], then[1:], [row(200, 1, "Desk fan 20 €")]) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (at(0, 0, "Cart (1)"), at(0, 0, "Cart (12)")),
        (at(0, 0, "Notifications"), at(0, 0, "Notification")),
        (at(0, 0, "Checkout", "link"), at(0, 0, "Checkout", "button")),
        (at(0, 0, "  SAVE "), at(0, 0, "Save")),
        (at(0, 0, "", hints=("E-mail",)), at(0, 0, "E-mail")),
    ],
)
def test_small_changes_of_name_or_role(before: Element, after: Element) -> None:
    assert found(before, [at(500, 500, "Help")], [at(500, 500, "Help"), after]) == after


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ([], [at(0, 0, "Page 3"), at(40, 0, "Page 4")]),
        ([at(40, 0, "Page 3")], [at(40, 0, "Page 3")]),
        ([], [at(0, 0, "Save"), at(40, 0, "Page", "text")]),
        ([], []),
    ],
    ids=["two-fit", "it-was-there-before", "nothing-like-it", "nothing-at-all"],
)
def test_a_likeness_that_is_not_the_only_one_does_not_count(
    then: list[Element], now: list[Element]
) -> None:
    place = look_for(at(0, 0, "Page 2"), then, now)
    assert isinstance(place, Lost)
    assert place.looked_for == "button “Page 2”"
    assert place.reason


def test_a_disabled_target_is_not_there_yet() -> None:
    place = look_for(at(0, 0), [], [at(0, 0, enabled=False)])
    assert isinstance(place, Lost)
    assert "disabled" in place.reason
    assert isinstance(look_for(at(0, 0, enabled=False), [], [at(0, 0, enabled=False)]), Found)


def test_a_nameless_thing_must_stay_in_its_place_or_among_its_neighbours() -> None:
    icon, label = at(100, 100, "", "img"), at(210, 100, "Volume")
    assert found(icon, [label], [at(110, 100, "", "img")])
    moved = [at(600, 500, "", "img"), at(710, 500, "Volume")]
    assert found(icon, [label], moved) == moved[0]
    assert found(icon, [label], [at(600, 500, "", "img"), at(0, 0, "Other")]) is None


def test_the_point_keeps_its_place_in_the_box() -> None:
    """As on a slider: a click at 80 % goes to 80 % of the slider as it is now."""
    slider = at(100, 100, "Volume", "slider")
    now = Element(role="slider", name="Volume", box=Box(x1=400, y1=50, x2=1200, y2=60))
    scene = Scene(elements=(slider,), size=SIZE)
    place = refind(slider, Point(x=180, y=110), scene, Scene(elements=(now,), size=SIZE))
    assert isinstance(place, Found)
    assert place.point == Point(x=880, y=55)  # of the part that is on the screen


def test_a_place_of_one_colour_is_only_looked_for_where_it_was() -> None:
    def plain(colour: str) -> Screenshot:
        import io

        from PIL import Image

        data = io.BytesIO()
        Image.new("RGB", (SIZE.width, SIZE.height), colour).save(data, "png")
        return Screenshot(data=data.getvalue(), space=ScreenSpace(size=SIZE))

    corner = Point(x=999, y=0)
    assert isinstance(find_patch(corner, plain("white"), plain("white")), Found)
    assert isinstance(find_patch(corner, plain("white"), plain("navy")), Lost)
