"""What all dialogs share: a box in the middle that Escape leaves without an answer."""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

T = TypeVar("T")


class Dialog(ModalScreen[T | None]):
    """None is the answer of whoever leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def action_leave(self) -> None:
        self.dismiss(None)


def saying(text: str | Content) -> VerticalScroll:
    """What a dialog says. A long text scrolls, so that what answers it stays in view."""
    return VerticalScroll(
        Static(text if isinstance(text, Content) else Content(text), classes="said"),
        classes="saying",
    )
