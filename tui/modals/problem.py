"""Says what went wrong and what to do about it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from handeye.actions import HandeyeError
from handeye.tui.modals.dialog import Dialog, saying


class Problem(Dialog[bool]):
    """An error with its title, what happened, and the fix."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "Close")]

    def __init__(self, error: HandeyeError) -> None:
        super().__init__()
        self._error = error

    def compose(self) -> ComposeResult:
        error = self._error
        with Vertical(classes="dialog error"):
            yield Static(Content.styled(f"✗ {error.title}", "$error bold"))
            yield saying(error.message)
            if error.fix:
                yield saying(Content.assemble(("→ ", "$primary bold"), error.fix))
            yield Static(Content.styled("Enter or Esc closes this.", "$text-muted"))
