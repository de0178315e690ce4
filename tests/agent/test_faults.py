"""What breaks under a run is told to who plans, and the run ends as a whole episode with a reason.

No process is left, and what was told is on the disk.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.agent.faults import (
    MARK,
    alerts,
    below,
    block,
    click,
    end_processes,
    errors_of,
    large,
    on_first,
    popups,
    stream,
    tall,
    wrong,
)
from tests.conftest import Reply

import handeye
from handeye.envs.browser import BrowserEnv, pages, session
from handeye.envs.reach import reach_from
from handeye.episodes import Episode, StopReason, read_episode

ANSWER_SECONDS = 3.0


@pytest.fixture
def play(
    agent_run: Any, script: Callable[..., str], site: Any, tmp_path: Path
) -> Callable[..., Episode]:
    """Plays actions on a site, with a fault, and sees that all ended well; returns the episode."""

    def run(
        served: dict[str, Any],
        *actions: dict[str, Any],
        cause: Callable[[Any], None] = lambda _: None,
        **options: Any,
    ) -> Episode:
        heard: list[str] = []

        def hear(event: Any) -> None:
            heard.append(event.kind)
            cause(event)

        url = site(served).url
        told = [{**each, "url": url + each["url"]} if "url" in each else each for each in actions]
        before = below(os.getpid())
        how = {"answer_seconds": ANSWER_SECONDS, "reach": reach_from(url), **options}
        with BrowserEnv(url, **how) as env:
            env.save_downloads_to(tmp_path / "episode" / "downloads")
            result, episode = agent_run(env, "x", script(*told), on_event=hear)
        assert result.reason is StopReason.DONE, result.message
        assert wrong(result, episode.path, heard, before) == []
        made: Episode = episode
        return made

    return run


@pytest.mark.parametrize("kind", ["renderer", "browser"])
def test_a_page_or_browser_that_dies(play: Callable[..., Episode], kind: str) -> None:
    cause = on_first("intent", lambda: end_processes(kind))
    episode = play({"/": MARK}, click("Mark"), click("Mark"), cause=cause)
    assert errors_of(episode) == ["crashed", ""]


def test_a_gpu_process_that_dies_is_the_browsers_own_affair(play: Callable[..., Episode]) -> None:
    cause = on_first("intent", lambda: end_processes("gpu-process"))
    episode = play({"/": MARK}, click("Mark"), click("Mark"), cause=cause)
    assert errors_of(episode) == ["", ""]


def test_a_page_that_blocks_its_thread(play: Callable[..., Episode]) -> None:
    episode = play({"/": MARK + block(60)}, click("Block"), click("Mark"))
    assert errors_of(episode) == ["crashed", ""]


LEAVING = {
    "link": [click("Go")],
    "script": [{"kind": "goto", "url": "/leaves"}],
    "refresh": [{"kind": "goto", "url": "/refreshes"}],
    "address": [{"kind": "goto", "url": "/never"}],
    "back": [
        {"kind": "goto", "url": "/once"},
        {"kind": "goto", "url": "/after"},
        {"kind": "back"},
    ],
}


@pytest.mark.parametrize("way", LEAVING)
def test_a_navigation_that_never_ends(
    play: Callable[..., Episode], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(pages, "NAVIGATION_MS", 1000 * ANSWER_SECONDS)
    asked: list[str] = []

    def once() -> Reply:
        """A page that is answered only the first time that it is asked for."""
        asked.append("once")
        late = 0 if len(asked) == 1 else 600
        return Reply("<title>Once</title>", delay=late, headers={"Cache-Control": "no-store"})

    served = {
        "/": MARK + "<a href=/never>Go</a>",
        "/never": Reply("late", delay=600),
        "/leaves": "<script>location = '/never'</script><p>Leaving",
        "/refreshes": MARK + "<meta http-equiv=refresh content='0;url=/never'>",
        "/once": once,
        "/after": MARK,
    }
    episode = play(served, *LEAVING[way], click("Mark"))
    *before, failed, last = errors_of(episode)
    assert (set(before) <= {""}, failed, last) == (True, "navigation", "")


def test_a_page_that_loads_itself_for_ever(play: Callable[..., Episode]) -> None:
    again = "<title>Again</title><script>setTimeout(() => location = '/again')</script>"
    served = {"/": MARK + "<a href=/again>Go</a>", "/again": again}
    episode = play(served, click("Go"), {"kind": "goto", "url": "/"}, click("Mark"))
    assert errors_of(episode)[-2:] == ["", ""]


def test_a_storm_of_alerts(play: Callable[..., Episode]) -> None:
    storm = {"/": alerts(60) + MARK}
    episode = play(storm, click("Alerts"), click("Mark"), answer_seconds=30.0)
    assert errors_of(episode) == ["", ""]
    dialogs = episode.steps[1].observed.dialogs
    assert [each.message for each in dialogs[:20]] == [str(number) for number in range(20)]
    assert [each.message for each in dialogs[20:]] == ["40 more dialogs came after these."]
    assert not any(each.accepted for each in dialogs)


def test_alerts_without_end(play: Callable[..., Episode]) -> None:
    episode = play({"/": alerts(None) + MARK}, click("Alerts"), click("Mark"))
    assert errors_of(episode) == ["crashed", ""]


def test_popups_beyond_what_may_be_open(
    play: Callable[..., Episode], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MOST_TABS", 8)
    back = {"kind": "switch_tab", "index": 0}
    served = {"/": popups(20) + MARK, "/popup": "<title>Popup</title>"}
    episode = play(
        served, click("Popups"), back, click("Mark"), {"kind": "new_tab"}, answer_seconds=30.0
    )
    assert errors_of(episode) == ["", "", "", "refused"]
    seen = [step.observed for step in episode.steps]
    assert seen[2].title == "9"
    assert max(len(each.tabs) for each in seen) == 8
    assert "8 tabs are open" in str([each.blocked for each in seen])


def test_a_download_without_end(play: Callable[..., Episode]) -> None:
    served = {
        "/": "<a href=/endless>Endless</a><a href=/small>Small</a>",
        "/endless": Reply(stream(None), headers={"Content-Type": "application/x-thing"}),
        "/small": Reply(stream(1), headers={"Content-Type": "application/x-thing"}),
    }
    loads = [click(name) | {"kind": "download"} for name in ("Endless", "Small")]
    episode = play(served, *loads, max_download_mb=2)
    assert errors_of(episode) == ["refused", ""]
    assert "more than 2 MB" in str(episode.steps[1].observed.blocked)
    assert [file.name for file in (episode.path / "downloads").iterdir()] == ["small"]


def test_a_page_of_50_000_pixels(play: Callable[..., Episode]) -> None:
    down = {"kind": "scroll", "dx": 0, "dy": 60_000}
    episode = play({"/": tall(50_000)}, down, click("Mark"))
    assert errors_of(episode) == ["", ""]
    assert episode.steps[-1].observed.title == "marked"


def test_a_document_of_megabytes(play: Callable[..., Episode]) -> None:
    episode = play({"/": large(0.5)}, click("Mark"), answer_seconds=30.0)
    assert errors_of(episode) == [""]


FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
JUMPS = """
import os, sys, time
from pathlib import Path
import handeye

