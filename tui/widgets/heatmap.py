"""A map of answers: a row a task, a column a seed; each cell a sign, and a colour besides."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

STYLES = {"✓": "green", "~": "yellow", "✗": "red", "!": "magenta", "?": "yellow", "▸": "cyan"}
NONE = "·"
KEY = "✓ right  ~ in part  ✗ wrong  ? no point  ! ended  ▸ now  · not yet"
_LABEL = 26
Sign = Callable[[str, str], str]
Tail = Callable[[str], str]


class HeatMap(ScrollView, can_focus=True):
    """Only the rows in view are made. The cursor stands between brackets."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"map--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1,0)", "Up", show=False),
        Binding("down", "move(1,0)", "Down", show=False),
        Binding("left", "move(0,-1)", "Left", show=False),
        Binding("right", "move(0,1)", "Right", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
        Binding("enter", "choose", "Open"),
    ]

    class Moved(Message):
        """The cursor stands on another cell."""

        def __init__(self, row: str, column: str) -> None:
            super().__init__()
            self.row, self.column = row, column

    class Chosen(Moved):
        """Enter was pressed on a cell, or it was clicked a second time."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: Sequence[str] = ()
        self.columns: Sequence[str] = ()
        self._sign: Sign = lambda _row, _column: NONE
        self._tail: Tail = lambda _row: ""
        self._left = 0
        self.cursor = (0, 0)

    def show(self, rows: Sequence[str], columns: Sequence[str], sign: Sign, tail: Tail) -> None:
        """Other cells; the cursor stays on its row where that is still there."""
        here = self.here
        self.rows, self.columns, self._sign, self._tail = rows, columns, sign, tail
        row = rows.index(here[0]) if here and here[0] in rows else self.cursor[0]
        self.virtual_size = Size(self.size.width, max(1, len(rows)) + 1)
        self.put(row, self.cursor[1])
        self.refresh()

    @property
    def here(self) -> tuple[str, str] | None:
        row, column = self.cursor
        if row < len(self.rows) and column < len(self.columns):
            return self.rows[row], self.columns[column]
        return None

    def put(self, row: int, column: int) -> None:
        """Move the cursor, as far as there are cells."""
        before = self.cursor
        self.cursor = (
            max(0, min(row, len(self.rows) - 1)),
            max(0, min(column, len(self.columns) - 1)),
        )
        self._follow()
        self.refresh()
        if self.cursor != before and self.here:
            self.post_message(self.Moved(*self.here))

    @property
    def _room(self) -> tuple[int, int, int]:
        """How wide labels and cells are, and how many cells fit."""
        label = min(_LABEL, max((len(row) for row in self.rows), default=0)) + 1
        tail = max((len(self._tail(row)) for row in self.rows[:1]), default=0) + 3
        space = max(3, self.size.width - label - tail)
        longest = max((len(column) for column in self.columns), default=1) + 1
        cell = longest if longest * len(self.columns) <= space else 3
        cell = cell if cell * len(self.columns) <= space else 2
        cell = max(2, cell)
        return label, cell, max(1, space // cell)

    def _follow(self) -> None:
        row, column = self.cursor
        fit = self._room[2]
        self._left = max(0, min(self._left, column, len(self.columns) - fit))
        self._left = max(self._left, column - fit + 1)
        height = max(2, self.size.height) - 1
        top = self.scroll_offset.y
        if row < top:
            self.scroll_to(y=row, animate=False, immediate=True)
        elif row >= top + height:
            self.scroll_to(y=row - height + 1, animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        label, cell, fit = self._room
        shown = range(self._left, min(len(self.columns), self._left + fit))
        line = Text(no_wrap=True, end="")
        index = y - 1 + self.scroll_offset.y
        if y == 0:
            line.append(self._heading(shown, label, cell), "dim")
        elif index < len(self.rows):
            self._line(line, index, shown, label, cell)
        segments = list(line.render(self.app.console))
        return Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)

    def _heading(self, shown: range, label: int, cell: int) -> str:
        """The names of the columns; of narrow ones, of those that there is room for."""
        line, end = [" "] * (label + cell * len(shown)), label
        for number, column in enumerate(shown, 1):
            name, at = self.columns[column], label + number * cell
            if at - len(name) >= end + (end > label):
                line[at - len(name) : at] = name
                end = at
        more = len(self.columns) - len(shown)
        return "".join(line) + (f"  {more} more →" if more else "")

    def _line(self, line: Text, index: int, shown: range, label: int, cell: int) -> None:
        row = self.rows[index]
        name = row if len(row) < label else row[: label - 2] + "…"
        at = index == self.cursor[0]
        line.append(name.ljust(label), "bold" if at else "")
        cursor = self.get_component_rich_style("map--cursor") if self.has_focus else Style()
        cursor = Style(bold=True) + cursor
        closing = False
        for column in shown:
            sign = self._sign(row, self.columns[column])
            if closing:
                line.append("]", cursor)
            pad = cell - 1 - closing
            closing = at and column == self.cursor[1]
            if closing:
                line.append(" " * (pad - 1)).append(f"[{sign}", cursor)
            else:
                line.append(" " * pad).append(sign, STYLES.get(sign, "dim"))
        line.append("]" if closing else " ", cursor if closing else "")
        line.append(f" {self._tail(row)}", "dim")

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, max(1, len(self.rows)) + 1)
        self.call_after_refresh(self._follow)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or offset.y == 0:
            return
        label, cell, _ = self._room
        place = (
            offset.y - 1 + self.scroll_offset.y,
            max(0, offset.x - label) // cell + self._left,
        )
        if place == self.cursor or event.chain > 1:
            self.action_choose()
        else:
            self.put(*place)

    def action_move(self, down: int, right: int) -> None:
        self.put(self.cursor[0] + down, self.cursor[1] + right)

    def action_page(self, by: int) -> None:
        self.put(self.cursor[0] + by * max(1, self.size.height - 2), self.cursor[1])

    def action_go(self, to: int) -> None:
        self.put(to if to >= 0 else len(self.rows) - 1, self.cursor[1])

    def action_choose(self) -> None:
        if self.here:
            self.post_message(self.Chosen(*self.here))
