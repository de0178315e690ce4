"""Two runs side by side, from the step where they part."""

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from handeye.episodes import Episode, open_episode
from handeye.episodes.keep import StepDiff, diff_episodes
from handeye.episodes.views.show import plain
from handeye.tui.frames import Frames, Shown
from handeye.tui.screens.base import Base
from handeye.tui.screens.trace import Trace
from handeye.tui.telling import about_run
from handeye.tui.widgets.picture import Picture
from handeye.tui.widgets.rows import RowList

_SIGNS = {"same": "=", "changed": "≠", "only_first": "◀", "only_second": "▶"}
_STYLES = {"same": "dim", "changed": "yellow", "only_first": "cyan", "only_second": "magenta"}


class Diff(Base):
    """Rows are aligned by what was done to what."""

    HEADING = "Compare two runs"
    ABOUT = (
        "Steps of two runs, aligned: = the same in both, ≠ different, ◀ only in the first, ▶ only "
        "in the second. p jumps to where they part. Enter opens the step in the first run, or in "
        "the second where only that has it. The screens of both are shown below."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "part", "Where they part"),
        Binding("n", "next", "Next difference"),
        Binding("z", "zoom", "Zoom"),
        Binding("escape", "back", "Close"),
    ]

    class Compared(Message):
        def __init__(self, first: Episode, second: Episode, rows: list[StepDiff]) -> None:
            super().__init__()
            self.first, self.second, self.rows = first, second, rows

    class Loaded(Message):
        def __init__(self, row: int, shown: tuple[Shown, Shown]) -> None:
            super().__init__()
            self.row, self.shown = row, shown

    def __init__(self, first: Path, second: Path) -> None:
        super().__init__()
        self._paths = first, second
        self._rows: list[StepDiff] = []

    def content(self) -> ComposeResult:
        with Horizontal(id="heads"):
            yield Static(id="head-first", classes="head")
            yield Static(id="head-second", classes="head")
        yield RowList(id="pairs", empty="Comparing …")
        with Horizontal(id="screens"):
            for name in ("first", "second"):
                with Vertical(classes="side"):
                    yield Picture(id=name)

    def on_mount(self) -> None:
        self.query_one(RowList).focus()
        self._compare()

    @work(thread=True, exclusive=True, group="compare")
    def _compare(self) -> None:
        with self.reporting():
            first, second = (open_episode(path) for path in self._paths)
            self.post_message(self.Compared(first, second, diff_episodes(first, second)))

    def on_diff_compared(self, message: Compared) -> None:
        self._frames = Frames(message.first), Frames(message.second)
        self._rows = message.rows
        for name, episode in (("first", message.first), ("second", message.second)):
            self.query_one(f"#head-{name}", Static).update(Text(about_run(episode), no_wrap=True))
        self.query_one(RowList).show(len(self._rows), self._row, 0, "Neither run has a step.")
        self.action_part()
        self._show(self.query_one(RowList).cursor)

    def _row(self, index: int, width: int) -> Text:
        row = self._rows[index]
        half = (width - 3) // 2
        left, right = (
            _side(row.first, row.what_first, half),
            _side(row.second, row.what_second, half),
        )
        line = Text.assemble(left, (f" {_SIGNS[row.kind]} ", "bold"), right)
        line.stylize(_STYLES[row.kind])
        return line

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        self._show(message.index)

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        row = self._rows[message.index]
        if row.first is not None:
            self.app.push_screen(Trace(self._paths[0], row.first - 1))
        elif row.second is not None:
            self.app.push_screen(Trace(self._paths[1], row.second - 1))

    def _show(self, index: int) -> None:
        if index < len(self._rows):
            self._load(index, self._rows[index])

    @work(thread=True, exclusive=True, group="frames")
    def _load(self, index: int, row: StepDiff) -> None:
        with self.reporting():
            sides = zip(self._frames, (row.first, row.second), strict=True)
            first, second = (
                frames.show(number - 1, "before") if number else Shown(None, (), "No such step.")
                for frames, number in sides
            )
            self.post_message(self.Loaded(index, (first, second)))

    def on_diff_loaded(self, message: Loaded) -> None:
        if message.row == self.query_one(RowList).cursor:
            for name, shown in zip(("first", "second"), message.shown, strict=True):
                self.query_one(f"#{name}", Picture).show(shown.image, shown.marks, shown.caption)

    def action_part(self) -> None:
        self._jump(0)

    def action_next(self) -> None:
        self._jump(self.query_one(RowList).cursor + 1)

    def _jump(self, start: int) -> None:
        found = (n for n in range(start, len(self._rows)) if self._rows[n].kind != "same")
        at = next(found, None)
        if at is None:
            self.notify("No step differs." if start == 0 else "No later step differs.")
        else:
            self.query_one(RowList).cursor = at

    def action_zoom(self) -> None:
        for picture in self.query(Picture):
            picture.zoom()

    def action_back(self) -> None:
        self.app.pop_screen()


def _side(number: int | None, what: str, width: int) -> Text:
    text = Text("" if number is None else f"{number:>4} {plain(what)}")
    text.truncate(width, overflow="ellipsis", pad=True)
    return text
