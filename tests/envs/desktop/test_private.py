"""A private display comes with all that is on it, goes with all that is on it, and is nobody
else's."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from handeye.actions import Size
from handeye.actions.errors import DisplayBusyError, DisplayError
from handeye.envs.desktop import DesktopEnv, PrivateDisplay
from handeye.envs.desktop.x11.link import connect, hang_up

Until = Callable[..., bool]
LONELY = """
import os, subprocess, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
"""
HOLD = """
import sys, time
from handeye.envs.desktop import DesktopEnv, PrivateDisplay
display = PrivateDisplay()
env = DesktopEnv(display)
display.start([sys.executable, "-c", sys.argv[2], sys.argv[1]])
print(display.name, display.folder, flush=True)
time.sleep(600)
"""


def left_of(name: str, folder: str) -> list[str]:
    """What there still is of a display."""
    number = name.removeprefix(":")
    paths = [Path(folder), Path(f"/tmp/.X11-unix/X{number}"), Path(f"/tmp/.X{number}-lock")]
    processes = [
        process.info["name"]
        for process in psutil.process_iter(["name", "cmdline"])
        if any(folder in word for word in process.info["cmdline"] or ())
    ]
    return [*(str(path) for path in paths if path.exists()), *processes]


def test_it_has_the_size_that_was_asked_for() -> None:
    with PrivateDisplay(Size(width=640, height=480)) as display, DesktopEnv(display) as env:
        seen = env.observe()
        assert seen.screenshot.image.size == (640, 480)
        assert seen.elements is None


def test_nothing_is_left(tmp_path: Path, until: Until) -> None:
    """Also of a program that has cut itself loose from its parent."""
    note = tmp_path / "pid"
    with PrivateDisplay() as display:
        display.start([sys.executable, "-c", LONELY, str(note)])
        assert until(note.exists)
        assert until(lambda: note.read_text() != "")
        lonely = int(note.read_text())
        assert psutil.pid_exists(lonely)
        assert left_of(display.name, str(display.folder)) != []
    assert left_of(display.name, str(display.folder)) == []
    assert until(lambda: not psutil.pid_exists(lonely))
    display.close()


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_after_handeye_is_killed(
    tmp_path: Path, until: Until, way: signal.Signals
) -> None:
    note = tmp_path / "pid"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(note), LONELY],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as handeye:
        assert handeye.stdout is not None
        try:
            name, folder = handeye.stdout.readline().split()
            assert until(lambda: note.exists() and note.read_text() != "")
            handeye.send_signal(way)
            handeye.wait()
        finally:
            handeye.kill()
    assert until(lambda: left_of(name, folder) == [])
    assert until(lambda: not psutil.pid_exists(int(note.read_text())))


def test_the_keeper_dies(until: Until) -> None:
    """The server goes with it, and a run on the display learns of it."""
    with PrivateDisplay() as display, DesktopEnv(display) as env:
        env.observe()
        os.kill(display._keeper.pid, signal.SIGKILL)
        assert until(lambda: not Path(f"/tmp/.X{display.name[1:]}-lock").exists())
        # Its file goes a moment before those who are connected learn of it.
        with pytest.raises(DisplayError, match=r"is gone|cannot be looked at"):
            until(lambda: env.observe() is None)


def test_a_connection_whose_server_has_ended_says_so_each_time() -> None:
    from Xlib.error import ConnectionClosedError

    with PrivateDisplay() as display:
        link = connect(display.name, display.key_file)
        link.sync()
        display.close()
        for _ in range(2):
            with pytest.raises(ConnectionClosedError):
                link.sync()
        hang_up(link)


def test_only_who_has_the_key_may_look(
    display: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XAUTHORITY", raising=False)
    with pytest.raises(DisplayError, match="Authorization required"):
        connect(display.name)


def test_two_handeyes_on_one_display(display: PrivateDisplay) -> None:
    with DesktopEnv(display), pytest.raises(DisplayBusyError, match="Another handeye"):
        DesktopEnv(display)
    with DesktopEnv(display):
        pass


def test_programs_get_fresh_settings_and_no_session_bus(
    display: PrivateDisplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    env = display.env
    assert "WAYLAND_DISPLAY" not in env
    assert env["XDG_CONFIG_HOME"].startswith(str(display.folder))
    assert env["DBUS_SESSION_BUS_ADDRESS"] == "disabled:"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["/no/such/program"], "cannot be started: No such file"),
        (["sh", "-c", "echo broken >&2; exit 3"], "ended with code 3 and showed no window: broken"),
    ],
)
def test_an_application_that_does_not_start(
    display: PrivateDisplay, command: list[str], message: str
) -> None:
    with pytest.raises(DisplayError, match=message):
        display.open(command)


def test_an_application_without_a_window(display: PrivateDisplay) -> None:
    with pytest.raises(DisplayError, match=r"no window within 0\.2 s"):
        display.open(["sleep", "60"], seconds=0.2)


@pytest.mark.parametrize("program", ["Xvfb", "openbox"])
def test_a_missing_program_is_named_with_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    for name in {"Xvfb", "openbox"} - {program}:
        (tmp_path / name).symlink_to("/bin/true")
    monkeypatch.setenv("PATH", str(tmp_path))
    before = set(Path("/tmp").glob("handeye-display-*"))
    with pytest.raises(DisplayError, match=f"needs {program}.*apt-get install"):
        PrivateDisplay()
    assert set(Path("/tmp").glob("handeye-display-*")) <= before


def test_a_server_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "Xvfb"
    fake.write_text("#!/bin/sh\necho no memory >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(DisplayError, match="Xvfb did not start: no memory"):
        PrivateDisplay()


def test_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DisplayError, match=r"DISPLAY is not set.*--display new"):
        DesktopEnv()


def test_wayland(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(DisplayError, match=r"Wayland session.*X11 \(Xorg\) session"):
        DesktopEnv()


@pytest.mark.parametrize("name", [":987", "nonsense", "no.such.host:0"])
def test_a_display_that_is_not_there(name: str) -> None:
    with pytest.raises(DisplayError):
        DesktopEnv(name)
