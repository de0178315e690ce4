"""What looks like a control and is none: a logo, pictures on cards, ratings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handeye.actions import Size
from handeye.envs import Element
from handeye.envs.browser import BrowserEnv
from handeye.grounding.elements.pixels import parse

PAGE = (Path(__file__).parent / "pages" / "cards.html").as_uri()


@pytest.fixture(scope="module", params=[1.0, 2.0])
def seen(request: pytest.FixtureRequest) -> Iterator[list[Element]]:
    with BrowserEnv(PAGE, viewport=Size(width=640, height=460), device_scale=request.param) as env:
        yield list(parse(env.observe().screenshot))


def test_a_logo_is_no_checkbox_and_a_large_tick_is_in_one(seen: list[Element]) -> None:
    assert [(e.name, e.checked) for e in seen if e.checked is not None] == [("Gift wrap", True)]


def test_the_border_of_a_picture_is_no_field(seen: list[Element]) -> None:
    assert [e for e in seen if e.editable] == []


def test_stars_and_their_number_are_read(seen: list[Element]) -> None:
    read = [e.name for e in seen if e.name.startswith("★")]
    assert [name[-3:] for name in read] == ["4.7", "4.2"]
