"""The run as a line: where one stands, and where something went wrong."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class Scrubber(Widget):
    """One character stands for one or more steps. Click or drag to travel."""

    class Moved(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._count = 0
        self._index = 0
        self._failed: set[int] = set()
        self._dragging = False

    def show(self, count: int, index: int) -> None:
        self._count, self._index = count, index
        self.refresh()

    def fail(self, indices: set[int]) -> None:
        self._failed = indices
        self.refresh()

    def render(self) -> Content:
        label = f" {self._index + 1 if self._count else 0:,}/{self._count:,}"
        width = max(1, self.size.width - len(label))
        line = ["─"] * width
        for index in self._failed:
            line[self._column(index, width)] = "✗"
        here = self._column(self._index, width)
        line[here] = "◆" if line[here] == "✗" else "●"
        styled = [
            Content.styled(
                sign, {"✗": "$error", "●": "$accent", "◆": "$accent"}.get(sign, "$panel")
            )
            for sign in line
        ]
        return Content("").join([*styled, Content(label)])

    def _column(self, index: int, width: int) -> int:
        return min(width - 1, index * (width - 1) // max(1, self._count - 1))

    def _go(self, x: int) -> None:
        label = len(f" {self._index + 1:,}/{self._count:,}")
        width = max(1, self.size.width - label)
        share = min(1.0, max(0.0, x / max(1, width - 1)))
        if self._count:
            self.post_message(self.Moved(round(share * (self._count - 1))))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragging = True
        self.capture_mouse()
        self._go(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging:
            self._go(event.x)

    def on_mouse_up(self, _: events.MouseUp) -> None:
        self._dragging = False
        self.release_mouse()
