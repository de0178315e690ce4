"""Runs that are cut off: killed while they do a step, or an episode as a kill would have left it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import wait_until

from handeye.episodes.envelope import EVENTS_FILE

HANDEYE = (sys.executable, "-c", "from handeye.cli import main; main()")


def kill_in_step(out: Path, step: int, task: str, *options: str) -> None:
    """Start `handeye run` into the folder `out`, and kill it when it is about to do a step."""
    events, mark = out / EVENTS_FILE, f'"kind":"intent","step":{step}'.encode()
    with subprocess.Popen(
        [*HANDEYE, "run", task, *options, "--out", str(out)],
        stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        there = wait_until(lambda: events.exists() and mark in events.read_bytes(), 30)
        os.killpg(process.pid, signal.SIGKILL)
    assert there


def cut_after(folder: Path, kind: str, step: int) -> None:
    """Leave of an episode what a kill would have left that came while the next line was written."""
    lines = (folder / EVENTS_FILE).read_bytes().splitlines(keepends=True)
    mark = f'"kind":"{kind}","step":{step}'.encode()
    at = next(number for number, line in enumerate(lines) if mark in line)
    (folder / EVENTS_FILE).write_bytes(b"".join(lines[: at + 1]) + b'{"seq":')
