"""How benchmarks talk: progress to stderr, one table to stdout, and the machine it ran on."""

import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

out = Console(width=None if sys.stdout.isatty() else 110)
err = Console(stderr=True)


def milliseconds(seconds: Sequence[float], digits: int = 0) -> tuple[str, str, str]:
    """Median, 10th and 90th percentile in milliseconds, as text."""
    tenths = quantiles(seconds, n=10, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 9
    return tuple(f"{1000 * value:.{digits}f}" for value in (median(seconds), tenths[0], tenths[-1]))


def machine() -> str:
    """One line: date, processors, system, Python."""
    day = datetime.now(UTC).date().isoformat()
    system = f"{platform.machine()}, {platform.system()}"
    return f"{day}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    made = Table(title=title, caption=machine(), title_justify="left", caption_justify="left")
    for number, column in enumerate(columns):
        made.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        made.add_row(*row)
    out.print(made)
