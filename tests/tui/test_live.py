"""What is known of a run, from what it says."""

import time
from pathlib import Path

import pytest

from handeye.episodes import RunResult, StopReason, Timing
from handeye.tui.app import HandeyeApp
from handeye.tui.control import Pending
from handeye.tui.live import Live
from handeye.tui.session import Session


def test_the_time_that_a_person_takes_is_told_apart() -> None:
    live = Live()
    live.hear(Pending("review"), 10.0)
    assert live.waited(13.0) == 3.0
    live.hear(None, 15.0)
    assert live.waited(20.0) == 5.0
    live.hear(Pending("approve"), 21.0)
    live.hear(None, 22.0)
    assert live.waited(30.0) == 6.0


class Unrecorded(Session):
    """Its end could not be written, and so nothing is said of it."""

    def _run(self) -> RunResult:
        return RunResult(
            ok=False,
            reason=StopReason.RECORDING_FAILED,
            message="Another program has removed a folder of a long name, and this is the last word",
            timing=Timing(total=0.0),
        )


@pytest.mark.anyio
async def test_why_a_run_ended_is_read_to_its_end(tmp_path: Path) -> None:
    app = HandeyeApp(tmp_path, session=Unrecorded("t", "http://a.test", out=tmp_path / "run"))
    async with app.run_test(size=(80, 24)) as pilot:
        end = time.monotonic() + 30
        while not app.run_screen.live.over:
            assert time.monotonic() < end
            await pilot.pause(0.01)
        await pilot.pause()
        assert "the last word" in "".join(app.run_screen._told)
