"""`handeye run --env desktop`: on a private display that comes and goes with the run."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.conftest import wait_until
from typer.testing import CliRunner

import handeye
from handeye.actions import Size
from handeye.actions.errors import InstructionError
from handeye.cli.app import app
from handeye.envs.desktop import PrivateDisplay
from handeye.envs.desktop.x11.link import connect
from handeye.episodes import read_episode
from handeye.episodes.events import Acted, Event

LISTENER = f"{sys.executable} {Path(__file__).with_name('listener.py')}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where episodes go; and after each test there is no display that was not there before."""
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "episodes"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = set(psutil.Process().children(recursive=True))
    yield tmp_path / "episodes"
    assert wait_until(lambda: not list(tmp_path.glob("handeye-display-*")))
    assert set(psutil.Process().children(recursive=True)) <= before


def test_a_task_is_done_on_a_display_of_its_own(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.touch()
    result = handeye.run(
        "press ctrl+a, type 'ä5'", env="desktop", display="new", app=f"{LISTENER} {log}"
    )
    assert result.ok, result.message
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    pressed = [line[2] for line in lines if line[:2] == ["key", "down"]]
    assert pressed[-3:] == [ord("a"), ord("ä"), ord("5")]
    assert result.episode is not None
    episode = read_episode(result.episode)
    assert episode.started is not None
    assert (episode.started.env, episode.started.url) == ("desktop", "")
    assert episode.started.settings["display"] == "new"
    observed = episode.steps[0].observed
    assert observed is not None
    assert observed.title == "Listener"


def test_a_person_stops_a_run_on_their_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desktop is the one that DISPLAY names; the pointer goes into a corner."""
    with PrivateDisplay(Size(width=640, height=480)) as display:
        monkeypatch.setenv("DISPLAY", display.name)
        monkeypatch.setenv("XAUTHORITY", display.key_file)

        def into_the_corner(event: Event) -> None:
            if isinstance(event, Acted):
                link = connect(display.name)
                link.screen().root.warp_pointer(639, 0)
                link.sync()
                link.close()

        result = handeye.run("press Enter, wait 60 s", env="desktop", on_event=into_the_corner)
    assert (result.reason, result.steps) == (handeye.StopReason.INTERRUPTED, 1)
    assert "moved into a corner" in result.message


def test_what_only_a_browser_can_do_is_refused_before_the_start(home: Path) -> None:
    with pytest.raises(InstructionError, match=r"cannot be done here.*go back"):
        handeye.run("press Enter, go back", env="desktop", display="new")
    assert not home.exists()


def test_an_application_that_does_not_start_is_named(home: Path) -> None:
    done = CliRunner().invoke(
        app, ["run", "press Enter", "--env", "desktop", "--display", "new", "--app", "no-such-app"]
    )
    assert done.exception is not None
    assert "no-such-app cannot be started" in str(done.exception)
    assert not home.exists()


def test_a_second_handeye_on_a_display_is_refused_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from handeye.cli import main; main()", "run"]
    task = ["press Enter, wait 100 seconds", "--env", "desktop"]
    with PrivateDisplay(Size(width=640, height=480)) as display:
        env = os.environ | {"XAUTHORITY": display.key_file}
        there = [*command, *task, "--display", display.name, "--out"]
        with subprocess.Popen(
            [*there, str(tmp_path / "first")],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as first:
            events = tmp_path / "first" / "episode.jsonl"
            try:
                assert wait_until(lambda: events.exists() and b'"intent"' in events.read_bytes())
                second = subprocess.run(
                    [*there, str(tmp_path / "second")],
                    env=env, capture_output=True, text=True, check=False,
                )  # fmt: skip
                first.terminate()
                first.communicate()
            finally:
                first.kill()
    assert (second.returncode, second.stdout, second.stderr.count("\n")) == (3, "", 1)
    assert f"Another handeye works on the display {display.name}. Wait until" in second.stderr
    assert not (tmp_path / "second").exists()
    ended = read_episode(tmp_path / "first").ended
    assert ended is not None
    assert (first.returncode, ended.reason) == (130, "interrupted")


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_a_run_that_is_ended(
    home: Path, tmp_path: Path, way: signal.Signals
) -> None:
    log = tmp_path / "log.jsonl"
    log.touch()
    options = ["--env", "desktop", "--display", "new", "--app", f"{LISTENER} {log}"]
    code = "from handeye.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code, "run", "press Enter, wait 100 seconds", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            assert wait_until(lambda: "key" in log.read_text("utf-8"))
            started = psutil.Process(running.pid).children(recursive=True)
            os.kill(running.pid, way)
            assert running.wait() == 130
        finally:
            running.kill()
    assert psutil.wait_procs(started, timeout=60)[1] == []
    ended = read_episode(next(home.iterdir())).ended
    assert ended is not None
    assert ended.reason == "interrupted"
