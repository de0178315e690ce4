"""Going on with a run on a desktop: where it was, or with its application started anew."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from tests.killing import cut_after, kill_in_step
from typer.testing import CliRunner

import handeye
from handeye.actions.errors import DisplayError, UsageError
from handeye.cli.app import app
from handeye.envs.desktop import PrivateDisplay
from handeye.episodes import read_episode
from handeye.onward import Onward, fork, resume

LISTENER = [sys.executable, str(Path(__file__).with_name("listener.py"))]


def typed(log: Path) -> str:
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return "".join(chr(line[2]) for line in lines if line[:2] == ["key", "down"])


def test_a_killed_run_goes_on_where_the_desktop_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, out = tmp_path / "log.jsonl", tmp_path / "killed"
    log.touch()
    with PrivateDisplay() as display:
        display.open([*LISTENER, str(log)])
        monkeypatch.setenv("XAUTHORITY", display.key_file)
        task, there = "type 'ab', wait 60 seconds, type 'c'", ("--display", display.name)
        kill_in_step(out, 1, task, "--env", "desktop", *there)
        with pytest.raises(UsageError, match="may have been done before the run was cut off"):
            resume(out, Onward(), ask=lambda _: None)
        gone_on = CliRunner().invoke(app, ["run", "--resume", str(out), "--in-flight", "done"])
        assert gone_on.exit_code == 0, gone_on.output
        assert typed(log) == "abc"
    cut_after(out, "acted", 0)
    with pytest.raises(DisplayError):
        resume(out, Onward())
    assert not read_episode(out).finished


def test_a_private_display_is_gone_and_its_application_is_started_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("mousepad") is None:
        pytest.skip("needs mousepad: make packages")
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "home"))
    note = tmp_path / "note.txt"
    note.write_text("", "utf-8")
    editor, out = f"mousepad '{note}'", tmp_path / "cut"
    task = "type 'milk', click Edit, press Escape, press ctrl+s"
    done = handeye.run(task, env="desktop", display="new", app=editor, out=out)
    assert done.ok, done.message
    assert note.read_text("utf-8") == "milk"
    cut_after(out, "intent", 2)

    note.write_text("", "utf-8")
    with pytest.raises(UsageError, match="a private display, which ended with it") as refused:
        resume(out, Onward())
    assert "--fork cut --at 2 repeats its first 2 steps" in refused.value.fix
    forked = fork(out, Onward(), at=2, task="press Escape, type '+eggs', press ctrl+s")
    assert forked.ok, forked.message
    assert note.read_text("utf-8") == "milk+eggs"
    assert forked.episode is not None
    episode = read_episode(forked.episode)
    assert [step.index for step in episode.steps] == [0, 1, 2, 3, 4, 5]
    assert episode.started is not None
    told = {"display": "new", "app": editor, "fork_of": "cut", "at": "2", "task_from": "2"}
    assert episode.started.settings == told

    note.write_text("", "utf-8")
    words = ["run", "--fork", str(forked.episode), "--at", "4"]
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 0, again.output
    assert note.read_text("utf-8") == "milk+eggs"
    wrong = CliRunner().invoke(app, [*words, "--url", "http://127.0.0.1:9/"])
    assert isinstance(wrong.exception, UsageError)
