"""What can be done with an episode that is open: export it, and run it again.

Prevents: a replay that holds up the screen, or one whose end nobody is told of.
"""

from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from handeye.episodes import RunResult, exports, read_episode
from handeye.tui.modals.choice import Choice
from handeye.tui.modals.question import Question
from handeye.tui.screens.base import answered


class Doing:
    """For screens that show an episode at `path`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "export", "Export"),
        Binding("r", "replay", "Replay"),
    ]
    path: Path

    class Done(Message):
        """Something that took a while is over; `result` is that of a replay."""

        def __init__(self, told: str, result: RunResult | None = None) -> None:
            super().__init__()
            self.told, self.result = told, result

    def action_export(self: Any) -> None:
        formats = {name: f"{name}: {form.told}" for name, form in exports.FORMATS.items()}
        self.app.push_screen(Choice("Export this episode as", formats), answered(self.export_as))

    def export_as(self: Any, name: str) -> None:
        ending = exports.FORMATS[name].suffix or f".{name}"
        out = str(Path.cwd() / f"{self.path.resolve().name}{ending}")
        asked = Question("Where to?", "A new file or folder.", out)

        def take(said: str) -> None:
            self.export(name, Path(said))

        self.app.push_screen(asked, answered(take))

    @work(thread=True, group="export")
    def export(self: Any, name: str, out: Path) -> None:
        with self.reporting():
            exports.export(read_episode(self.path), name, out.expanduser())
            self.post_message(Doing.Done(f"Written: {out}"))

    def action_replay(self: Any) -> None:
        self.notify("Replaying in a browser of its own …")
        self.again()

    @work(thread=True, exclusive=True, group="replay")
    def again(self: Any) -> None:
        from handeye.again import replay

        with self.reporting():
            result = replay(self.path)
            how = (
                "The replay went as recorded."
                if result.ok
                else f"The replay ended: {result.message}"
            )
            self.post_message(Doing.Done(how, result))

    def on_doing_done(self: Any, message: Done) -> None:
        failed = message.result is not None and not message.result.ok
        self.notify(message.told, severity="warning" if failed else "information", timeout=8)
