"""Two results of the same benchmark: which is better, how sure that is, and where they differ."""

from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from handeye.actions.errors import UsageError
from handeye.tui.boards import Cell, load_board
from handeye.tui.opening import Opening
from handeye.tui.scores import Both, figures, interval_bar, spots
from handeye.tui.screens.base import Base
from handeye.tui.widgets.heatmap import STYLES
from handeye.tui.widgets.plot import Plot
from handeye.tui.widgets.rows import RowList


class Versus(Opening, Base):
    """Only questions that both have answered are counted in the difference."""

    PLACE = "bench"
    HEADING = "Compare two results"
    ABOUT = (
        "Two results of one benchmark: the share of right answers of each with Wilson's 95 % "
        "interval, and how much more the second has of those that both have answered, with the "
        "interval of the paired bootstrap. Listed is what one has and the other has not: the sign "
        "of the first, then that of the second. Enter opens it in the run that failed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Close")]

    class Compared(Message):
        def __init__(self, both: Both) -> None:
            super().__init__()
            self.both = both

    def __init__(self, first: Path, second: Path) -> None:
        super().__init__()
        self._paths = first, second
        self._differing: list[tuple[Cell, Cell]] = []
        self.both: Both | None = None

    def content(self) -> ComposeResult:
        yield Static(id="sides")
        yield RowList(id="differing", empty="Comparing …")
        yield Plot(id="times")

    def on_mount(self) -> None:
        self.query_one(RowList).focus()
        self._compare()

    @work(thread=True, exclusive=True, group="compare")
    def _compare(self) -> None:
        with self.reporting():
            first, second = (load_board(path) for path in self._paths)
            if first.benchmark != second.benchmark:
                raise UsageError(
                    f"{first.benchmark} and {second.benchmark} are not the same data.",
                    "Compare two results of one benchmark.",
                )
            self.post_message(self.Compared(Both(first, second)))

    def on_versus_compared(self, message: Compared) -> None:
        both = self.both = message.both
        self._differing = both.differing
        self._sides()
        empty = "Both have the same answers right."
        self.query_one(RowList).show(len(self._differing), self._row, 0, empty)
        boards = [both.first, both.second]
        self.query_one(Plot).runs(spots(boards, both.second), "accuracy against time")

    def _sides(self) -> None:
        if self.both is None:
            return
        width = max(20, self.size.width - 2)
        text = Text()
        for number, board in enumerate((self.both.first, self.both.second), 1):
            line = Text(f"{number} ", "bold").append(f"{board.name} ", "bold")
            line.append(f"{board.about}, in {board.folder.name}", "dim")
            line.truncate(width, overflow="ellipsis")
            bar = interval_bar(board.share, board.interval, max(10, width - 56))
            text.append(line).append(f"\n  {figures(board):<52}").append(f"{bar}\n", "cyan")
        text.append(self.both.verdict(), "bold")
        self.query_one("#sides", Static).update(text)

    def _row(self, index: int, width: int) -> Text:
        one, two = self._differing[index]
        row = Text()
        for cell in (one, two):
            row.append(f"{cell.sign} ", STYLES.get(cell.sign, ""))
        failed = two if one.right else one
        row.append(f"{one.id}  ", "bold").append(failed.told, "dim")
        row.truncate(width, overflow="ellipsis")
        return row

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        one, two = self._differing[message.index]
        side = 1 if one.right else 0
        self.open_answer(self._paths[side], (one, two)[side].source)

    def on_resize(self) -> None:
        self._sides()

    def action_back(self) -> None:
        self.app.pop_screen()
