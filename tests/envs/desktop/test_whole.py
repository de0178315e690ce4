"""A signal in the middle of an exchange with the X server leaves the connection usable."""

import os
import signal
import threading

import pytest

from handeye.envs.desktop import PrivateDisplay
from handeye.envs.desktop.x11.link import connect
from handeye.envs.desktop.x11.whole import signals_waiting


@pytest.mark.timeout(60)
def test_an_interrupt_does_not_break_the_connection(display: PrivateDisplay) -> None:
    link = connect(display.name, display.key_file)
    for number in range(40):
        timer = threading.Timer(0.0007 * (number % 10), os.kill, (os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012
            timer.start()
            while True:
                link.screen().root.query_pointer()
        timer.join()
        assert link.screen().root.query_pointer().same_screen
    link.close()


def test_a_signal_comes_after_the_block_and_a_second_one_at_once() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), signals_waiting():  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        done.append("the rest of the block")
    assert done == ["the rest of the block"]
    with pytest.raises(KeyboardInterrupt), signals_waiting():  # noqa: PT012
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        done.append("never")
    assert done == ["the rest of the block"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
