"""Ctrl-C at any moment ends what is done on a desktop, and leaves nothing down and nothing waiting."""

import os
import signal
import threading
import time
from contextlib import suppress
from types import FrameType

import pytest

from handeye.actions import Point, Target, Type
from handeye.envs.desktop import DesktopEnv, PrivateDisplay
from handeye.envs.desktop.x11.link import connect, hang_up
from handeye.envs.interrupts import check, put_off


def keys_down(display: PrivateDisplay) -> list[int]:
    link = connect(display.name, display.key_file)
    down = [at for at, bits in enumerate(link.query_keymap()) if bits]
    hang_up(link)
    return down


@pytest.mark.parametrize("thousandths", range(0, 60, 4))
def test_ctrl_c_while_typing_ends_it_and_lets_go(display: PrivateDisplay, thousandths: int) -> None:
    with DesktopEnv(display, failsafe=False) as env:
        env.observe()
        timer = threading.Timer(0.02 + thousandths / 1000, os.kill, (os.getpid(), signal.SIGINT))
        typing = Type(text="aB" * 20_000, target=Target(point=Point(x=9, y=9)))
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - it may come before the act begins
            timer.start()
            env.act(typing)
        timer.join()
        assert env.observe().screenshot is not None, "the connection still answers"
    assert keys_down(display) == []


def interrupt(*, times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0)


def test_a_signal_waits_for_the_end() -> None:
    reached = False
    with suppress(KeyboardInterrupt), put_off(), put_off():
        interrupt()
        reached = True
    assert reached
    check()  # nothing is left of it


def test_a_signal_is_heard_at_a_good_moment() -> None:
    with put_off(), put_off():
        interrupt()
        with pytest.raises(KeyboardInterrupt):
            check()
        check()


def test_impatience_is_heard() -> None:
    with put_off():
        with pytest.raises(KeyboardInterrupt):
            interrupt(times=2)
        with suppress(KeyboardInterrupt):
            check()


def test_whoever_handles_signals_is_asked_afterwards() -> None:
    heard = []

    def note(number: int, _frame: FrameType | None) -> None:
        heard.append(number)

    before = signal.signal(signal.SIGTERM, note)
    try:
        with put_off():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0)
            assert heard == []
        assert heard == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is note
    finally:
        signal.signal(signal.SIGTERM, before)


def test_other_threads_are_left_alone() -> None:
    def work() -> None:
        with put_off():
            check()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
