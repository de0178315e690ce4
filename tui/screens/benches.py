"""The list of benchmark results: start one, look into one, go on with one, compare two."""

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Static

from handeye.actions.errors import HandeyeError
from handeye.tui.boards import Board, find_results, load_board
from handeye.tui.modals.measure_grounder import MeasureGrounder
from handeye.tui.modals.play_miniwob import PlayMiniwob
from handeye.tui.modals.problem import Problem
from handeye.tui.modals.question import Question
from handeye.tui.playing import Playing
from handeye.tui.resume import resuming
from handeye.tui.scores import MARKS, board_row, columns, damaged_row, figures, spots
from handeye.tui.screens.base import Base, answered
from handeye.tui.screens.board import BoardScreen
from handeye.tui.screens.versus import Versus
from handeye.tui.widgets.plot import Plot
from handeye.tui.widgets.rows import RowList

_TICK = 0.25  # seconds between two looks at what a benchmark has said
Found = tuple[Path, Board | HandeyeError]


class Benches(Base):
    """Results on the disk, newest first, and the benchmark that goes on."""

    PLACE = "bench"
    HEADING = "Benchmarks"
    ABOUT = (
        "Results of handeye bench and handeye eval, newest first: right answers, their share with "
        "Wilson's 95 % interval, the mean seconds of an answer. ✓ finished, … not yet, ! damaged. "
        "n plays MiniWoB++, m measures a grounder, r goes on with a run that was cut off. Compare "
        "two with c on one and then c on the other. Below: accuracy against time, of all runs of "
        "the benchmark that the cursor is on. o looks into another folder."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "play", "MiniWoB++"),
        Binding("m", "measure", "Grounder"),
        Binding("r", "resume", "Go on"),
        Binding("c", "compare", "Compare"),
        Binding("s", "stop", "Stop"),
        Binding("o", "folder", "Folder"),
        Binding("l", "reload", "Reload", show=False),
    ]

    class Listed(Message):
        def __init__(self, found: list[Found]) -> None:
            super().__init__()
            self.found = found

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root, self._everywhere = root.absolute(), False
        self._found: list[Found] = []
        self._first: Path | None = None
        self.playing: Playing | None = None
        self._heard = 0
        self._busy = False

    def content(self) -> ComposeResult:
        with Vertical(id="body"):
            yield Static(id="live")
            yield Static(id="columns")
            yield RowList(id="boards", empty="Looking for results …")
            yield Plot(id="times")

    def on_mount(self) -> None:
        self.query_one("#live").display = self.query_one(Plot).display = False
        self.query_one(RowList).focus()
        self.set_interval(_TICK, self._tick)

    def on_resize(self) -> None:
        self.query_one("#columns", Static).update(columns(self.size.width - 2))

    def on_screen_resume(self) -> None:
        self._list()

    @work(thread=True, exclusive=True, group="list")
    def _list(self) -> None:
        found: list[Found] = []
        for folder in find_results(self._root, everywhere=self._everywhere):
            try:
                found.append((folder, load_board(folder)))
            except HandeyeError as error:
                found.append((folder, error))
        self.post_message(self.Listed(found))

    def on_benches_listed(self, message: Listed) -> None:
        rows = self.query_one(RowList)
        here = self._here()
        self._found = sorted(message.found, key=_newest_first)
        self.tell(self._root.name)
        names = [folder for folder, _ in self._found]
        cursor = names.index(here[0]) if here and here[0] in names else 0
        empty = f"No results in {self._root}: n plays MiniWoB++, m measures a grounder."
        rows.show(len(self._found), self._row, cursor, empty)
        self._draw()

    def _row(self, index: int, width: int) -> Text:
        folder, board = self._found[index]
        if not isinstance(board, Board):
            return damaged_row(folder, board.message, width)
        row = board_row(board, MARKS[self._boards.index(board) % len(MARKS)], width)
        return Text("◆", "bold") + row if folder == self._first else row

    @property
    def _boards(self) -> list[Board]:
        return [board for _, board in self._found if isinstance(board, Board)]

    def _here(self) -> Found | None:
        cursor = self.query_one(RowList).cursor
        return self._found[cursor] if cursor < len(self._found) else None

    def on_row_list_moved(self, _: RowList.Moved) -> None:
        self._draw()

    def _draw(self) -> None:
        here = self._here()
        board = here[1] if here and isinstance(here[1], Board) else None
        told = f"{board.benchmark.split(' ')[0]}: accuracy against time" if board else ""
        plot = self.query_one(Plot)
        plot.display = board is not None
        plot.runs(spots(self._boards, board) if board else (), told)

    def _tick(self) -> None:
        playing = self.playing
        if playing is None:
            return
        heard = playing.hear()
        if heard == self._heard:
            return
        self._heard = heard
        told, board = playing.note, playing.board
        if board is not None:
            told = f"{figures(board)}  {len(board.cells)} of {board.total}"
        if playing.over:
            told = f"✓ {told}" if playing.error is None else f"✗ {playing.error.message}"
            self._ended(playing)
        line = Text.assemble(
            ("● " if not playing.over else "", "green"), f"{playing.title}: {told}"
        )
        live = self.query_one("#live", Static)
        live.display = True
        live.update(line)
        if self.busy != self._busy:  # the line of keys is made anew each time
            self._busy = self.busy
            self.refresh_bindings()

    def _ended(self, playing: Playing) -> None:
        if self.app.screen is self:
            self._list()
        if playing.error is not None:
            self.app.push_screen(Problem(playing.error))

    def begin(self, playing: Playing) -> None:
        """Start it, and look at it."""
        self.playing, self._heard = playing, 0
        playing.start()
        self.app.push_screen(BoardScreen(playing.folder, playing))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys that would do nothing now are not offered."""
        return action != "stop" or self.busy

    @property
    def busy(self) -> bool:
        return self.playing is not None and self.playing.running

    def _refused(self) -> bool:
        if self.busy:
            self.notify("A benchmark goes on: s stops it.", severity="warning")
        return self.busy

    def action_play(self) -> None:
        if not self._refused():
            self.app.push_screen(PlayMiniwob(), answered(self.begin))

    def action_measure(self) -> None:
        if not self._refused():
            self.app.push_screen(MeasureGrounder(), answered(self.begin))

    def action_resume(self) -> None:
        here = self._here()
        if here is None or self._refused():
            return
        with self.reporting():
            self.app.push_screen(resuming(here[0]), answered(self.begin))

    def action_stop(self) -> None:
        if self.playing is not None:
            self.playing.stop()
            self.notify("Stopping: what was answered is kept.")

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        folder, board = self._found[message.index]
        if isinstance(board, HandeyeError):
            self.app.push_screen(Problem(board))
        elif self.playing is not None and self.busy and folder == self.playing.folder:
            self.app.push_screen(BoardScreen(folder, self.playing))
        else:
            self.app.push_screen(BoardScreen(folder))

    def action_compare(self) -> None:
        here = self._here()
        if here is None:
            return
        if self._first is None or self._first == here[0]:
            self._first = None if self._first == here[0] else here[0]
            if self._first:
                self.notify("Now press c on the run to compare it with.")
            self.query_one(RowList).refresh()
            return
        first, self._first = self._first, None
        self.app.clear_notifications()
        self.app.push_screen(Versus(first, here[0]))

    def action_folder(self) -> None:
        asked = Question("Look for results in which folder?", "", str(self._root))
        self.app.push_screen(asked, answered(self._look_in))

    def _look_in(self, folder: str) -> None:
        self._root, self._everywhere = Path(folder).expanduser().absolute(), True
        self._list()

    def action_reload(self) -> None:
        self._list()


def _newest_first(found: Found) -> tuple[float, str]:
    folder, board = found
    return (-board.changed if isinstance(board, Board) else 0.0, str(folder))
