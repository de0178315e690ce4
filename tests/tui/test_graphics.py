"""Terminals that answer for themselves, as an xterm and a kitty 0.26 that were looked at by hand did.

The answers lie ready before they are asked for, in the order of the questions, so that a busy machine
is not too late with them.
"""

import os
import pty
import re
import select
import signal
import sys

import pytest

ASK = "from handeye.tui.graphics import GRAPHICS; print('GRAPHICS', GRAPHICS.value)"
NO_SIXEL, SIXEL = b"\x1b[?62;c", b"\x1b[?63;1;2;4;6c"
KNOWS_KITTY = b"\x1b_Gi=1;OK\x1b\\"
OLD, NEW = b"\x1bP>|kitty(0.26.5)\x1b\\", b"\x1bP>|kitty(0.28.1)\x1b\\"


def chosen(answers: bytes) -> str:
    """What handeye takes in a terminal that gives these answers."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-c", ASK])
    try:
        os.write(terminal, answers)
        heard = b""
        while not (found := re.search(rb"GRAPHICS (\w+)", heard)):
            assert select.select([terminal], [], [], 30)[0], heard
            heard += os.read(terminal, 4096)
        return found[1].decode()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


@pytest.mark.parametrize(("answers", "expected"), [
    pytest.param(SIXEL, "sixel", id="xterm"),
    pytest.param(NO_SIXEL, "characters", id="no graphics"),
    pytest.param(b"", "characters", id="says nothing"),
    pytest.param(NO_SIXEL + KNOWS_KITTY + NEW, "kitty", id="kitty"),
    pytest.param(NO_SIXEL + KNOWS_KITTY + OLD, "characters", id="kitty before placeholders"),
    pytest.param(NO_SIXEL + KNOWS_KITTY, "kitty", id="graphics, no name"),
])  # fmt: skip
def test_how_pictures_are_shown(answers, expected):
    assert chosen(answers) == expected
