"""Asks what to do and where: a new run."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Checkbox, Input, Static

from handeye.episodes.writer import new_id
from handeye.tui.modals.dialog import Dialog
from handeye.tui.session import Session


class NewRun(Dialog[Session]):
    """Gives back a run that has not begun."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "start", "Start", priority=True)]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog form"):
            yield Static(Content.styled("A new run", "bold"))
            yield Input(placeholder="What to do", id="task")
            yield Input(placeholder="Where to start: http://…", id="url")
            yield Input(placeholder="Model (none: explicit instructions)", id="model")
            with Horizontal(classes="ticks"):
                yield Checkbox("Show the browser", id="headed")
                yield Checkbox("Pause before each action", True, id="paused")
            yield Static(id="problem")
            with Horizontal(classes="buttons"):
                yield Button("Leave (Esc)", id="leave")
                yield Button("Start (Ctrl+S)", id="start", variant="primary")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "start":
            self.action_start()
        else:
            self.dismiss(None)

    def action_start(self) -> None:
        task, url, model = (
            self.query_one(f"#{name}", Input).value.strip() for name in ("task", "url", "model")
        )
        if not task or not url:
            missing = "what to do" if not task else "where to start"
            self.query_one("#problem", Static).update(Content.styled(f"✗ Say {missing}.", "$error"))
            return
        headed = self.query_one("#headed", Checkbox).value
        out = self.app.folder / new_id(task)  # type: ignore[attr-defined]
        session = Session(task, url, out=out, model=model, headless=not headed)
        session.control.paused = self.query_one("#paused", Checkbox).value
        self.dismiss(session)
