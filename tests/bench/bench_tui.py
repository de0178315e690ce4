"""What the terminal interface costs: opening long episodes, and keys while a run tells much.

`python -m tests.bench.bench_tui [STEPS]` (default 10,000). Memory is what the process has more after
the episode is open, its steps looked through for errors, and a hundred of them looked at. For the
keys, a made-up run tells 20 looks and 200 pieces of text a second, each look with another frame,
while 100 keys are pressed, as a driver of a terminal does; each must move the cursor, and is timed
until the screen that shows it was written.
"""

import asyncio
import gc
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil
from tests.bench.bench_episodes import grow, look
from tests.bench.figures import err, milliseconds, table
from textual import events

from handeye.actions import Done
from handeye.envs.browser import BrowserEnv
from handeye.envs.shop import serve
from handeye.episodes import EpisodeWriter
from handeye.episodes.events import Planned, RunStarted
from handeye.tui.app import HandeyeApp
from handeye.tui.screens.trace import Trace
from handeye.tui.session import Heard, Over, Session
from handeye.tui.widgets.rows import RowList

KEYS = 100
LOOKS = 20
"""A second, of the run that talks."""
SIZE = (160, 50)


def memory() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


async def until(condition: Any, look_every: float = 0.01) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(look_every)


async def opening(home: Path, small: Path, long: Path) -> list[tuple[str, str]]:
    """From the call to the first step, its frame and its details on the screen."""
    app = HandeyeApp(home)
    took: dict[Path, list[float]] = {small: [], long: []}
    of_the_processor: list[float] = []
    async with app.run_test(size=SIZE) as pilot:
        for path in (small, small, small, long, long, long):
            err.print(f"Opening {path.name} …")
            gc.collect()
            before, start, worked = memory(), time.perf_counter(), time.process_time()
            trace = Trace(path)
            await app.push_screen(trace)
            await until(lambda t=trace: t.episode and t.query_one("#image").image)
            took[path].append(time.perf_counter() - start)
            of_the_processor.append(time.process_time() - worked)
            if len(took[long]) == 1 and path == long:
                more = await looking(app, trace) - before
            app.pop_screen()
            await pilot.pause()
    count = f"{rows_in(long):,} steps"
    return [
        ("open 10 steps", f"{1000 * min(took[small]):.0f} ms"),
        (
            f"open {count}, first and then",
            ", ".join(f"{1000 * each:.0f} ms" for each in took[long]),
        ),
        (
            f"of the processor, {count}",
            ", ".join(f"{1000 * each:.0f} ms" for each in of_the_processor[3:]),
        ),
        (f"memory for {count}", f"{more:.0f} MB"),
    ]


async def looking(app: HandeyeApp, trace: Trace) -> float:
    """The memory of the process once the steps are looked through, and a hundred looked at."""
    await until(lambda: not list(app.workers))
    rows = trace.query_one(RowList)
    for index in [*range(100), rows.count - 1]:
        rows.cursor = index
        await until(lambda: not list(app.workers))
    return memory()


def rows_in(path: Path) -> int:
    with (path / "episode.jsonl").open("rb") as file:
        return sum(b'"kind":"observed"' in line for line in file)


class Talking(Session):
    """A run that tells what it is made to tell."""

    def __init__(self, path: Path, png: bytes) -> None:
        super().__init__("talk", "http://a.test", out=path)
        self._png = png
        self.enough = threading.Event()
        self._thread = threading.Thread(target=self._talk)

    def _talk(self) -> None:
        with EpisodeWriter("talk", path=self.path) as writer:
            started = RunStarted(task="talk", env="bench", planner="p", grounder="g")
            writer.emit(started)
            step, began = 0, time.monotonic()
            # By the clock, so that what a look itself takes makes them no rarer.
            while not self.enough.wait(max(0.0, began + step / LOOKS - time.monotonic())):
                event = writer.observed(step, look(self._png, step))
                writer.emit(event)
                self._put(event)
                for _ in range(10):
                    self._put(Heard("word ", "thought"))
                self._put(Planned(step=step, thought=f"thought {step}", action=Done()))
                step += 1
        self._put(Over())


async def keys(home: Path, png: bytes) -> list[tuple[str, str]]:
    session = Talking(home / "talk", png)
    app = HandeyeApp(home, session=session)
    took, dropped = [], 0
    async with app.run_test(size=SIZE):
        rows = app.run_screen.query_one(RowList)
        await until(lambda: rows.count > 20)
        rows.cursor = 0
        at_first, began = rows.count, time.perf_counter()
        for number in range(KEYS):
            key = "down" if number % 20 < 10 else "up"
            wanted = rows.cursor + (1 if key == "down" else -1)
            start = time.perf_counter()
            app.post_message(events.Key(key, None))
            await asyncio.wait_for(written(app, lambda: rows.cursor == wanted), 60)  # noqa: B023
            took.append(time.perf_counter() - start)
            dropped += rows.cursor != wanted
            await asyncio.sleep(0.1)  # nobody types faster
        rate = (rows.count - at_first) / (time.perf_counter() - began)
        session.enough.set()
        await until(lambda: app.run_screen.live.over)
    middle, low, high = milliseconds(took)
    return [
        (f"{KEYS} keys while {rate:.1f} looks a second came: dropped", f"{dropped}"),
        ("a key until it is seen, median (10 %–90 %)", f"{middle} ms ({low}–{high})"),
        ("the slowest", f"{1000 * max(took):.0f} ms"),
    ]


async def written(app: HandeyeApp, condition: Any) -> None:
    """Until the condition holds and what it changed is on the screen."""
    await until(condition, 0.001)
    seen = asyncio.Event()
    app.screen.call_after_refresh(seen.set)
    await seen.wait()


def main() -> int:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with serve() as shop, BrowserEnv(shop.url) as env:
        png = env.observe().screenshot.data
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        err.print(f"Recording {steps:,} steps …")
        with patch.object(os, "fsync", lambda _: None):
            grow(home / "long", png, steps)
            grow(home / "small", png, 10)
        figures = asyncio.run(opening(home, home / "small", home / "long"))
        err.print("Pressing keys while a run tells much …")
        figures += asyncio.run(keys(home, png))
    table("Terminal interface, 160 × 50", ("", ""), figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
