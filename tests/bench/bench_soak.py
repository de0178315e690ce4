"""One long run: memory, step time, open files and threads over its steps.

`python -m tests.bench soak [STEPS] [--plot FILE.png]` (default 2,000 steps). A real run in Chromium,
recorded as usual: a scripted planner clicks a button that changes the page, types into a field every
fifth time, and clicks a link to another page every 25th. A fit of each row over the steps says whether it grows; the first tenth is left out,
in which caches fill. The intervals are for residuals that follow each other (lag 1), as those of memory do.
A plain Playwright script then does the same in a browser of its own: what grows there, too, is the browser's.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
from tests.bench.figures import err, machine, table
from tests.bench.pages import served

import handeye
from handeye.actions import Click, Done, Target, Type
from handeye.agent.types import Plan, Step
from handeye.envs import Observation
from handeye.episodes.events import Event, Observed

EVERY = 10
"""Memory and files are looked at on every so many steps."""
TURN = 25
"""So many clicks on one page."""
BATCH = 20
"""So many steps make up one point of the step times: their median."""


class Clicking:
    """A planner that clicks `steps` times, and is done."""

    name = "clicking"

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def prepare(self, task: str) -> None:
        """It is always the same."""

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:  # noqa: ARG002
        if len(history) >= self._steps:
            return Plan(action=Done())
        turn = len(history) % TURN + 1
        if turn % 5 == 1:
            note = Target(phrase="the Note field")
            return Plan(action=Type(target=note, text=f"Note {len(history)}", clear=True))
        phrase = "the Another page link" if turn == TURN else "the Next row button"
        return Plan(action=Click(target=Target(phrase=phrase)))


@dataclass(frozen=True)
class Held:
    """What is held at one step: memory in MB, open files and threads of this process."""

    step: int
    own: float
    browser: float
    driver: float
    files: int
    threads: int


def held(step: int) -> Held:
    me = psutil.Process()
    browser = driver = 0.0
    for child in me.children(recursive=True):
        try:
            size, name = child.memory_info().rss / 1e6, child.name()
        except psutil.NoSuchProcess:
            continue
        if "node" in name:
            driver += size
        else:
            browser += size
    # One for each connection that the browser keeps to the server of this benchmark.
    serving = sum("process_request" in each.name for each in threading.enumerate())
    threads = me.num_threads() - serving
    return Held(step, me.memory_info().rss / 1e6, browser, driver, _files(me), threads)


def _files(process: psutil.Process) -> int:
    return process.num_handles() if os.name == "nt" else process.num_fds()


@dataclass
class Soaked:
    """`seconds`: of each step. `before`, `after`: what is held when nothing runs."""

    seconds: list[float] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    before: Held | None = None
    after: Held | None = None
    _since: float | None = None
    _steps: int = 0

    def hear(self, event: Event) -> None:
        if not isinstance(event, Observed):
            return
        if self._since is not None:
            self.seconds.append(time.perf_counter() - self._since)
        if event.step % EVERY == 0:
            self.held.append(held(event.step))
            err.print(f"Step {event.step} of {self._steps}", end="\r")
        self._since = time.perf_counter()


def soak(steps: int, folder: Path) -> Soaked:
    """Run so many steps; one short run goes before, so that what is loaded once is there."""
    with served() as site:
        url = f"{site}/stock"
        _run(3, url, folder / "first", lambda _: None)
        soaked = Soaked(before=held(0), _steps=steps)
        result = _run(steps, url, folder / "soak", soaked.hear)
        soaked.after = held(steps)
    if not result.ok or result.steps != steps:
        raise RuntimeError(f"The run ended after {result.steps} steps: {result.message}")
    return soaked


def _run(steps: int, url: str, folder: Path, hear: Any) -> handeye.RunResult:
    return handeye.run(
        "Count", url=url, planner=Clicking(steps), out=folder, on_event=hear,
        max_steps=steps + 1, max_seconds=3600,
    )  # fmt: skip


def bare(steps: int) -> tuple[list[float], list[float]]:
    """Steps, and the memory of a browser in MB in which a plain script does the same."""
    with served() as site:
        command = [sys.executable, "-m", "tests.bench.peers.playwright_soak", f"{site}/stock"]
        ran = subprocess.run([*command, str(steps)], stdout=subprocess.PIPE, check=True)
    found = json.loads(ran.stdout)
    return [float(step) for step, _ in found], [float(size) for _, size in found]


@dataclass(frozen=True)
class Fit:
    """A line through what was measured: per 1,000 steps, and half of the 95 % interval."""

    slope: float
    half: float
    first: float
    last: float


def fit(steps: Sequence[float], values: Sequence[float]) -> Fit:
    """Least squares, without the first tenth."""
    begin = len(steps) // 10
    x, y = np.asarray(steps[begin:], float) / 1000, np.asarray(values[begin:], float)
    slope, start = np.polyfit(x, y, 1)
    rest = y - (slope * x + start)
    scatter = float(np.sqrt(np.sum(rest**2) / max(1, len(x) - 2)))
    spread = float(np.sqrt(np.sum((x - x.mean()) ** 2)))
    follow = float(np.corrcoef(rest[:-1], rest[1:])[0, 1]) if scatter > 1e-9 else 0.0
    wider = np.sqrt((1 + follow) / (1 - follow)) if 0 < follow < 1 else 1.0
    half = 1.98 * scatter / spread * float(wider) if spread else 0.0
    return Fit(float(slope), half, float(start + slope * x[0]), float(start + slope * x[-1]))


def series(soaked: Soaked) -> dict[str, tuple[list[float], list[float], str]]:
    """What is measured → steps, values, and the unit."""
    at = [float(each.step) for each in soaked.held]
    blocks = range(0, len(soaked.seconds) - BATCH + 1, BATCH)
    times = [1000 * median(soaked.seconds[n : n + BATCH]) for n in blocks]
    return {
        "step time": ([float(n) for n in blocks], times, "ms"),
        "memory of handeye": (at, [each.own for each in soaked.held], "MB"),
        "memory of the browser": (at, [each.browser for each in soaked.held], "MB"),
        "memory of its driver": (at, [each.driver for each in soaked.held], "MB"),
        "open files": (at, [float(each.files) for each in soaked.held], ""),
        "threads": (at, [float(each.threads) for each in soaked.held], ""),
    }


def report(soaked: Soaked, seconds: float) -> None:
    _grown(f"{len(soaked.seconds):,} steps in one run, {seconds:.0f} s", series(soaked))
    before, after = soaked.before, soaked.after
    assert before is not None
    assert after is not None
    print(
        f"Open files before and after the run: {before.files} and {after.files}; "
        f"threads: {before.threads} and {after.threads}."
    )


def _grown(title: str, measured: dict[str, tuple[list[float], list[float], str]]) -> None:
    rows = []
    for name, (steps, values, unit) in measured.items():
        line = fit(steps, values)
        grows = f"{line.slope:+.2f} ± {line.half:.2f} {unit}".strip()
        rows.append(
            (name, f"{line.first:.1f} {unit}".strip(), f"{line.last:.1f} {unit}".strip(), grows)
        )
    table(title, ("", "at first", "at last", "per 1,000 steps (95 %)"), rows)


def plot(soaked: Soaked, path: Path) -> None:
    """Memory, step time, and open files and threads over the steps."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    found = series(soaked)
    panels = (
        ("MB", ("memory of handeye", "memory of the browser", "memory of its driver")),
        ("ms", ("step time",)),
        ("count", ("open files", "threads")),
    )
    figure, axes = plt.subplots(3, 1, figsize=(9, 7.5), sharex=True, layout="constrained")
    for ax, (unit, names) in zip(axes, panels, strict=True):
        for name in names:
            steps, values, _ = found[name]
            line = fit(steps, values)
            [drawn] = ax.plot(
                steps, values, linewidth=1.2, label=f"{name}: {line.slope:+.2f} per 1,000"
            )
            ends = steps[len(steps) // 10], steps[-1]
            ax.plot(ends, (line.first, line.last), "--", color=drawn.get_color(), linewidth=0.9)
        ax.set_ylabel(unit)
        ax.set_ylim(bottom=0)
        ax.grid(alpha=0.3)
        ax.legend(loc="lower right", fontsize=8)
    axes[-1].set_xlabel("step")
    axes[0].set_title(f"{len(soaked.seconds):,} steps in one run ({machine()})", fontsize=10)
    figure.savefig(path, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench soak")
    parser.add_argument("steps", type=int, nargs="?", default=2000)
    parser.add_argument("--plot", type=Path, help="Draw it into this PNG or SVG.")
    wanted = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        soaked = soak(wanted.steps, Path(name))
    seconds = time.monotonic() - start
    report(soaked, seconds)
    _grown("The same by a plain script", {"memory of the browser": (*bare(wanted.steps), "MB")})
    if wanted.plot is not None:
        plot(soaked, wanted.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
