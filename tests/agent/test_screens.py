"""Which screen a run is done on: what does not go together is said before anything is opened."""

from typing import Any

import pytest

from handeye.actions import Size
from handeye.actions.errors import UsageError
from handeye.screens import Where, screen_at


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"env": "moon"}, "no environment called 'moon'. Use browser or desktop"),
        ({"display": "new"}, "This is for a desktop: display. Add --env desktop"),
        ({"url": " "}, "no address to start at"),
        ({"env": "desktop", "url": "http://x"}, "This is for a browser: url"),
        ({"env": "desktop", "headless": False}, "This is for a browser: headless"),
        ({"env": "desktop", "app": "mousepad"}, "private display only. Add --display new"),
        ({"env": "desktop", "display": ":1", "size": Size(width=9, height=9)}, "A size is chosen"),
        ({"env": "desktop", "display": "new", "app": "pad 'a"}, "No closing quotation"),
        ({"env": "desktop", "view": "monitor:0"}, "no part of a desktop"),
        ({"env": "desktop", "view": "region:1,2,0,4"}, "no part of a desktop"),
    ],
)
def test_options_that_do_not_go_together(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        screen_at(Where(**wanted))


def test_a_screen_says_what_it_is_before_it_is_open() -> None:
    page = screen_at(Where(url="127.0.0.1:1"))
    assert (page.name, page.start) == ("browser", "http://127.0.0.1:1")
    assert page.settings == {"headless": True}
    desk = screen_at(Where(env="desktop", display="new", app="xterm -e sh"))
    assert (desk.name, desk.start) == ("desktop", "")
    assert desk.settings == {"display": "new", "app": "xterm -e sh"}
    assert {"goto", "upload"} <= page.moves - desk.moves
