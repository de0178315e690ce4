"""A killed run goes on where it was, and does nothing twice; a fork goes on in another way."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.killing import HANDEYE, cut_after, kill_in_step

from handeye import run
from handeye.actions.errors import UsageError
from handeye.episodes import read_episode
from handeye.onward import Onward, fork, resume

PAGE = "<title>T</title><button onclick=\"fetch('/did?NAME', {method: 'POST'})\">NAME</button>"
TASK = 'click "Alpha", click "Beta", click "Gamma"'


@pytest.fixture
def counter(site: Any) -> Any:
    body = "".join(PAGE.replace("NAME", name) for name in ("Alpha", "Beta", "Gamma", "Delta"))
    return site({"/": body, "/did": "ok"})


def done(counter: Any) -> list[str]:
    return [path.partition("?")[2] for method, path, _ in counter.log if method == "POST"]


@pytest.fixture
def ran(counter: Any, tmp_path: Path) -> Path:
    result = run(TASK, url=counter.url, out=tmp_path / "ran")
    assert result.ok
    assert done(counter) == ["Alpha", "Beta", "Gamma"]
    counter.log.clear()
    return tmp_path / "ran"


def test_a_run_that_was_cut_off_between_steps_goes_on(ran: Path, counter: Any) -> None:
    cut_after(ran, "acted", 0)
    result = resume(ran, Onward())
    assert result.ok, result.message
    assert done(counter) == ["Beta", "Gamma"]
    episode = read_episode(ran)
    assert not episode.torn
    assert episode.finished
    with pytest.raises(UsageError, match="has ended"):
        resume(ran, Onward())


@pytest.mark.parametrize(("said", "then"), [("y", ["Gamma"]), ("n", ["Beta", "Gamma"])])
def test_what_may_have_happened_is_done_again_only_on_a_persons_word(
    ran: Path, counter: Any, said: str, then: list[str]
) -> None:
    cut_after(ran, "intent", 1)
    with pytest.raises(UsageError, match="may have been done before the run was cut off"):
        resume(ran, Onward(), ask=lambda _: None)
    assert done(counter) == []
    asked: list[str] = []
    result = resume(ran, Onward(), ask=lambda question: asked.append(question) or said)
    assert result.ok, result.message
    assert "Beta" in asked[0]
    assert done(counter) == then


def test_a_fork_repeats_the_first_steps_and_goes_on_in_another_way(
    ran: Path, counter: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "home"))
    result = fork(ran, Onward(), at=1, task='click "Delta", click "Beta"')
    assert result.ok, result.message
    assert done(counter) == ["Alpha", "Delta", "Beta"]
    assert result.episode is not None
    forked = read_episode(result.episode)
    assert forked.started is not None
    told = {"headless": "True", "fork_of": "ran", "at": "1", "task_from": "1"}
    assert forked.started.settings == {**told, "domains": counter.url.removeprefix("http://")}
    cut_after(result.episode, "acted", 1)
    resumed = resume(result.episode, Onward())
    assert resumed.ok, resumed.message
    assert done(counter)[3:] == ["Beta"]
    same = fork(ran, Onward(max_download_mb=7), at=2)
    assert same.ok, same.message
    assert read_episode(same.episode).started.settings["max_download_mb"] == "7.0"
    assert done(counter)[4:] == ["Alpha", "Beta", "Gamma"]
    with pytest.raises(UsageError, match="has 3 steps"):
        fork(ran, Onward(), at=9)


@pytest.mark.skipif(os.name == "nt", reason="signals are others on Windows")
def test_a_killed_process_is_resumed_by_the_command(counter: Any, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    kill_in_step(out, 1, 'click "Alpha", wait 60 seconds, click "Beta"', "--url", counter.url)
    resumed = subprocess.run(
        [*HANDEYE, "run", "--resume", str(out), "--in-flight", "done"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert resumed.returncode == 0, resumed.stderr
    assert done(counter) == ["Alpha", "Beta"]
