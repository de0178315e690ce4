"""`handeye tui` where it cannot run."""

import subprocess
import sys


def test_without_a_terminal_it_says_what_to_use_instead() -> None:
    command = [sys.executable, "-c", "from handeye.cli import main; main()", "tui"]
    ran = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "needs a terminal" in ran.stderr
    assert "handeye episodes list" in ran.stderr
