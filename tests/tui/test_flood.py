"""A run that says more than can be drawn: no key is lost, and what came last is what is shown."""

import time
from pathlib import Path

import pytest
from tests.tui.conftest import look

from handeye.actions import Done
from handeye.episodes import EpisodeWriter, RunResult, StopReason, Timing
from handeye.episodes.events import Planned, RunStarted
from handeye.tui.app import HandeyeApp
from handeye.tui.pace import Pace
from handeye.tui.session import Heard, Session
from handeye.tui.widgets.rows import RowList

LOOKS = 60


class Flood(Session):
    """All that it says comes as fast as the queue takes it."""

    def _run(self) -> RunResult:
        with EpisodeWriter("flood", path=self.path) as writer:
            writer.emit(RunStarted(task="flood", env="browser", planner="p", grounder="g"))
            for step in range(LOOKS):
                event = writer.observed(step, look(step))
                writer.emit(event)
                self._put(event)
                self._put(Heard("word ", "thought"))
                self._put(Planned(step=step, thought=f"thought {step}", action=Done()))
        return RunResult(ok=True, reason=StopReason.DONE, timing=Timing(total=0.0))


@pytest.mark.anyio
async def test_no_key_is_dropped_and_the_last_picture_is_the_last_look(tmp_path: Path) -> None:
    app = HandeyeApp(tmp_path, session=Flood("flood", "http://a.test", out=tmp_path / "flood"))
    async with app.run_test(size=(120, 40)) as pilot:
        run, end = app.run_screen, time.monotonic() + 60
        rows = run.query_one(RowList)
        while rows.count < 10:
            assert time.monotonic() < end
            await pilot.pause(0.01)
        await pilot.press("home")
        for number in range(1, 8):
            await pilot.press("down")
            assert rows.cursor == number
        while run._framed is None or run._framed is not run.live.observed or not run.live.over:
            assert time.monotonic() < end
            await pilot.pause(0.01)
        assert rows.count == LOOKS
        assert f"thought {LOOKS - 1}" in "".join(run._told)


def test_slow_drawing_is_done_less_often() -> None:
    pace = Pace(share=0.5, least=0.25)
    pace.began(10.0)
    assert not pace.ready(10.5), "it is being drawn"
    pace.drawn(11.0)
    assert not pace.ready(11.75)
    assert pace.ready(12.0)
    pace.began(20.0)
    pace.drawn(20.0)
    assert not pace.ready(20.125)
    assert pace.ready(20.25)
    pace.began(30.0)
    assert pace.ready(40.0), "nobody said that it was drawn"
