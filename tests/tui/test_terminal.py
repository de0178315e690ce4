"""End to end in a real terminal: keys go in, characters come out, and Chromium does the task."""

import os
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from handeye.envs.shop import DEMO, serve
from handeye.episodes import StopReason, list_episodes, read_episode

if shutil.which("tmux") is None:
    pytest.skip("tmux is not installed: apt-get install tmux", allow_module_level=True)


class Terminal:
    """A tmux server of its own, with one window."""

    def __init__(self, home: Path) -> None:
        self._socket = f"handeye-{secrets.token_hex(4)}"
        self._home = home

    def run(self, *command: str) -> None:
        line = shlex.join([sys.executable, "-c", "from handeye.cli import main; main()", *command])
        keep = f"{line}; echo ENDED $?; exec sleep 60"
        size = ("-x", "120", "-y", "40")
        self.tmux("-f", "/dev/null", "new-session", "-d", *size, keep)

    def tmux(self, *arguments: str) -> str:
        environment = {**os.environ, "HANDEYE_HOME": str(self._home), "LC_ALL": "C.UTF-8"}
        # Textual takes the size from these, whatever the terminal's is; pytest's workers have them.
        for name in ("TMUX", "COLUMNS", "LINES"):
            environment.pop(name, None)
        ran = subprocess.run(
            ["tmux", "-L", self._socket, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    @property
    def shown(self) -> str:
        return self.tmux("capture-pane", "-p")

    def close(self) -> None:
        with suppress(subprocess.CalledProcessError):  # it is closed already
            self.tmux("kill-server")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "home")
    yield made
    made.close()


@pytest.mark.heavy
def test_a_run_is_paused_stepped_finished_and_looked_at(
    terminal: Terminal, until: Callable[..., bool], tmp_path: Path
) -> None:
    def shows(*words: str) -> None:
        assert until(lambda: all(word in terminal.shown for word in words), 40), terminal.shown

    with serve() as shop:
        terminal.run(
            "run",
            DEMO.instruction,
            "--url",
            shop.url,
            "--tui",
            "--max-seconds",
            "60",
        )
        shows("Steps", "Now")
        terminal.press("Space")
        shows("Send this?")
        terminal.press("Space")
        shows("Done", "o opens the trace")
        terminal.press("o")
        shows("Before", "type 'desk lamp'")
        terminal.press("q")
        shows("ENDED 0", "Done after")
    (name,) = list_episodes(tmp_path / "home")
    assert read_episode(tmp_path / "home" / name).finished


@pytest.mark.parametrize("how", ["closed", "left"])
def test_a_run_of_which_the_terminal_is_closed_or_left_and_interrupted_has_its_end(
    terminal: Terminal, until: Callable[..., bool], tmp_path: Path, how: str
) -> None:
    def shows(*words: str) -> None:
        assert until(lambda: all(word in terminal.shown for word in words), 40), terminal.shown

    out = tmp_path / "home" / "run"
    with serve() as shop:
        terminal.run("run", DEMO.instruction, "--url", shop.url, "--tui", "--out", str(out))
        shows("Running")
        terminal.press("Space")
        shows("Send this?")
        if how == "closed":
            (started,) = psutil.Process(
                int(terminal.tmux("list-panes", "-F", "#{pane_pid}"))
            ).children()
            terminal.close()
            assert until(lambda: not started.is_running() or started.status() == "zombie", 40)
        else:
            terminal.press("q")
            shows("A run goes on")
            terminal.press("n")
            shows("The run goes on; Ctrl-C stops it")
            terminal.press("C-c")
            shows("ENDED 130")
        assert until(lambda: read_episode(out).finished, 40)
    episode = read_episode(out)
    assert episode.ended is not None
    assert episode.ended.reason is StopReason.INTERRUPTED
    if how == "closed":
        assert not any(step.intent for step in episode.steps), "nothing is sent unasked"
