"""`handeye bench osworld`: what can be done is done and scored, and the rest is named."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handeye.cli.app import app
from handeye.envs.desktop.private import missing_programs
from handeye.tui.boards import load_board

TASKS = Path(__file__).parents[1] / "envs" / "desktop" / "tasks"
needs_display = pytest.mark.skipif(
    bool(missing_programs()), reason="a private display needs Xvfb and openbox: make packages"
)


def bench(*words: str) -> str:
    done = CliRunner().invoke(app, ["bench", "osworld", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_check_starts_nothing_and_names_what_is_not_supported() -> None:
    told = bench(str(TASKS), "--check")
    assert "tasks-rename: supported" in told
    assert "tasks-spreadsheet: not supported: step download" in told


def test_a_folder_without_a_supported_task_says_so() -> None:
    done = CliRunner().invoke(app, ["bench", "osworld", str(TASKS / "spreadsheet.json")])
    assert "No task in" in str(done.exception)
    assert "add --check" in str(done.exception)


@needs_display
@pytest.mark.skipif(shutil.which("pcmanfm") is None, reason="pcmanfm is missing: make packages")
def test_tasks_are_done_scored_and_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "tasks"
    folder.mkdir()
    for name in ("rename", "no-such-thing", "spreadsheet"):
        shutil.copy(TASKS / f"{name}.json", folder)
    out = tmp_path / "out"
    told = bench(str(folder), "--out", str(out))
    assert "3 tasks, 2 done on a private display, 0 not set up, 1 not supported" in told
    assert "| tasks-rename | 1 | 5 |" in told
    assert "| tasks-no-such-thing | 0 | 0 |" in told, "not to understand is not to know"
    assert "| tasks-spreadsheet | step download," in told
    assert (out / "episodes" / "tasks-rename-0").is_dir()
    board = load_board(out)
    assert (board.benchmark, board.right, board.counted) == ("OSWorld", 1, 2)
    before = (out / "results.jsonl").read_text("utf-8")
    assert bench(str(folder), "--out", str(out)) == told, "nothing is done twice"
    assert (out / "results.jsonl").read_text("utf-8") == before


@needs_display
def test_who_says_that_it_cannot_be_done_is_right_where_it_cannot(tmp_path: Path) -> None:
    script = tmp_path / "plan.json"
    script.write_text(json.dumps([{"kind": "done", "success": False, "answer": "It plays none."}]))
    told = bench(
        str(TASKS / "no-such-thing.json"), "--planner", f"scripted:{script}", "--out",
        str(tmp_path / "out"),
    )  # fmt: skip
    assert "| tasks-no-such-thing | 1 | 0 |" in told
