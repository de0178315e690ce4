"""What recording costs: seconds per step as an episode grows, what fsync adds, and bytes per step.

`python -m tests.bench.bench_episodes [STEPS]` (default 10,000). A step is what a run writes: a
frame that was never seen before, 60 elements of which some changed, and six events with a grounding
of five alternatives. The frame is a real PNG of 1280 × 720 with a comment that makes it unique.
"""

import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from unittest.mock import patch

from tests.bench.figures import err, table

from handeye.actions import Box, Click, ScreenSpace, Size, Target
from handeye.envs import Element, Observation, Outcome, Screenshot
from handeye.envs.browser import BrowserEnv
from handeye.envs.shop import serve
from handeye.episodes import (
    EpisodeWriter,
    Verdict,
    open_episode,
    read_episode,
    step_summary,
    write_report,
)
from handeye.episodes.events import Grounded, Intent, Judged, Planned, RunStarted
from handeye.grounding import Candidate, Grounding

SPACE = ScreenSpace(size=Size(width=1280, height=720))
AT = (10, 1_000, 10_000)
WINDOW = 100


def look(png: bytes, step: int) -> Observation:
    """A screen that differs from all others: its frame, and every tenth of its elements."""
    elements = tuple(
        Element(
            role="button",
            name=f"Remove {number}" + (f" {step}" if number % 10 == 0 else ""),
            box=Box(x1=number, y1=number, x2=number + 80, y2=number + 24),
            hints=("remove", f"row-{number}"),
            item=number,
            item_text=f"Gel Pens {number} Blue Quantity of Gel Pens Update Remove",
            region="main",
        )
        for number in range(60)
    )
    shot = Screenshot(data=png + b"%d" % step, space=SPACE)
    return Observation(screenshot=shot, url="http://a.test/", title="Cart", elements=elements)


def record_step(writer: EpisodeWriter, step: int, seen: Observation) -> None:
    """The events of one step, as the loop emits them."""
    assert seen.elements is not None
    element = seen.elements[7]
    target = Target(phrase="the Remove button", point=element.box.center)
    click = Click(target=target)
    near = tuple(
        Candidate(box=other.box, score=0.5, label=other.name, role=other.role, element=other)
        for other in seen.elements[5:10]
    )
    found = Grounding(
        phrase=target.phrase,
        status="found",
        point=target.point,
        box=element.box,
        confidence=0.9,
        element=element,
        alternatives=near,
    )
    writer.emit(writer.observed(step, seen))
    writer.emit(Planned(step=step, thought="Remove it.", action=click))
    writer.emit(Grounded(step=step, grounding=found))
    writer.emit(Judged(step=step, verdict=Verdict(decision="allow", rule="default")))
    writer.emit(Intent(step=step, action=click, elements=(element,)))
    writer.emit(writer.acted(step, Outcome(sent=click, seconds=0.1)))


def grow(folder: Path, png: bytes, steps: int) -> list[float]:
    """Seconds that each step took to record."""
    took = []
    with EpisodeWriter("bench", path=folder) as writer:
        writer.emit(RunStarted(task="bench", env="bench", planner="p", grounder="g"))
        for step in range(steps):
            seen = look(png, step)
            start = time.perf_counter()
            record_step(writer, step, seen)
            took.append(time.perf_counter() - start)
    return took


def cost_rows(took: list[float]) -> list[tuple[str, str]]:
    rows = []
    for step in AT:
        if step <= len(took):
            around = took[max(0, step - WINDOW) : step] if step > WINDOW else took[:20]
            rows.append((f"append, around step {step:,}", f"{1000 * median(around):.2f} ms"))
    return rows


def real_screens() -> tuple[list[Observation], list[Observation]]:
    """A walk through the shop: a look before each of 24 steps, half of which change nothing."""
    looks: list[Observation] = []
    with serve() as shop, BrowserEnv(shop.url) as env:
        for _ in range(12):
            seen = env.observe()
            links = [each for each in seen.elements or () if each.role == "link"]
            looks += [seen, env.observe()]
            chosen = links[len(looks) % len(links)]
            env.act(Click(target=Target(point=chosen.box.center)))
    return looks, looks[::2]


def size_of(folder: Path, name: str = "") -> int:
    return sum(path.stat().st_size for path in (folder / name).rglob("*") if path.is_file())


def size_rows(folder: Path, looks: list[Observation]) -> list[tuple[str, str]]:
    with EpisodeWriter("walk", path=folder) as writer:
        writer.emit(RunStarted(task="walk", env="browser", planner="p", grounder="g"))
        for step, seen in enumerate(looks):
            record_step(writer, step, seen)
    raw = sum(png_bytes(seen) for seen in looks) / len(looks)
    parts = {"frames": size_of(folder, "frames"), "elements": size_of(folder, "elements")}
    parts["events"] = (folder / "episode.jsonl").stat().st_size
    rows = [("a raw PNG per step", f"{raw / 1024:.1f} kB")]
    rows += [
        (f"episode: {name}", f"{size / len(looks) / 1024:.1f} kB") for name, size in parts.items()
    ]
    whole = size_of(folder) / len(looks)
    rows.append(
        ("episode: whole, against the raw PNG", f"{whole / 1024:.1f} kB, {whole / raw:.2f} ×")
    )
    return rows


def png_bytes(seen: Observation) -> int:
    """The size of the screen as a PNG, whatever the environment took."""
    import io

    if seen.screenshot.format == "png":
        return len(seen.screenshot.data)
    data = io.BytesIO()
    seen.screenshot.image.save(data, "png")
    return data.tell()


def main() -> int:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    err.print("Looking at the shop in a browser …")
    twice, once = real_screens()
    png = twice[0].screenshot.data
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        err.print(f"Recording {steps:,} steps …")
        rows = cost_rows(grow(folder / "long", png, steps))
        with patch.object(os, "fsync", lambda _: None):
            bare = grow(folder / "bare", png, 300)
        synced = grow(folder / "synced", png, 300)
        rows.append(
            ("of it, waiting for the disk", f"{1000 * (median(synced) - median(bare)):.2f} ms")
        )
        start = time.perf_counter()
        opened = open_episode(folder / "long")
        step_summary(opened, len(opened.steps) - 1)
        took = time.perf_counter() - start
        rows.append((f"open {len(opened.steps):,} steps and show the last", f"{took:.2f} s"))
        start = time.perf_counter()
        long = read_episode(folder / "long")
        rows.append((f"read {len(long.steps):,} steps", f"{time.perf_counter() - start:.2f} s"))
        if steps >= 500:
            some = replace(long, events=long.events[: 500 * 6 + 1])
            start = time.perf_counter()
            write_report(some, folder / "report.html")
            rows.append(("write the report of 500 steps", f"{time.perf_counter() - start:.2f} s"))
        table("Recording", ("", "median"), rows)
        rows = [("a walk of 12 steps through the shop", ""), *size_rows(folder / "once", once)]
        rows += [("the same, each screen seen twice", ""), *size_rows(folder / "twice", twice)]
        table("Size per step, pages of the shop", ("", ""), rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
