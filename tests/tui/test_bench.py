"""Benchmarks: results that the command line wrote, a real one started from the form, evaluations."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.tui.conftest import look
from textual.widgets import Input

from handeye.agent.bench import Played, Results, load_results
from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.results import EPISODES, NOT_PREPARED, OSWORLD
from handeye.tui.screens.benches import Benches
from handeye.tui.screens.board import BoardScreen
from handeye.tui.screens.ground import Ground
from handeye.tui.screens.trace import Trace
from handeye.tui.screens.versus import Versus
from handeye.tui.widgets.heatmap import HeatMap
from handeye.tui.widgets.rows import RowList

pytestmark = pytest.mark.anyio
SIZE = (100, 30)


def said(app: Any, selector: str) -> str:
    return str(app.screen.query_one(selector).visual)


def rows(app: Any) -> list[str]:
    made = app.screen.query_one(RowList)
    return [made._row(index, 120).plain for index in range(made.count)]


async def see(pilot: Any, condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, str(pilot.app.screen)
        await pilot.pause(0.05)


async def fill(pilot: Any, **values: str) -> None:
    for name, value in values.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = value
    await pilot.press("ctrl+s")


async def test_results_are_listed_looked_into_and_a_failure_opened(
    app: Any, rest: Any, results: Path
) -> None:
    damaged = results / "bench" / "other"
    damaged.mkdir()
    (damaged / "settings.json").write_text('{"planner": "x", "limits": ""}')
    (damaged / "results.jsonl").write_text("no result\n")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        await rest(pilot)
        assert isinstance(app.screen, Benches)
        assert ["weak" in row for row in rows(app)] == [True, False, False]
        assert "8 9     0.889" in rows(app)[1]
        assert "! damaged" in rows(app)[2]
        await pilot.press("down", "enter")
        await rest(pilot)
        assert isinstance(app.screen, BoardScreen)
        assert "8 of 9 right, 0.889 (0.565–0.980)" in said(app, "#summary")
        await pilot.press("n")
        assert app.screen.query_one(HeatMap).here == ("click-button", "2")
        assert "failed click-button 2" in said(app, "#cell")
        await pilot.press("enter")
        await rest(pilot)
        assert isinstance(app.screen, Trace)
        await pilot.press("escape", "left", "enter")
        await rest(pilot)
        assert isinstance(app.screen, BoardScreen)  # of this one there is no recording
        await pilot.press("escape", "end", "enter")
        await rest(pilot)
        assert "line 1 is no result" in " ".join(
            str(each.visual) for each in app.screen.query(".said")
        )


async def test_results_of_osworld_are_looked_into_and_gone_on_with_by_the_command(
    app: Any, rest: Any, tmp_path: Path, record: Any
) -> None:
    out = tmp_path / "results" / "bench" / "osworld" / "instructions"
    told = BenchSettings(out=out, planner="instructions").told | {"benchmark": OSWORLD}
    kept = Results(out, told)
    for task, reward in (("tasks-rename", 1.0), ("tasks-half", 0.5)):
        kept.add(Played(task=task, seed=0, done=True, raw_reward=reward, reward=reward,
                        steps=2, seconds=1.5, stop="done"))  # fmt: skip
    kept.add(Played(task="tasks-unready", seed=0, done=False, raw_reward=0, reward=0, steps=0,
                    seconds=0.1, stop=NOT_PREPARED, message="No such file."))  # fmt: skip
    (out / EPISODES).mkdir()
    record("half", "Search").rename(out / EPISODES / "tasks-half-0")
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        await rest(pilot)
        assert "1 2     0.500" in rows(app)[0]
        assert "OSWorld" in rows(app)[0]
        await pilot.press("enter")
        await rest(pilot)
        assert "1 of 2 right, 0.500" in said(app, "#summary"), "what was not set up is not counted"
        await pilot.press("home", "enter")
        await rest(pilot)
        assert isinstance(app.screen, Trace)
        await pilot.press("escape", "escape", "r")
        await rest(pilot)
        dialog = " ".join(str(each.visual) for each in app.screen.query(".said"))
        assert "handeye bench osworld" in dialog


async def test_two_results_are_compared_with_their_intervals(
    app: Any, rest: Any, results: Path
) -> None:
    assert results.is_dir()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        await rest(pilot)
        await pilot.press("c", "down", "c")
        await rest(pilot)
        assert isinstance(app.screen, Versus)
        assert "4 of 9 right, 0.444" in said(app, "#sides")
        assert "The second is better: the second has +44.4 points (95 %: " in said(app, "#sides")
        assert [row[:4] for row in rows(app)] == ["✗ ✓ ", "✗ ✓ ", "✗ ✓ ", "! ~ "]


@pytest.mark.heavy
async def test_a_benchmark_is_started_watched_stopped_and_gone_on_with(
    app: Any, rest: Any, tmp_path: Path
) -> None:
    out = tmp_path / "results" / "bench" / "mine"
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        await rest(pilot)
        await pilot.press("n")
        await fill(pilot, tasks="click-tset", seeds="3", first="0", out=str(out))
        assert "click-tset" in said(app, "#problem")
        await fill(pilot, tasks="click-test", seeds="0")
        assert "Seeds: a whole number from 1, not 0" in said(app, "#problem")
        await fill(pilot, seeds="500")
        await see(pilot, lambda: "worker 1  click-test " in said(app, "#workers"))
        await see(pilot, lambda: " right" in said(app, "#summary"))
        await pilot.press("escape", "n")
        assert isinstance(app.screen, Benches)  # one at a time
        await pilot.press("s")
        await see(pilot, lambda: app.screen.playing.over and not app.screen.busy)
        await see(pilot, lambda: len(rows(app)) == 1)
        assert "…" in rows(app)[0]
        await pilot.press("r")
        assert app.screen.query_one("#tasks", Input).value == "click-test"
        more = len(load_results(out).played) + 1
        await fill(pilot, seeds=str(more))
        await see(pilot, lambda: f"{more} of {more} answered" in said(app, "#summary"))
        await pilot.press("home", "enter")
        await rest(pilot)
        assert isinstance(app.screen, Trace)
        app.bench_screen.playing.wait()
    assert {each.seed for each in load_results(out).played} == set(range(more))
    assert (out / "report.html").is_file()


def questions(folder: Path) -> Path:
    """Two questions on one picture, in the layout of ScreenSpot-Pro, and the answers of a script."""
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "a.png").write_bytes(look(0).screenshot.data)
    asked = [
        {"id": name, "instruction": name, "img_filename": "a.png", "bbox": [40, 160, 240, 200]}
        for name in ("Add to cart", "Check out")
    ]
    (folder / "annotations").mkdir()
    (folder / "annotations" / "a.json").write_text(json.dumps(asked))
    script = folder / "script.json"
    script.write_text('{"Add to cart": [140, 180], "Check out": [140, 250]}')
    return script


async def test_a_grounder_is_measured_and_a_wrong_answer_looked_at(
    app: Any, rest: Any, tmp_path: Path
) -> None:
    script = questions(tmp_path / "data")
    out = tmp_path / "results" / "evaluations" / "mine"
    async with app.run_test(size=SIZE) as pilot:
        commands = {each.title: each.callback for each in app.get_system_commands(app.screen)}
        commands["Measure a grounder"]()
        await see(pilot, lambda: bool(app.screen.query("#concurrency")))
        await fill(pilot, concurrency="3")
        assert "Only remote models" in said(app, "#problem")
        given = {"dataset": "own", "data": str(tmp_path / "data"), "grounder": f"scripted:{script}"}
        await fill(pilot, concurrency="1", out=str(out), **given)
        await see(pilot, lambda: "1 of 2 right, 0.500" in said(app, "#summary"))
        await pilot.press("n", "enter")
        await rest(pilot)
        assert isinstance(app.screen, Ground)
        assert app.screen.query_one("#phrase", Input).value == "Check out"
        assert "✗ answered: (140, 250)" in said(app, "#said")
        await pilot.press("escape", "4", "escape")
        await rest(pilot)
        assert "✓" in rows(app)[0]
        await pilot.press("r")
        assert app.screen.query_one("#out", Input).value == str(out)
        given |= {"grounder": "elements"}  # its answers are not mixed in
        await fill(pilot, **given)
        await see(pilot, lambda: bool(app.screen.query(".error")))
        assert "other settings" in " ".join(str(each.visual) for each in app.screen.query(".said"))
