"""Help for one screen: what it is for, and its keys."""

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from handeye.tui.modals.dialog import Dialog


class Help(Dialog[bool]):
    """The keys are those that work where the help was asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1,enter", "leave", "Close")]

    def __init__(self, title: str, text: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._keys = title, text, keys

    def compose(self) -> ComposeResult:
        table = Table.grid(padding=(0, 2))
        for key, told in self._keys:
            table.add_row(f"[bold]{key}[/]", told)
        with VerticalScroll(classes="dialog tall"):
            yield Static(Content.styled(self._title, "bold"))
            yield Static(Content(self._text), classes="said")
            yield Static(table, classes="said")
            yield Static(Content.styled("Esc closes this.", "$text-muted"))
