"""What is done in a real application on a desktop is recorded, and done again elsewhere on it."""

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handeye.actions import Action, Click, Point, Press, Size, Target, Type
from handeye.actions.errors import UsageError
from handeye.api import run
from handeye.cli.app import app
from handeye.envs.desktop import DesktopEnv, PrivateDisplay
from handeye.envs.desktop.private import missing_programs
from handeye.envs.desktop.x11.link import connect, hang_up
from handeye.envs.desktop.x11.pointer import Pointer
from handeye.envs.desktop.x11.windows import Windows
from handeye.episodes import Episode, RunResult, load_frame, read_episode, replay
from handeye.grounding.ocr import read_text
from handeye.recording import record

pytestmark = pytest.mark.skipif(
    bool(missing_programs()) or shutil.which("mousepad") is None,
    reason="needs xvfb, openbox and mousepad: make packages",
)


@pytest.fixture
def display() -> Iterator[PrivateDisplay]:
    with PrivateDisplay(Size(width=800, height=600)) as made:
        yield made


def at(x: float, y: float) -> Target:
    return Target(point=Point(x=x, y=y))


def recorded(display: PrivateDisplay, out: Path, *did: Action, secret: str = "") -> Episode:
    """Record while these actions are done, until the pointer is in the corner."""
    begun = threading.Event()
    ended: list[RunResult] = []

    def listen() -> None:
        ended.append(
            record(env="desktop", display=display, out=out, secrets=[secret] if secret else [])
        )

    thread = threading.Thread(target=listen)
    thread.start()
    end = time.monotonic() + 20
    while not (out / "episode.jsonl").exists() and time.monotonic() < end:
        begun.wait(0.02)
    with DesktopEnv(display, failsafe=False) as hands:
        hands.observe()
        for action in did:
            assert hands.act(action).ok
    link = connect(display.name, display.key_file)
    Pointer(link, time.sleep, lambda: None, lambda: None).move(0, 0)
    hang_up(link)
    thread.join(30)
    assert ended, "the recording did not end"
    assert ended[0].ok
    return read_episode(out)


def move_window(display: PrivateDisplay, by: tuple[int, int], until: Callable[..., bool]) -> None:
    link = connect(display.name, display.key_file)
    windows = Windows(link)
    (window,) = windows.all()
    x, y = int(window.box.x1) + by[0], int(window.box.y1) + by[1]
    windows.ask(window.id, "_NET_MOVERESIZE_WINDOW", [0x2300 | 10, x, y, 0, 0])
    assert until(lambda: windows.all()[0].box != window.box)
    hang_up(link)


def menu_entry(display: PrivateDisplay, word: str) -> Target:
    """Where a word stands on the screen."""
    with DesktopEnv(display, failsafe=False) as env:
        lines = read_text(env.observe().screenshot)
    box = next(each.box for line in lines for each in line.words if each.text == word)
    return Target(point=box.center)


def test_an_application_is_used_and_used_again_where_it_has_moved_to(
    display: PrivateDisplay, tmp_path: Path, until: Callable[..., bool]
) -> None:
    file = tmp_path / "note.txt"
    file.write_text("", "utf-8")
    display.open(["mousepad", str(file)])
    episode = recorded(
        display,
        tmp_path / "episode",
        Type(text="milk 2"),
        Click(target=menu_entry(display, "Edit")),
        Press(keys=("Escape",)),
        Press(keys=("Control", "s")),
    )
    assert until(lambda: file.read_text("utf-8") == "milk 2")
    steps = [step.intent.action for step in episode.steps if step.intent]
    assert [step.kind for step in steps] == ["type", "click", "press", "press"]
    assert steps[0] == Type(text="milk 2"), "the keystrokes are one step"
    assert isinstance(steps[1], Click)
    assert "Edit" in steps[1].target.phrase
    before_click = episode.steps[1].observed
    assert before_click is not None
    assert "note.txt" in before_click.title
    assert "milk" in " ".join(line.text for line in read_text(load_frame(episode, before_click)))

    file.write_text("", "utf-8")
    with PrivateDisplay(Size(width=800, height=600)) as fresh:
        fresh.open(["mousepad", str(file)])
        move_window(fresh, (60, 45), until)
        with DesktopEnv(fresh, failsafe=False) as env:
            result = replay(episode, env)
        assert result.ok, result.message
        assert until(lambda: file.read_text("utf-8") == "milk 2")


def test_the_command_does_it_again_on_the_same_screen_or_on_another(
    tmp_path: Path, until: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "home"))
    file = tmp_path / "note.txt"
    file.write_text("", "utf-8")
    task = "type 'milk 2', click Edit, press Escape, press ctrl+s"
    done = run(task, env="desktop", display="new", app=f"mousepad '{file}'")
    assert done.ok, done.message
    assert done.episode is not None

    file.write_text("", "utf-8")
    again = CliRunner().invoke(app, ["replay", str(done.episode), "--json"])
    assert again.exit_code == 0, again.output
    assert until(lambda: file.read_text("utf-8") == "milk 2")
    told = json.loads(again.stdout.splitlines()[-1])
    assert all(step["divergence"] < 0.3 for step in told["replayed"])
    started = read_episode(Path(told["episode"])).started
    assert started is not None
    assert (started.env, started.settings["display"]) == ("desktop", "new")

    file.write_text("", "utf-8")
    with PrivateDisplay(Size(width=1280, height=800)) as other:
        other.open(["mousepad", str(file)])
        move_window(other, (60, 45), until)
        monkeypatch.setenv("XAUTHORITY", other.key_file)
        words = ["replay", told["episode"], "--display", other.name, "--set", "text=milk 3"]
        moved = CliRunner().invoke(app, words)
    assert moved.exit_code == 0, moved.output
    assert until(lambda: file.read_text("utf-8") == "milk 3")

    wrong = CliRunner().invoke(app, ["replay", told["episode"], "--url", "http://127.0.0.1:9/"])
    assert isinstance(wrong.exception, UsageError)


def test_a_named_secret_is_neither_text_nor_pixels(
    display: PrivateDisplay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFE_WORD", "xylophone")
    file = tmp_path / "note.txt"
    file.write_text("", "utf-8")
    display.open(["mousepad", str(file)])
    episode = recorded(
        display,
        tmp_path / "episode",
        Type(text="xylophone"),
        Press(keys=("Enter",)),
        secret="SAFE_WORD",
    )
    first = episode.steps[0].intent
    assert first is not None
    assert first.action == Type(text="{{SAFE_WORD}}")
    for step in episode.steps:
        assert step.observed is not None
        shown = " ".join(line.text for line in read_text(load_frame(episode, step.observed)))
        assert "xylo" not in shown.casefold()
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XAUTHORITY", display.key_file)
    words = ["replay", str(episode.path), "--display", display.name, "--secret", "SAFE_WORD"]
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 0, again.output
    (kept,) = (tmp_path / "home").glob("*/episode.jsonl")
    assert "{{SAFE_WORD}}" in kept.read_text("utf-8")
    for folder in (episode.path, kept.parent):
        files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert b"xylophone" not in b"".join(files)


def test_a_display_that_nobody_sees_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nobody sees a private display"):
        record(env="desktop", display="new", out=tmp_path / "episode")
    with pytest.raises(UsageError, match="for a browser"):
        record("http://127.0.0.1:9/", env="desktop", out=tmp_path / "episode")
    with pytest.raises(UsageError, match="--env desktop"):
        record("http://127.0.0.1:9/", display=":1", out=tmp_path / "episode")
    assert list(tmp_path.iterdir()) == []
