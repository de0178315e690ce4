"""What is known of one step, on three pages: the step, the model's words, the element clicked."""

from collections.abc import Callable
from typing import ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static, TabbedContent, TabPane

Page = Callable[[], RenderableType]


class Details(Widget):
    """A page is made when it is looked at."""

    PAGES: ClassVar[dict[str, str]] = {"step": "Step", "model": "Model", "element": "Element"}

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pages: dict[str, Page] = {}

    def compose(self) -> ComposeResult:
        with TabbedContent(initial="step"):
            for name, label in self.PAGES.items():
                with TabPane(label, id=name), VerticalScroll(can_focus=True):
                    yield Static(id=f"{name}-text")

    def show(self, **pages: Page) -> None:
        """Other pages; the one that is in view is made now."""
        self._pages |= pages
        self._make()

    def turn(self, page: str = "") -> None:
        """Show a page, or the next one."""
        tabs = self.query_one(TabbedContent)
        names = list(self.PAGES)
        tabs.active = page or names[(names.index(tabs.active) + 1) % len(names)]

    def on_resize(self) -> None:
        """What stands beside each other, or below, depends on the width."""
        self._make()

    def on_tabbed_content_tab_activated(self) -> None:
        self._make()

    def _make(self) -> None:
        active = self.query_one(TabbedContent).active or "step"
        page = self._pages.get(active)
        self.query_one(f"#{active}-text", Static).update(page() if page else Text())
