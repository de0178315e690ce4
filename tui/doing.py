"""What can be done with an episode that is open: export it, replay it, go on from one of its steps.

Prevents: an export that holds up the screen, or a replay that nobody can watch or stop.
"""

from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message

from handeye.episodes import Episode, exports, read_episode
from handeye.episodes.writer import new_id
from handeye.tui.modals.choice import Choice
from handeye.tui.modals.fork import Fork
from handeye.tui.modals.question import Question
from handeye.tui.screens.base import Failed, answered
from handeye.tui.session import Replayed, Session
from handeye.tui.widgets.rows import RowList


class ToWatch(Message):
    """A run is to be started and watched."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class Doing:
    """For screens that show an episode at `path`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "export", "Export"),
        Binding("r", "replay", "Replay"),
        Binding("f", "fork", "Fork here"),
    ]
    path: Path
    episode: Episode | None

    class Done(Message):
        """Something that took a while is over."""

        def __init__(self, told: str) -> None:
            super().__init__()
            self.told = told

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
        """From the beginning, or from here on."""
        at = self.index
        ways = {"0": "All of it, from its start"}
        if at:
            ways[str(at)] = f"From step {at + 1} on, at the address that was seen there"
        self.app.push_screen(Choice("Replay this episode", ways), answered(self.replay_from))

    def replay_from(self: Any, step: str) -> None:
        task = self.about_task()
        self.show_run(Replayed(self.path, int(step), task, out=self.app.folder / new_id(task)))

    def action_fork(self: Any) -> None:
        """Do what was done before this step again, and go on in another way."""
        if self.episode is not None:
            asked = Fork(self.path, self.index, self.about_task())
            self.app.push_screen(asked, answered(self.show_run))

    def show_run(self: Any, session: Session) -> None:
        self.post_message(ToWatch(session))

    def about_task(self) -> str:
        started = self.episode.started if self.episode is not None else None
        return started.task if started else self.path.name

    def on_failed(self: Any, _: Failed) -> None:
        """What stands in the list does not wait for what will not come."""
        if self.episode is None:
            self.query_one(RowList).show(0, lambda *_: Text(), empty="It cannot be opened.")

    def on_doing_done(self: Any, message: Done) -> None:
        self.notify(message.told, timeout=8, markup=False)
