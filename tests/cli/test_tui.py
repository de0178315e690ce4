"""`handeye tui` where it cannot run."""

import os
import pty
import subprocess
import sys

COMMAND = [sys.executable, "-c", "from handeye.cli import main; main()", "tui"]


def test_without_a_terminal_it_says_what_to_use_instead() -> None:
    ran = subprocess.run(
        COMMAND, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "needs a terminal" in ran.stderr
    assert "handeye episodes list" in ran.stderr


def test_a_terminal_that_knows_no_positions_is_none() -> None:
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "dumb"}
    ran = subprocess.run(
        COMMAND, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False,
        env=environment, timeout=60,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert ran.returncode == 2
    assert "needs a terminal" in ran.stderr
