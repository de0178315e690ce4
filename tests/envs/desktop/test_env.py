"""The environment on a private display: looking, acting, stopping, and what is left afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from handeye.actions import Box, Click, Goto, Point, Target, Type
from handeye.actions.errors import DisplayBusyError, StoppedError
from handeye.envs.desktop import DesktopEnv, PrivateDisplay

LISTENER = str(Path(__file__).with_name("listener.py"))
HOLD = """import sys, time
from handeye.envs.desktop import PrivateDisplay
display = PrivateDisplay()
display.start(["sleep", "300"])
print(display.folder, flush=True)
time.sleep(300)
"""


def test_it_looks_and_acts_and_names_what_it_cannot_do(
    display: PrivateDisplay, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    log.touch()
    display.open([sys.executable, LISTENER, str(log)])
    with DesktopEnv(display) as env:
        seen = env.observe()
        assert (seen.elements, seen.title) == (None, "Listener")
        assert seen.screenshot.image.size == (
            seen.screenshot.space.size.width,
            seen.screenshot.space.size.height,
        )
        middle = seen.screenshot.space.clamp(Point(x=640, y=400))
        assert env.act(Click(target=Target(point=middle))).ok
        assert env.act(Type(text="ä")).ok
        refused = env.act(Goto(url="http://127.0.0.1/")).error
        assert refused is not None
        assert refused.kind == "unsupported"
        with pytest.raises(DisplayBusyError, match="Another handeye"):
            DesktopEnv(display)
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert ["button", "down", 1] in [line[:3] for line in lines]
    assert ["key", "down", ord("ä")] in [line[:3] for line in lines]
    with DesktopEnv(display) as again:  # the display is free for the next one
        assert again.observe().title == "Listener"


def test_a_pointer_in_a_corner_stops_it(display: PrivateDisplay) -> None:
    from handeye.envs.desktop.x11.link import connect

    with DesktopEnv(display) as env:
        env.observe()
        link = connect(display.name, display.key_file)
        link.screen().root.warp_pointer(0, 0)
        link.sync()
        link.close()
        with pytest.raises(StoppedError, match="corner"):
            env.act(Click(target=Target(point=Box(x1=100, y1=100, x2=110, y2=110).center)))


def test_a_closed_display_leaves_nothing() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    with PrivateDisplay() as made:
        folder = made.folder
        made.start(["sleep", "300"])
        started = {c.pid for c in psutil.Process().children(recursive=True)} - before
        assert len(started) >= 3  # the keeper, Xvfb, openbox, sleep
    assert not folder.exists()
    assert not any(psutil.pid_exists(pid) for pid in started)


def test_a_killed_handeye_leaves_nothing() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().strip())
    assert folder.is_dir()
    started = psutil.Process(holder.pid).children(recursive=True)
    assert len(started) >= 3
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    _, alive = psutil.wait_procs(started, timeout=15)
    assert alive == []
    end = time.monotonic() + 5
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not folder.exists()
