"""Asks for one of several things."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from handeye.tui.modals.dialog import Dialog


class Choice(Dialog[str]):
    """Gives back the key of what was chosen."""

    def __init__(self, title: str, options: Mapping[str, str]) -> None:
        super().__init__()
        self._title, self._options = title, dict(options)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"))
            yield OptionList(
                *(Option(Content(told), id=key) for key, told in self._options.items())
            )
            yield Static(Content.styled("Enter chooses, Esc leaves.", "$text-muted"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id)
