"""Labelled bars: where the time of a step went, how much of a budget is spent."""

from textual.content import Content
from textual.widget import Widget

from handeye.actions import Value

_EIGHTHS = " ▏▎▍▌▋▊▉"


class Bar(Value):
    """`share` is 0.0 to 1.0 of the whole width; `text` says the figure."""

    label: str
    share: float
    text: str
    style: str = "$primary"


class Bars(Widget):
    """One line a bar: label, bar, figure."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars: tuple[Bar, ...] = ()

    def show(self, bars: tuple[Bar, ...]) -> None:
        if bars != self._bars:
            taller = len(bars) != len(self._bars)
            self._bars = bars
            self.refresh(layout=taller)

    def get_content_height(self, *_: object) -> int:
        return max(1, len(self._bars))

    def render(self) -> Content:
        label = max((len(bar.label) for bar in self._bars), default=0) + 1
        figure = max((len(bar.text) for bar in self._bars), default=0) + 1
        room = max(4, self.size.width - label - figure)
        lines = [
            Content.assemble(
                (bar.label.ljust(label), "$text-muted"),
                (drawn(bar.share, room), bar.style),
                bar.text.rjust(figure),
            )
            for bar in self._bars
        ]
        return Content("\n").join(lines)


def drawn(share: float, room: int) -> str:
    """A bar of `room` characters, in steps of an eighth; something that is not nothing shows."""
    eighths = round(min(1.0, max(0.0, share)) * room * 8)
    eighths = max(1, eighths) if share > 0 else 0
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(room)
