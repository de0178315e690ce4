"""Boards in words and bars: how many are right, and how sure that is."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.text import Text

from handeye.grounding.evaluate.intervals import Difference, Interval, paired_bootstrap
from handeye.tui.boards import Board, Cell
from handeye.tui.widgets.plot import Spot

MARKS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What stands for a run in a plot and in the list beside it."""


def interval_bar(share: float, interval: Interval, width: int) -> str:
    """From 0 to 1: the share between the ends of its interval."""
    line = ["·"] * width

    def at(value: float) -> int:
        return min(width - 1, max(0, round(value * (width - 1))))

    low, high = at(interval.low), at(interval.high)
    line[low : high + 1] = "─" * (high + 1 - low)
    line[low], line[high] = "├", "┤"
    line[at(share)] = "●"
    return "".join(line)


def state(board: Board) -> tuple[str, str]:
    """A sign and a style: finished, cut off, or not known."""
    return {True: ("✓", "green"), False: ("…", "yellow"), None: (" ", "dim")}[board.finished]


def figures(board: Board) -> str:
    """Right, of how many, the share and its interval."""
    if not board.counted:
        return "nothing could be tried" if board.cells else "nothing answered"
    low, high = board.interval
    return f"{board.right} of {board.counted} right, {board.share:.3f} ({low:.3f}–{high:.3f})"


def columns(width: int) -> Text:
    """What stands over a list of results."""
    bar = f"{'0 ── 95 % ── 1':^25} " if width > 90 else ""
    date = f"{'when':<16} " if width > 90 else ""
    return Text(f"      right of    share {bar}{'mean':>8} {date}what", "dim")


def board_row(board: Board, mark: str, width: int) -> Text:
    """One results folder in a list."""
    sign, style = state(board)
    row = Text().append(f"{mark:>2} ", "bold").append(f"{sign} ", style)
    row.append(f"{board.right:>5} {board.counted:<5} ")
    row.append(f"{board.share:.3f} " if board.counted else "  —   ", "bold")
    if width > 90:
        bar = interval_bar(board.share, board.interval, 25) if board.counted else " " * 25
        row.append(f"{bar} ", "cyan")
    took = f"{board.seconds:.1f} s" if board.seconds is not None else "—"
    row.append(f"{took:>8} ", "dim")
    if width > 90:
        row.append(f"{datetime.fromtimestamp(board.changed):%Y-%m-%d %H:%M} ", "dim")
    row.append(f"{board.name}  ").append(board.about, "dim")
    row.truncate(width, overflow="ellipsis")
    return row


def damaged_row(folder: Path, why: str, width: int) -> Text:
    """A folder that cannot be read."""
    row = Text("   ").append("! damaged  ", "magenta").append(folder.name).append(f"  {why}", "dim")
    row.truncate(width, overflow="ellipsis")
    return row


def summary(board: Board, width: int) -> Text:
    """Two lines on one board."""
    sign, style = state(board)
    text = Text().append(f"{sign} ", style).append(figures(board), "bold")
    if board.total:
        text.append(f"  {len(board.cells)} of {board.total} answered", "dim")
    if board.seconds is not None:
        text.append(f"  {board.seconds:.2f} s each", "dim")
    text.truncate(width, overflow="ellipsis")
    bar = interval_bar(board.share, board.interval, max(10, min(60, width - 16)))
    return (
        text.append("\n0 ").append(bar if board.counted else "", "cyan").append(" 1  95 %", "dim")
    )


def spots(boards: Sequence[Board], here: Board | None) -> list[Spot]:
    """Boards in the plot, with the marks that they have in the list."""
    return [
        Spot(
            sign=MARKS[number % len(MARKS)],
            seconds=board.seconds,
            share=board.share,
            low=board.interval.low,
            high=board.interval.high,
            here=board is here,
        )
        for number, board in enumerate(boards)
        if board.seconds is not None and (here is None or board.benchmark == here.benchmark)
    ]


class Both:
    """Two boards of the same benchmark, on what both have answered."""

    def __init__(self, first: Board, second: Board) -> None:
        self.first, self.second = first, second
        shared = sorted(first.cells.keys() & second.cells.keys())
        pairs = [(first.cells[id_], second.cells[id_]) for id_ in shared]
        self.pairs = [(one, two) for one, two in pairs if one.counts and two.counts]
        self.gain: Difference | None = None
        if self.pairs:
            self.gain = paired_bootstrap(
                [one.right for one, _ in self.pairs], [two.right for _, two in self.pairs]
            )

    @property
    def differing(self) -> list[tuple[Cell, Cell]]:
        return [(one, two) for one, two in self.pairs if one.right != two.right]

    def verdict(self) -> str:
        """In words, with the interval."""
        if self.gain is None:
            return "They have no answer to the same question."
        low, high = self.gain.interval
        if low > 0 or high < 0:
            better = "second" if low > 0 else "first"
            told = f"The {better} is better"
        else:
            told = "Too few to tell them apart"
        gain = f"the second has {100 * self.gain.gain:+.1f} points"
        span = f"95 %: {100 * low:+.1f} to {100 * high:+.1f}, paired bootstrap"
        return f"{told}: {gain} ({span}) on {self.gain.items} that both have answered."
