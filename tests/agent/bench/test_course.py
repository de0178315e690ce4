"""Episodes of MiniWoB++ one after the other, in one browser."""

import json
from contextlib import closing
from pathlib import Path

from handeye.agent.bench.course import BenchSettings, Course
from handeye.agent.bench.results import EPISODES
from handeye.episodes import read_episode
from handeye.episodes.result import StopReason


def test_a_recording_says_how_the_page_judged(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"kind": "click", "target": {"phrase": "Submit"}}] * 2))
    settings = BenchSettings(
        out=tmp_path, planner=f"scripted:{script}", grounder="elements", steps=3
    )
    with closing(Course(settings)) as course:
        judged = course.play("enter-text", 0)
    assert (judged.stop, judged.success) == ("task_ended", False)
    ended = read_episode(tmp_path / EPISODES / "enter-text-0").ended
    assert ended is not None
    assert (ended.ok, ended.reason) == (False, StopReason.TASK_ENDED)
    assert ended.message == "The task's page says: -1."

    with closing(Course(BenchSettings(out=tmp_path, steps=3))) as course:
        assert course.play("click-test", 0).success
    ended = read_episode(tmp_path / EPISODES / "click-test-0").ended
    assert ended is not None
    assert (ended.ok, ended.reason) == (True, StopReason.DONE)
