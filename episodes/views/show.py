"""An episode in the terminal: a header, and a table of its steps.

Text from pages is stripped of control characters. Prevents: a page that moves the cursor, sets
colours or rewrites the window's title of whoever looks at the recording.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from handeye.episodes.reader import Episode, status_line
from handeye.episodes.views.summary import StepSummary, in_words, summarise
from handeye.grounding.calls import Usage

_RAW = 400  # the most characters of an answer that could not be used
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def show_episode(episode: Episode) -> RenderableType:
    """What `handeye show` prints."""
    steps = summarise(episode)
    asked = [step for step in steps if step.calls]
    return Group(_header(episode), _steps(steps), *([_models(asked)] if asked else []))


def plain(text: str) -> str:
    """Text that only prints: control and direction characters become spaces."""
    return _UNSAFE.sub(" ", text)


def _header(episode: Episode) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    rows = {"Episode": episode.id, "Recorded": f"{datetime.fromtimestamp(episode.meta.created):%c}"}
    if episode.started is not None:
        started = episode.started
        rows |= {"Task": started.task, "Start": started.url}
        rows["With"] = f"{started.env}, planner {started.planner}, grounder {started.grounder}"
    if episode.ended is not None:
        rows["Time"] = f"{episode.ended.timing.total:.1f} s"
        rows |= {"Answer": episode.ended.answer, "Message": episode.ended.message}
        if episode.ended.usage != Usage():
            rows["Model"] = in_words(episode.ended.usage)
    for name, value in rows.items():
        if value:
            grid.add_row(name, Text(plain(value)))
    fine = episode.ended is not None and episode.ended.ok
    grid.add_row("Result", Text(plain(status_line(episode)), style="green" if fine else "yellow"))
    return grid


def _steps(steps: Sequence[StepSummary]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim")
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("What", overflow="fold", ratio=4, min_width=14)
    table.add_column("On", overflow="fold", ratio=3, min_width=10)
    table.add_column("Sure", justify="right", no_wrap=True)
    table.add_column("Outcome", overflow="fold", ratio=3, min_width=10)
    table.add_column("Settled", no_wrap=True)
    table.add_column("Step", justify="right", no_wrap=True)
    for step in steps:
        settled = f"{step.settle_reason} {step.settled:.2f} s" if step.settle_reason else ""
        table.add_row(
            str(step.number),
            Text(plain(step.what)),
            Text(plain(step.target)),
            "" if step.confidence is None else f"{step.confidence:.2f}",
            Text(plain(step.outcome), style="green" if step.ok else "red"),
            settled,
            f"{step.seconds:.2f} s",
        )
    return table


def _models(steps: Sequence[StepSummary]) -> Table:
    """What models thought and used in each step, and what was wrong with their answers."""
    table = Table(box=None, padding=(1, 1, 0, 1), header_style="dim")
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Thought", overflow="fold", ratio=3)
    table.add_column("Model", overflow="fold", ratio=2, style="dim")
    for step in steps:
        thought = Text(plain(step.thought))
        for call in step.calls:
            if call.problem:
                told = f"\n{plain(call.problem)} It was: {plain(call.text)[:_RAW]}"
                thought.append(told, style="red")
        table.add_row(str(step.number), thought, in_words(step.usage))
    return table
