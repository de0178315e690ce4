"""The table, the JSON and the HTML file show what happened, and nothing in them runs."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from handeye.actions import Click, Done, HandeyeError, Point, Target, Type
from handeye.actions.errors import RecordingError
from handeye.cli.show import show
from handeye.episodes import Episode, EpisodeWriter, read_episode, show_episode, write_report
from handeye.episodes.events import Intent, Planned, RunEnded
from handeye.episodes.result import Timing
from handeye.grounding.calls import ModelCall, Usage

World = Any
EVIL = "</script><script>document.title='owned'</script>\x1b[31m\x9b2J\u202e"


@pytest.fixture
def episode(new_world: Any, record_in: Callable[..., Episode]) -> Episode:
    world = new_world((EVIL, "desk lamp"))
    return record_in(
        world,
        Type(text=EVIL, target=Target(phrase="Search")),
        Click(target=Target(point=Point(x=470, y=200))),
        Click(target=Target(phrase="Open @ script")),
    )


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command()(show)
    return app


def printed(episode: Episode) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(show_episode(episode))
    return console.export_text(styles=False)


def test_the_table_tells_each_step(episode: Episode) -> None:
    text = printed(episode)
    assert re.search(r"Result\s+The run succeeded\.", text)
    assert re.search(r"1\s+type .* into Search\s+textbox “Search”", text)
    assert re.search(r"2\s+click \(470, 200\).*invalid: nothing at", text)


def test_what_models_were_asked_is_shown(tmp_path: Path, app: typer.Typer) -> None:
    usage = Usage(prompt_tokens=1200, cached_tokens=900, completion_tokens=40, cost=0.0012)
    bad = ModelCall(purpose="plan", model="m", text=f"no {EVIL}", problem="It is no JSON object.")
    good = ModelCall(purpose="repair", model="m", text="{}", usage=usage, seconds=1.5)
    end = RunEnded(ok=True, reason="done", steps=0, timing=Timing(total=2), usage=usage)
    with EpisodeWriter(path=tmp_path / "asked") as writer:
        writer.emit(Planned(step=0, thought="It is there.", action=Done(), calls=(bad, good)))
        writer.emit(end)
    asked = read_episode(tmp_path / "asked")
    text = printed(asked)
    assert "It is there." in text
    assert "It is no JSON object. It was: no </script>" in text
    assert text.count("1,200 tokens read (900 cached), 40 written, $0.0012") == 2
    assert not set(text) & {"\x1b", "\x9b", "\u202e"}
    data = json.loads(CliRunner().invoke(app, [str(asked.path), "--json"]).stdout)
    assert [call["problem"] for call in data["steps"][0]["calls"]] == ["It is no JSON object.", ""]
    write_report(asked, tmp_path / "out.html")
    report = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "repair · m · 1.5 s" in report
    assert "<script>document" not in report


def test_text_of_a_page_cannot_drive_the_terminal(episode: Episode) -> None:
    assert not set(printed(episode)) & {"\x1b", "\x9b", "\u202e"}


def test_json_has_every_step(episode: Episode, app: typer.Typer) -> None:
    data = json.loads(CliRunner().invoke(app, [str(episode.path), "--json"]).stdout)
    assert [step["ok"] for step in data["steps"]] == [True, False, True]
    assert data["steps"][0]["target"] == "textbox “Search”"
    assert (data["finished"], data["torn"], data["in_flight"]) == (True, False, None)


def test_an_unfinished_episode_says_what_may_have_happened(
    episode: Episode, tmp_path: Path, app: typer.Typer
) -> None:
    with EpisodeWriter(path=tmp_path / "cut") as writer:
        for recorded in episode.events[:3]:
            writer.emit(recorded.event)
        writer.emit(Intent(step=0, action=Click(target=Target(phrase="Buy"))))
    assert "may have happened" in printed(read_episode(tmp_path / "cut"))
    result = CliRunner().invoke(app, [str(tmp_path / "cut"), "--json"])
    assert json.loads(result.stdout)["in_flight"]["action"]["target"]["phrase"] == "Buy"


def test_an_empty_episode_can_be_shown(tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "empty"):
        pass
    empty = read_episode(tmp_path / "empty")
    assert "stops before anything was done" in printed(empty)
    write_report(empty, tmp_path / "out.html")


def test_the_report_is_one_file_whose_data_cannot_leave_its_place(
    episode: Episode, tmp_path: Path, app: typer.Typer
) -> None:
    out = tmp_path / "out.html"
    assert CliRunner().invoke(app, [str(episode.path), "--html", str(out)]).exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", text)
    assert "<script>document" not in text
    frames = re.findall(r'id="f-([0-9a-f]{64})"', text)
    assert len(frames) == len(set(frames)) == len(list((episode.path / "frames").iterdir()))


def test_a_report_without_one_damaged_frame(episode: Episode, tmp_path: Path) -> None:
    first = episode.steps[0].observed
    assert first is not None
    (episode.path / "frames" / f"{first.frame}.png").write_bytes(b"x")
    write_report(episode, tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert f"{first.frame}.png was changed." in text


def test_the_folder_of_a_report_is_made_where_it_can_be(episode: Episode, tmp_path: Path) -> None:
    write_report(episode, tmp_path / "new" / "er" / "out.html")
    assert (tmp_path / "new" / "er" / "out.html").is_file()
    (tmp_path / "file").touch()
    with pytest.raises(RecordingError, match="Cannot write the report"):
        write_report(episode, tmp_path / "file" / "out.html")


def test_what_cannot_be_found_is_an_error_with_a_fix(app: typer.Typer, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert isinstance(result.exception, HandeyeError)
    assert result.exception.exit_code == 4
