"""A list of which only the rows in view are made: ten thousand open as fast as ten."""

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

RowMaker = Callable[[int, int], Text]
"""Makes a row: its place, and how wide it may be."""


class RowList(ScrollView, can_focus=True):
    """Rows with a cursor; the row under it is marked by a sign as well as by its colour."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--cursor-blurred"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
        Binding("enter", "choose", "Open"),
    ]

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: "RowList", index: int) -> None:
            super().__init__()
            self.rows, self.index = rows, index

        @property
        def control(self) -> "RowList":
            return self.rows

    class Chosen(Moved):
        """Enter was pressed on a row, or the row was clicked a second time."""

    def __init__(
        self, *, empty: str = "Nothing here.", opens: bool = True, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._empty, self._opens = empty, opens
        self._count = 0
        self._row: RowMaker = lambda _index, _width: Text()

    @property
    def count(self) -> int:
        return self._count

    def show(self, count: int, row: RowMaker, cursor: int = 0, empty: str = "") -> None:
        """Show other rows, with the cursor on one of them."""
        self._count, self._row, self._empty = count, row, empty or self._empty
        self.virtual_size = Size(self.size.width, max(1, count))
        self.cursor = max(0, min(cursor, count - 1))
        self._follow()
        self.refresh()

    def grow(self, count: int) -> None:
        """There are more rows at the end; a cursor at the end stays there."""
        last = max(0, self._count - 1)
        at_end, self._count = self.cursor >= last, count
        self._make_room(count)
        if at_end:
            self.cursor = max(0, count - 1)
        if last < self.scroll_offset.y + self.size.height:
            self.refresh_lines(last, self.size.height)

    def _make_room(self, count: int) -> None:
        """The whole screen is laid out anew only where the scroll bar comes or goes."""
        size, high = Size(self.size.width, max(1, count)), self.size.height
        scrolls = self.show_vertical_scrollbar
        if scrolls != (size.height > high) or size.width != self.virtual_size.width:
            self.virtual_size = size
            return
        self.set_reactive(Widget.virtual_size, size)
        if scrolls:
            self.vertical_scrollbar.window_virtual_size = size.height

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.size.width
        if not self._count:
            told = Text(self._empty, "dim").wrap(self.app.console, max(1, width - 2))
            return self._strip(Text(" ") + told[y] if y < len(told) else Text(), width)
        if index >= self._count:
            return self._strip(Text(), width)
        if index != self.cursor:
            return self._strip(Text(" ") + self._row(index, max(1, width - 2)), width)
        name = "rows--cursor" if self.has_focus else "rows--cursor-blurred"
        text = Text("▸") + self._row(index, max(1, width - 2))
        return self._strip(text, width, self.get_component_rich_style(name))

    def _strip(self, text: Text, width: int, style: Style | None = None) -> Strip:
        text.no_wrap, text.end = True, ""
        segments = list(text.render(self.app.console))
        return Strip(segments).adjust_cell_length(width).apply_style(style or self.rich_style)

    def watch_cursor(self, old: int, new: int) -> None:
        if old != new:
            self._follow()
            self.refresh_line(old)
            self.refresh_line(new)
            self.post_message(self.Moved(self, new))

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self._count - 1))

    def _follow(self) -> None:
        height = self.scrollable_content_region.height or self.size.height
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif height and self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, max(1, self._count))
        self.call_after_refresh(self._follow)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or not self._count:
            return
        index = offset.y + self.scroll_offset.y
        if index == self.cursor or event.chain > 1:
            self.action_choose()
        elif index < self._count:
            self.cursor = index

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Enter is offered only where it opens something."""
        return self._opens or action != "choose"

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_page(self, by: int) -> None:
        self.cursor += by * max(1, self.size.height - 1)

    def action_go(self, to: int) -> None:
        self.cursor = to if to >= 0 else self._count - 1

    def action_choose(self) -> None:
        if self._count and self._opens:
            self.post_message(self.Chosen(self, self.cursor))
