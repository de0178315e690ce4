"""`handeye.run` and `handeye.replay`, and `handeye run` as a process, with a real browser."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import handeye
from handeye.actions.errors import InstructionError, NavigationError, UsageError
from handeye.agent.budget import Ending
from handeye.episodes import StopReason, read_episode

PAGE = "<button onclick=\"document.title = 'clicked'\">Save</button><p>Total: 7 EUR</p>"
CODE = "from handeye.cli import main; main()"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HANDEYE_HOME", str(tmp_path / "episodes"))
    return tmp_path / "episodes"


@pytest.fixture
def url(site: Any) -> str:
    made: str = site({"/": PAGE}).url
    return made


def test_a_task_is_run_recorded_and_replayed(url: str, home: Path) -> None:
    events: list[str] = []
    result = handeye.run(
        "click Save, tell me the total", url=url, on_event=lambda event: events.append(event.kind)
    )
    assert (result.ok, result.reason, result.answer) == (True, handeye.StopReason.DONE, "7 EUR")
    assert result.episode is not None
    assert result.episode.parent == home
    started = read_episode(result.episode).started
    assert started is not None
    assert started.versions["handeye"] == handeye.__version__
    assert (events[0], events[-1]) == ("run_started", "run_ended")
    again = handeye.replay(result.episode, record=False)
    assert again.ok, again.message
    assert again.answer == "7 EUR"


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_in_an_asyncio_program_ends_runs_and_replays(url: str) -> None:
    long = handeye.run("wait 1 second, wait 1 second, click Save", url=url).episode
    assert long is not None
    ended: list[StopReason] = []

    async def interrupted(work: Callable[[], handeye.RunResult]) -> None:
        ended.append(work().reason)
        await asyncio.sleep(0)

    def interrupt(_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    for work in (
        lambda: handeye.run("wait 1 second, wait 1 second", url=url, on_event=_once(interrupt)),
        lambda: handeye.replay(long, record=False, speed="recorded", on_step=_once(interrupt)),
    ):
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(interrupted(work))
    assert ended == [StopReason.INTERRUPTED, StopReason.INTERRUPTED]


def _once(tell: Callable[[object], None]) -> Callable[[object], None]:
    """Only the first call gets through."""
    calls: list[object] = []

    def first(event: object) -> None:
        calls.append(event)
        if len(calls) == 1:
            tell(event)

    return first


def test_it_works_inside_and_beside_an_event_loop(url: str) -> None:
    async def inside() -> Any:
        return handeye.run("click Save", url=url)

    async def beside() -> Any:
        return await asyncio.to_thread(handeye.run, "click Save", url=url)

    assert asyncio.run(inside()).ok
    assert asyncio.run(beside()).ok


def test_an_episode_goes_where_it_is_told(url: str, tmp_path: Path) -> None:
    result = handeye.run("click Save", url=url, out=tmp_path / "mine")
    assert result.episode == tmp_path / "mine"
    with pytest.raises(handeye.HandeyeError, match="mine"):
        handeye.run("click Save", url=url, out=tmp_path / "mine")


@pytest.mark.parametrize(
    ("task", "url", "options", "error"),
    [
        ("figure it out", "http://127.0.0.1:9", {}, InstructionError),
        ("", "http://127.0.0.1:9", {}, InstructionError),
        (None, "http://127.0.0.1:9", {}, InstructionError),
        ("click A", "", {}, UsageError),
        ("click A", "no such thing", {}, NavigationError),
        ("click A", "http://127.0.0.1:9", {}, NavigationError),
        ("click A", "http://127.0.0.1:9", {"planner": "nobody"}, UsageError),
        ("click A", "http://127.0.0.1:9", {"grounder": "nobody"}, UsageError),
        ("click A", "http://127.0.0.1:9", {"env": "moon"}, UsageError),
        ("click A", "http://127.0.0.1:9", {"max_steps": 0}, UsageError),
    ],
)
def test_what_cannot_start_raises_and_leaves_no_episode(
    task: Any, url: str, options: dict[str, Any], error: type[Exception], home: Path
) -> None:
    with pytest.raises(error):
        handeye.run(task, url=url, **options)
    assert not home.exists() or not list(home.iterdir())


def test_the_public_names_are_these() -> None:
    assert handeye.__all__ == sorted(handeye.__all__)
    assert set(handeye.__all__) == {
        "HandeyeError", "RunResult", "StopReason", "__version__", "replay", "run",
    }  # fmt: skip
    assert all(getattr(handeye, name) is not None for name in handeye.__all__)
    assert not hasattr(handeye, "nothing")


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import handeye, sys; print([m for m in ('playwright', 'PIL', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_done_is_ok() -> None:
    assert [reason for reason in StopReason if Ending(reason=reason).ok] == [StopReason.DONE]


def command(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CODE, "run", *words],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_tells_results_on_stdout_and_steps_on_stderr(url: str, home: Path) -> None:
    done = command("-", "--url", url, text="click Save\ntell me the total")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("7 EUR\nDone after 1 step in ")
    assert str(home) in done.stdout
    assert "handeye show" in done.stdout
    assert "click Save → button “Save”  ok" in done.stderr


def test_the_command_prints_json_and_fails_with_1(url: str) -> None:
    done = command("click Blorp", "--url", url, "--json")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert (result["ok"], result["reason"]) == (False, "not_found")
    assert "“Blorp” is missing" in done.stderr


def test_a_replay_takes_bare_addresses_and_folders_to_upload_from(
    site: Any, tmp_path: Path
) -> None:
    served = site({"/": "<input type=file aria-label=Photo>"})
    file = tmp_path / "photo.txt"
    file.write_text("x")
    task = f"upload '{file}' to Photo"
    done = handeye.run(task, url=served.url, out=str(tmp_path / "out"), uploads=[str(tmp_path)])
    assert done.episode is not None
    bare = served.url.removeprefix("http://")
    again = handeye.replay(done.episode, url=bare, uploads=[tmp_path], record=False)
    assert again.ok, again.message
    refused = handeye.replay(done.episode, record=False)
    assert "not in a folder" in refused.message
    with pytest.raises(UsageError, match="no folder"):
        handeye.run(task, url=served.url, uploads=[tmp_path / "none"])
