"""The list of episodes: search, filter, sort, look at one, open it, compare two."""

from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from handeye.episodes.keep import Entry, list_entries, size_of
from handeye.tui.screens.base import Base
from handeye.tui.screens.diff import Diff
from handeye.tui.screens.trace import Trace
from handeye.tui.search import FILTERS, SORTS, STATUSES, matching, misspelt, with_status
from handeye.tui.telling import about_entry, entry_row
from handeye.tui.widgets.picture import Picture
from handeye.tui.widgets.rows import RowList


class Episodes(Base):
    """Newest first. Words and filters in the search line narrow the list down at once."""

    HEADING = "Episodes"
    ABOUT = (
        "Every run that was recorded. Type in the search line to narrow the list down: words of "
        "the task or the address, and filters such as status:failed, env:browser, model:qwen, "
        "task:lamp or date:2026-11. Compare two runs with c on one and then c on the other."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", key_display="/"),
        Binding("f", "filter", "Status"),
        Binding("s", "sort", "Sort"),
        Binding("c", "compare", "Compare"),
        Binding("r", "reload", "Reload"),
        Binding("escape", "rows", "List", show=False),
    ]

    class Listed(Message):
        def __init__(self, entries: list[Entry]) -> None:
            super().__init__()
            self.entries = entries

    class Previewed(Message):
        def __init__(self, entry: Entry, image: Any, size: int) -> None:
            super().__init__()
            self.entry, self.image, self.size = entry, image, size

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._all: list[Entry] = []
        self._shown: list[Entry] = []
        self._sort = "newest"
        self._first: Entry | None = None

    def content(self) -> ComposeResult:
        with Horizontal(id="searching"):
            yield Input(placeholder=f"Search: words, {', '.join(f'{name}:' for name in FILTERS)}")
            yield Static(id="found")
        with Horizontal(id="body"):
            yield RowList(id="episodes", empty="Reading the folder …")
            with Vertical(id="preview"):
                yield Picture(id="last")
                yield Static(id="about")

    def on_mount(self) -> None:
        self.query_one("#preview").border_title = "Last screen"
        self.query_one(RowList).focus()

    def on_screen_resume(self) -> None:
        self._list()

    def on_resize(self) -> None:
        """There may be room for the last screen now."""
        self.call_after_refresh(self._look)

    @work(thread=True, exclusive=True, group="list")
    def _list(self) -> None:
        with self.reporting():
            self.post_message(self.Listed(list_entries(self._folder)))

    def on_episodes_listed(self, message: Listed) -> None:
        self._all = message.entries
        self._narrow()

    def on_input_changed(self, _: Input.Changed) -> None:
        self._narrow()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.action_rows()

    def _narrow(self) -> None:
        rows = self.query_one(RowList)
        here = self._shown[rows.cursor].id if self._shown else ""
        self._shown = matching(self._all, self.query_one(Input).value, self._sort)
        cursor = next((n for n, entry in enumerate(self._shown) if entry.id == here), 0)
        rows.show(len(self._shown), self._row, cursor, self._none())
        self.query_one("#found", Static).update(
            f"{len(self._shown):,} of {len(self._all):,} · {self._sort}"
        )
        self._look()

    def _none(self) -> str:
        """What stands where no episode does."""
        if not self._all:
            return f"{self._folder} holds no episodes yet."
        wrong = misspelt(self.query_one(Input).value)
        return f"No episode fits; {wrong}: is no filter." if wrong else "No episode fits."

    def _row(self, index: int, width: int) -> Text:
        entry = self._shown[index]
        row = entry_row(entry, width)
        return Text("◆ ", "bold") + row if entry == self._first else row

    def on_row_list_moved(self, _: RowList.Moved) -> None:
        self._look()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        self.app.push_screen(Trace(self._folder / self._shown[message.index].id))

    def _look(self) -> None:
        entry = self._here()
        if entry is None:
            self.query_one(Picture).show(None)
            self.query_one("#about", Static).update("")
            return
        self.query_one("#about", Static).update(about_entry(entry))
        if self.query_one("#preview").display and not self.has_class("-narrow"):
            self._preview(entry)

    @work(thread=True, exclusive=True, group="preview")
    def _preview(self, entry: Entry) -> None:
        from handeye.actions.errors import EpisodeError
        from handeye.episodes import load_frame, open_episode

        try:
            episode = open_episode(self._folder / entry.id)
            seen = next((s.observed for s in reversed(episode.steps) if s.observed), None)
            image = load_frame(episode, seen).image if seen else None
        except EpisodeError:  # opening it says what is wrong with it
            image = None
        self.post_message(self.Previewed(entry, image, size_of(self._folder / entry.id)))

    def on_episodes_previewed(self, message: Previewed) -> None:
        if message.entry == self._here():
            self.query_one(Picture).show(message.image)
            about = about_entry(message.entry, message.size)
            self.query_one("#about", Static).update(about)

    def _here(self) -> Entry | None:
        cursor = self.query_one(RowList).cursor
        return self._shown[cursor] if cursor < len(self._shown) else None

    def action_search(self) -> None:
        self.query_one(Input).focus()

    def action_rows(self) -> None:
        self.query_one(RowList).focus()

    def action_filter(self) -> None:
        line = self.query_one(Input)
        at = next(
            (n for n, each in enumerate(STATUSES) if each and f"status:{each}" in line.value), 0
        )
        line.value = with_status(line.value, STATUSES[(at + 1) % len(STATUSES)])

    def action_sort(self) -> None:
        names = list(SORTS)
        self._sort = names[(names.index(self._sort) + 1) % len(names)]
        self._narrow()

    def action_reload(self) -> None:
        self._list()

    def action_compare(self) -> None:
        here = self._here()
        if here is None:
            return
        if self._first is None or self._first == here:
            self._first = None if self._first == here else here
            if self._first:
                self.notify("Now press c on the run to compare it with.")
            self.query_one(RowList).refresh()
            return
        first, self._first = self._first, None
        self.app.clear_notifications()
        self.app.push_screen(Diff(self._folder / first.id, self._folder / here.id))