del os.environ["LD_PRELOAD"]  # a browser does not start with it
clock, jumps = Path(os.environ["FAKETIME_TIMESTAMP_FILE"]), ["+365d", "-1d"]

def jump(event):
    if event.kind == "intent":
        clock.write_text(jumps.pop())
        print(time.time())

task = 'click "Mark", click "Mark"'
result = handeye.run(task, url=sys.argv[1], out=sys.argv[2], on_event=jump)
raise SystemExit(not result.ok)
"""


@pytest.mark.skipif(FAKETIME is None, reason="setting the clock needs faketime: make packages")
def test_a_clock_that_is_set_back_and_forward(site: Any, tmp_path: Path) -> None:
    """The C library tells the process another time, as it does once the system's clock is set."""
    clock, out = tmp_path / "clock", tmp_path / "episode"
    clock.write_text("+0")
    set_clock = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    start = time.time()
    ran = subprocess.run(
        [sys.executable, "-c", JUMPS, site({"/": MARK}).url, str(out)],
        env=os.environ | set_clock, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    back, forward = (float(line) - start for line in ran.stdout.split())
    assert back < -86_000
    assert forward > 364 * 86_400
    episode = read_episode(out)
    times = [recorded.time for recorded in episode.events]
    assert times == sorted(times)
    assert times[-1] - times[0] < 60
    assert episode.ended is not None
    assert episode.ended.timing.total < 60


HALF_AN_ANSWER = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    client = server.accept()[0]
    client.recv(100_000)
    head = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\n\\r\\n"
    client.sendall(head + b'data: {"choices":[{"index":0,"delta":{"content":"[{"}}]}\\n\\n')
    print("half", flush=True)
    client.recv(1)
"""


def test_a_model_server_that_dies_in_the_middle_of_an_answer(
    script: Callable[..., str], site: Any, tmp_path: Path
) -> None:
    heard: list[str] = []
    before = below(os.getpid())
    command = [sys.executable, "-c", HALF_AN_ANSWER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())

        def die() -> None:
            assert server.stdout is not None
            server.stdout.readline()
            server.kill()
            server.wait()

        death = threading.Thread(target=die)
        death.start()
        result = handeye.run(
            "x",
            url=site({"/": MARK}).url,
            planner=script(click("the mark")),
            grounder=f"remote:qwen3-vl@http://127.0.0.1:{port}",
            out=tmp_path / "episode",
            on_event=lambda event: heard.append(event.kind),
        )
        death.join()
    assert result.reason is StopReason.BACKEND_FAILED
    assert "No server answers" in result.message
    assert wrong(result, tmp_path / "episode", heard, before) == []
