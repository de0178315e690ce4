"""Asks for a line of text."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from handeye.tui.modals.dialog import Dialog, saying


class Question(Dialog[str]):
    """Enter answers; an empty answer is an answer."""

    AUTO_FOCUS = "Input"

    def __init__(self, title: str, said: str = "", value: str = "", placeholder: str = "") -> None:
        super().__init__()
        self._title, self._said = title, said
        self._value, self._placeholder = value, placeholder

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"))
            if self._said:
                yield saying(self._said)
            yield Input(self._value, placeholder=self._placeholder)
            yield Static(Content.styled("Enter answers, Esc leaves.", "$text-muted"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
