"""On a page that has changed: found again by name, else by look; else stopped, or healed.

The pages are real, and so is the browser; a scripted planner stands in for the model.
"""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from handeye.actions import Click, Target, Type
from handeye.again import replay
from handeye.cli.replay import replay as replay_command
from handeye.envs.browser import BrowserEnv
from handeye.episodes import Episode, StopReason, read_episode

STAR = "<svg width=24 height=24><path d='M12 2l3 7 7 1-5 5 1 7-6-4-6 4 1-7-5-5 7-1z'/></svg>"
PAGE = f"""<!doctype html><title>Notes</title><style>body{{font:16px sans-serif}}</style>
<h1>Notes</h1><input aria-label=Title>
<button onclick="document.title='Saved ' + document.querySelector('input').value">Save</button>
<button aria-label="Favourite" onclick="document.title += ' *'">{STAR}</button>"""
RESTYLED = PAGE.replace("font:16px sans-serif", "font:22px serif;background:#222;color:#eee")
MOVED = PAGE.replace("<h1>", "<p style='height:300px'>News</p><h1>")
RENAMED = PAGE.replace('aria-label="Favourite"', 'aria-label="Bookmark this"')
REBUILT = PAGE.replace(">Save</button>", ">Store</button>")


@pytest.fixture(scope="module")
def recording(
    lasting_site: Any, record_at: Callable[..., Episode], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    lasting_site.pages = {"/": PAGE}
    steps = (
        Type(text="milk", target=Target(phrase="Title")),
        Click(target=Target(phrase="Save")),
        Click(target=Target(phrase="Favourite")),
    )
    path = tmp_path_factory.mktemp("recorded") / "notes"
    with BrowserEnv(lasting_site.url) as env:
        record_at(env, lasting_site.url, path, *steps)
        assert env.observe().title == "Saved milk *"
    return path


@pytest.fixture
def recorded(recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Episode:
    """The recording in a home of its own."""
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "home"))
    return read_episode(shutil.copytree(recording, tmp_path / "home" / "notes"))


@pytest.fixture
def notes(recording: Path, lasting_site: Any) -> Any:  # noqa: ARG001
    """Where it was recorded, as it was then."""
    lasting_site.pages = {"/": PAGE}
    return lasting_site


def last_title(episode: Path | None) -> str:
    assert episode is not None
    return next(s.observed.title for s in reversed(read_episode(episode).steps) if s.observed)


@pytest.mark.parametrize("page", [RESTYLED, MOVED, RENAMED], ids=["restyled", "moved", "renamed"])
def test_it_finds_its_elements_on_another_page(recorded: Episode, notes: Any, page: str) -> None:
    notes.pages["/"] = page
    result = replay(recorded.path, patience=0.2)
    assert result.ok, result.message
    assert last_title(result.episode) == "Saved milk"


def test_a_step_that_is_lost_is_healed_and_kept_beside_the_old_one(
    recorded: Episode, notes: Any, tmp_path: Path
) -> None:
    notes.pages["/"] = REBUILT
    stopped = replay(recorded.path, patience=0.2)
    assert (stopped.ok, stopped.reason, stopped.steps) == (False, StopReason.DIVERGED, 1)
    assert "looked for button “Save”" in stopped.message
    repair = tmp_path / "repair.json"
    repair.write_text(json.dumps([{"kind": "click", "target": {"phrase": "Store"}}]))
    healed = replay(recorded.path, patience=0.2, planner=f"scripted:{repair}")
    assert healed.ok, healed.message
    assert healed.episode == recorded.path.with_name("notes-v2")
    assert read_episode(recorded.path).events == recorded.events
    once_more = replay(recorded.path.with_name("notes-v2"), patience=0.2)
    assert once_more.ok, once_more.message
    assert last_title(once_more.episode) == "Saved milk"


def test_a_repair_that_is_none_stops_as_before(
    recorded: Episode, notes: Any, tmp_path: Path
) -> None:
    notes.pages["/"] = REBUILT
    repair = tmp_path / "repair.json"
    repair.write_text(json.dumps([{"kind": "click", "target": {"phrase": "Nowhere"}}]))
    result = replay(recorded.path, patience=0.2, planner=f"scripted:{repair}")
    assert (result.ok, result.reason) == (False, StopReason.DIVERGED)
    assert "there is none: “click Nowhere” was its answer. “Nowhere” is not on" in result.message
    assert not recorded.path.with_name("notes-v2").exists()


def test_the_command_says_how_to_repair_what_was_the_last_recording(
    recorded: Episode, notes: Any
) -> None:
    notes.pages["/"] = REBUILT
    app = typer.Typer()
    app.command()(replay_command)
    ran = CliRunner().invoke(app, ["last"])
    assert ran.exit_code == 1
    assert f"handeye replay {recorded.id} --heal MODEL" in ran.output


@pytest.mark.usefixtures("recorded", "notes")
def test_the_command_goes_over_the_rows_of_a_table(tmp_path: Path) -> None:
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["title"], ["bread"], ["tea, green"]])
    app = typer.Typer()
    app.command()(replay_command)
    asked = CliRunner().invoke(app, ["notes", "--parameters"])
    assert asked.stdout == "title = 'milk'  (step 1)\n"
    ran = CliRunner().invoke(app, ["last", "--csv", str(tmp_path / "rows.csv"), "--json"])
    assert ran.exit_code == 0, ran.output
    results = json.loads(ran.stdout)
    titles = [last_title(Path(result["episode"])) for result in results]
    assert titles == ["Saved bread", "Saved tea, green"]
    began = [read_episode(Path(result["episode"])).started for result in results]
    assert [each and each.settings["replay_of"] for each in began] == ["notes"] * 2
    assert [step["divergence"] < 0.2 for step in results[0]["replayed"]] == [True] * 3
    (tmp_path / "rows.csv").write_text("title\n")
    nothing = CliRunner().invoke(app, ["notes", "--csv", str(tmp_path / "rows.csv")])
    assert "has a header and no rows" in str(nothing.exception)
