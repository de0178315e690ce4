"""What the terminal interface costs: opening long episodes, and keys while a run tells much.

`python -m tests.bench.bench_tui [STEPS]` (default 10,000). Memory is what the process has more after
the episode is open, its steps looked through for errors, and a hundred of them looked at. For the
keys, a made-up run tells 20 looks and 200 pieces of text a second, each look with another frame,
while 100 keys are pressed, one after the other; each must move the cursor.
"""

import asyncio
import gc
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from tests.bench.bench_episodes import grow, look
from tests.bench.figures import err, milliseconds, table

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
SIZE = (160, 50)


def memory() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


async def until(condition: Any) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.001)


async def opening(home: Path, small: Path, long: Path) -> list[tuple[str, str]]:
    """From the call to the first step, its frame and its details on the screen."""
    app = HandeyeApp(home)
    took, rows = [], []
    async with app.run_test(size=SIZE) as pilot:
        for path in (small, small, long, long, long):
            gc.collect()
            before, start = memory(), time.perf_counter()
            trace = Trace(path)
            await app.push_screen(trace)
            await until(lambda t=trace: t.episode and t.query_one("#image").image)
            took.append(time.perf_counter() - start)
            if path == long:
                await app.workers.wait_for_complete()
                for _ in range(100):
                    await pilot.press("right")
                rows.append(memory() - before)
                await pilot.press("end")
                assert trace.index == len(trace.episode.steps) - 1  # type: ignore[union-attr]
            app.pop_screen()
            await pilot.pause()
    count = f"{rows_in(long):,} steps"
    return [
        ("open 10 steps", f"{1000 * took[1]:.0f} ms"),
        (f"open {count}", f"{1000 * median(took[2:]):.0f} ms"),
        (f"memory for {count}, the first time", f"{rows[0]:.0f} MB"),
    ]


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
            step = 0
            while not self.enough.wait(0.05):
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
    took = []
    async with app.run_test(size=SIZE) as pilot:
        rows = app.run_screen.query_one(RowList)
        await until(lambda: rows.count > 20)
        await pilot.press("home")
        for number in range(KEYS):
            key = "down" if number % 20 < 10 else "up"
            at, start = rows.cursor, time.perf_counter()
            await pilot.press(key)
            took.append(time.perf_counter() - start)
            assert rows.cursor == at + (1 if key == "down" else -1), "a key was dropped"
        told = rows.count
        session.enough.set()
        await until(lambda: app.run_screen.live.over)
    middle, low, high = milliseconds(took)
    return [
        (f"{KEYS} keys while {told} looks came: dropped", "0"),
        ("a key, median (10 %–90 %)", f"{middle} ms ({low}–{high})"),
    ]


def main() -> int:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with serve() as shop, BrowserEnv(shop.url) as env:
        png = env.observe().screenshot.data
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        err.print(f"Recording {steps:,} steps …")
        grow(home / "long", png, steps)
        grow(home / "small", png, 10)
        figures = asyncio.run(opening(home, home / "small", home / "long"))
        figures += asyncio.run(keys(home, png))
    table("Terminal interface, 160 × 50", ("", ""), figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
