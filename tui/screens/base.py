"""What all screens share: the bar at the top, the keys at the bottom, and help.

Prevents: a screen that blocks on the disk or fails with a traceback; work is done by workers that
post messages, and an error of handeye becomes a dialog.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Footer

from handeye.actions import HandeyeError
from handeye.tui.modals.help import Help
from handeye.tui.modals.problem import Problem
from handeye.tui.widgets.topbar import TopBar

T = TypeVar("T")


class Failed(Message):
    """A worker could not do what it was asked for."""

    def __init__(self, error: HandeyeError) -> None:
        super().__init__()
        self.error = error


class Base(Screen[None]):
    """A screen with a place in the bar at the top."""

    PLACE: ClassVar[str] = "episodes"
    AUTO_FOCUS = "RowList, HeatMap"  # keys that come early do not go into a line of text
    HEADING: ClassVar[str] = ""
    ABOUT: ClassVar[str] = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "about", "Help", key_display="?")
    ]

    def compose(self) -> ComposeResult:
        yield TopBar(self.PLACE, self.HEADING)
        yield from self.content()
        yield Footer(show_command_palette=False)

    def content(self) -> ComposeResult:
        """What is between the bar at the top and the keys at the bottom."""
        yield from ()

    def tell(self, title: str) -> None:
        """Say at the top what is shown."""
        self.query_one(TopBar).tell(title)

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """For workers: an error of handeye is posted to the screen."""
        try:
            yield
        except HandeyeError as error:
            self.post_message(Failed(error))

    def on_failed(self, message: Failed) -> None:
        self.app.push_screen(Problem(message.error))

    def action_about(self) -> None:
        active = [each for each in self.active_bindings.values() if each.enabled]
        shown = sorted((each.binding for each in active), key=lambda binding: not binding.show)
        keys = [
            (self.app.get_key_display(binding), binding.description)
            for binding in shown
            if binding.description and not binding.system and "ctrl+page" not in binding.key
        ]
        self.app.push_screen(Help(self.HEADING, self.ABOUT, list(dict.fromkeys(keys))))


def answered(act: Callable[[T], None]) -> Callable[[T | None], None]:
    """For dialogs: does nothing when the dialog was left."""

    def take(answer: T | None) -> None:
        if answer is not None:
            act(answer)

    return take
