"""Changes an action, as JSON, before it is sent; what is no action is not accepted."""

from typing import ClassVar

from pydantic import ValidationError
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from handeye.actions import Action, action_adapter, describe
from handeye.tui.modals.dialog import Dialog

NOT_SENT = ("done", "ask_user")


class EditAction(Dialog[Action]):
    """A target without a point is looked up again."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "accept", "Send it", priority=True)]

    def __init__(self, action: Action) -> None:
        super().__init__()
        self._text = action_adapter.dump_json(action, indent=2, exclude_defaults=True).decode()
        if '"kind"' not in self._text:
            self._text = self._text.replace("{", f'{{\n  "kind": "{action.kind}",', 1)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Static(Content.styled("Edit the action", "bold"))
            yield TextArea(self._text, show_line_numbers=False)
            yield Static(id="problem")
            yield Static(Content.styled("Ctrl+S takes it, Esc leaves it as it was.", "$text-muted"))

    def on_text_area_changed(self, _: TextArea.Changed) -> None:
        self._read()

    def _read(self) -> Action | None:
        said = self.query_one("#problem", Static)
        try:
            action = action_adapter.validate_json(self.query_one(TextArea).text)
        except ValidationError as error:
            first = error.errors()[0]
            place = " › ".join(str(part) for part in first["loc"])
            told = f"{place}: {first['msg']}" if place else first["msg"]
            said.update(Content.styled(f"✗ {told}", "$error"))
            return None
        if action.kind in NOT_SENT:
            said.update(Content.styled(f"✗ {action.kind} is nothing that can be sent", "$error"))
            return None
        said.update(Content.styled(f"✓ {describe(action)}", "$success"))
        return action

    def action_accept(self) -> None:
        action = self._read()
        if action is not None:
            self.dismiss(action)
