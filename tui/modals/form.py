"""A dialog with several lines to fill in, compact enough for 24 lines."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Label, Static

from handeye.actions import HandeyeError
from handeye.actions.errors import UsageError
from handeye.tui.modals.dialog import Dialog

T = TypeVar("T")


class Line(NamedTuple):
    """One line: what stands before it, what is in it, and what it may be (in grey)."""

    name: str
    label: str
    value: str = ""
    hint: str = ""


class Form(Dialog[T]):
    """`read` makes the answer of what was written, and raises HandeyeError for what is wrong."""

    heading = ""
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "start", "Start", priority=True),
        Binding("down", "app.focus_next", "Next line", show=False),
        Binding("up", "app.focus_previous", "Line before", show=False),
    ]

    def lines(self) -> list[Line]:
        raise NotImplementedError

    def read(self, given: Mapping[str, str]) -> T:
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog lines", can_focus=False):
            yield Static(Content.styled(self.heading, "bold"))
            with Grid():
                for line in self.lines():
                    yield Label(line.label)
                    yield Input(line.value, placeholder=line.hint, id=line.name, compact=True)
            yield Static(id="problem")
            with Horizontal(classes="buttons"):
                yield Button("Leave (Esc)", id="leave", compact=True)
                yield Button("Start (Ctrl+S)", id="start", variant="primary", compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "start":
            self.action_start()
        else:
            self.dismiss(None)

    def action_start(self) -> None:
        given = {str(line.id): line.value.strip() for line in self.query(Input)}
        try:
            answer = self.read(given)
        except HandeyeError as error:
            told = f"✗ {error.message} {error.fix}".strip()
            self.query_one("#problem", Static).update(Content.styled(told, "$error"))
            return
        self.dismiss(answer)


def number(given: Mapping[str, str], name: str, label: str, least: int = 0) -> int:
    """Raises UsageError for what is no whole number, or too small a one."""
    text = given[name]
    if not text.isdecimal() or int(text) < least:
        raise UsageError(f"{label}: a whole number from {least}, not {text or 'nothing'}.")
    return int(text)
