"""One benchmark: its answers as a map, its workers while it goes on, its accuracy over time."""

import time
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from handeye.tui.boards import Board, load_board
from handeye.tui.opening import Opening
from handeye.tui.playing import Playing
from handeye.tui.scores import summary
from handeye.tui.screens.base import Base
from handeye.tui.widgets.heatmap import KEY, NONE, HeatMap
from handeye.tui.widgets.plot import Plot

_TICK = 0.25  # seconds between two looks at what the benchmark has said


class BoardScreen(Opening, Base):
    """The map on the left, workers and the curve on the right."""

    PLACE = "bench"
    HEADING = "Benchmark"
    ABOUT = (
        f"Each row is a task (or a group of questions), each column a seed. {KEY}. Enter opens "
        "what is under the cursor: the recording of an episode, or the question in the playground. "
        "n goes to the next one that failed, w puts the worst rows first, v changes between the "
        "map and the curve of accuracy where there is no room for both."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "failed", "Next failed"),
        Binding("w", "worst", "Worst first"),
        Binding("v", "view", "Map/curve"),
        Binding("s", "stop", "Stop"),
        Binding("escape", "back", "Close"),
    ]

    class Loaded(Message):
        def __init__(self, board: Board) -> None:
            super().__init__()
            self.board = board

    def __init__(self, folder: Path, playing: Playing | None = None) -> None:
        super().__init__()
        self._folder, self._playing = folder, playing
        self.board: Board | None = None
        self._worst = False
        self._heard = 0
        self._since: dict[int, tuple[tuple[str, str], float]] = {}

    def content(self) -> ComposeResult:
        yield Static(id="summary")
        with Horizontal(id="body"):
            yield HeatMap(id="map")
            with Vertical(id="side"):
                yield Static(id="workers")
                yield Plot(id="curve")
        yield Static(id="cell")

    def on_mount(self) -> None:
        self.query_one(HeatMap).focus()
        self.query_one("#side").border_title = "Accuracy over time"
        self.query_one("#summary", Static).update("Reading …")
        if self._playing is None:
            self._load()
        else:
            self.set_interval(_TICK, self._tick)
            self._tick()

    @work(thread=True, exclusive=True, group="load")
    def _load(self) -> None:
        with self.reporting():
            self.post_message(self.Loaded(load_board(self._folder)))

    def on_board_screen_loaded(self, message: Loaded) -> None:
        self.board = message.board
        self._show()

    def _tick(self) -> None:
        playing = self._playing
        assert playing is not None
        heard = playing.hear()
        self._workers(playing)
        if heard == self._heard:
            return
        self._heard, self.board = heard, playing.board
        if self.board is None:
            self.query_one("#summary", Static).update(Text(playing.note))
        else:
            self._show()
        if playing.over:
            self.refresh_bindings()

    def _workers(self, playing: Playing) -> None:
        """What each worker does, and for how long."""
        now, lines = time.monotonic(), []
        for worker, on in sorted(playing.works.items()):
            known = self._since.get(worker)
            if on is not None and (known is None or known[0] != on):
                self._since[worker] = known = (on, now)
            told = f"{' '.join(on)}  {now - known[1]:.0f} s" if on and known else "idle"
            lines.append(f"{'▸' if on else ' '} worker {worker + 1}  {told}")
        if playing.over:
            lines = ["Stopped." if playing.stopping.is_set() else "Over."]
        text = Text("\n".join(lines or [playing.note]), no_wrap=True)
        self.query_one("#workers", Static).update(text)

    def _show(self) -> None:
        board = self.board
        if board is None:
            return
        self.tell(f"{board.name} · {board.about}")
        self.query_one("#summary", Static).update(summary(board, max(20, self.size.width - 2)))
        rows = board.rows
        if self._worst:
            rows = sorted(rows, key=lambda row: _share(board.of_row(row)))
        self.query_one(HeatMap).show(rows, board.columns, self._sign, self._tail)
        self.query_one(Plot).curve(board.curve(), "")
        self._about()

    def _sign(self, row: str, column: str) -> str:
        cell = self.board.at(row, column) if self.board else None
        if self._playing is not None and (row, column) in self._playing.works.values():
            return "▸"
        return cell.sign if cell else NONE

    def _tail(self, row: str) -> str:
        right, count = self.board.of_row(row) if self.board else (0, 0)
        return f"{right:>3}/{count:<3}"

    def on_heat_map_moved(self, _: HeatMap.Moved) -> None:
        self._about()

    def _about(self) -> None:
        """What is known of the cell under the cursor."""
        here = self.query_one(HeatMap).here
        cell = self.board.at(*here) if self.board and here else None
        told = cell.told if cell else f"{' '.join(here)}: not yet" if here else ""
        text = Text(told)
        text.truncate(2 * max(20, self.size.width - 4), overflow="ellipsis")
        self.query_one("#cell", Static).update(text.append(f"\n{KEY}", "dim"))

    def on_heat_map_chosen(self, message: HeatMap.Chosen) -> None:
        cell = self.board.at(message.row, message.column) if self.board else None
        if cell is None:
            self.notify("There is no answer yet.")
        else:
            self.open_answer(self._folder, cell.source)

    def action_failed(self) -> None:
        """The next cell that is not right, row by row."""
        board, shown = self.board, self.query_one(HeatMap)
        if board is None or shown.here is None:
            return
        places = [(r, c) for r in range(len(shown.rows)) for c in range(len(shown.columns))]
        at = places.index(shown.cursor)
        for row, column in [*places[at + 1 :], *places[: at + 1]]:
            cell = board.at(shown.rows[row], shown.columns[column])
            if cell and not cell.right:
                shown.put(row, column)
                return
        self.notify("Nothing has failed.")

    def action_worst(self) -> None:
        self._worst = not self._worst
        self._show()

    def action_view(self) -> None:
        self.toggle_class("-curve")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys that would do nothing now are not offered."""
        return action != "stop" or (self._playing is not None and self._playing.running)

    def action_stop(self) -> None:
        if self._playing is not None:
            self._playing.stop()
            self.notify("Stopping: what was answered is kept.")

    def on_resize(self) -> None:
        self._show()

    def action_back(self) -> None:
        self.app.pop_screen()


def _share(counted: tuple[int, int]) -> tuple[float, int]:
    right, count = counted
    return (right / count if count else 2.0, -count)
