"""The line at the top: the places one can go to, and what the present one shows."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

PLACES = {"episodes": "Episodes", "run": "Run", "ground": "Ground", "bench": "Benchmarks"}


class Place(Static):
    """One place; a click goes there."""

    class Wanted(Message):
        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, place: str, number: int, here: bool) -> None:
        mark = "●" if here else " "
        label = Content.assemble((f" {number} ", "bold"), f"{PLACES[place]} ", (mark, "$accent"))
        super().__init__(label, classes="place here" if here else "place")
        self._place = place

    def on_click(self) -> None:
        self.post_message(self.Wanted(self._place))


class TopBar(Horizontal):
    """The places, with a dot at the present one, and a title."""

    DEFAULT_CLASSES: ClassVar[str] = "topbar"

    def __init__(self, here: str, title: str = "") -> None:
        super().__init__()
        self._here, self._title = here, title

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble((" ◉ ", "$accent bold"), ("handeye", "bold")), id="logo")
        for number, place in enumerate(PLACES, 1):
            yield Place(place, number, place == self._here)
        yield Static(Content(self._title), id="title")

    def tell(self, title: str) -> None:
        self._title = title
        self.query_one("#title", Static).update(Content(title))
