"""Results survive a kill, never mix with those of other settings, and are counted right."""

import pytest
from tests.bench.miniwob_results import Played, Results, report, wilson

from handeye.actions.errors import UsageError

SETTINGS = {"planner": "instructions", "limits": "10 steps, 180 s"}


def played(task="click-test", seed=1000, raw=1.0, stop="task_ended"):
    return Played(
        task=task, seed=seed, done=True, raw_reward=raw, reward=raw, steps=2, seconds=1.5, stop=stop
    )


def test_what_is_on_disk_is_not_played_again(tmp_path):
    Results(tmp_path, SETTINGS).add(played())
    again = Results(tmp_path, SETTINGS)
    assert again.played == (played(),)
    assert not again.missing("click-test", 1000)
    assert again.missing("click-test", 1001)


def test_half_a_line_that_a_kill_left_is_cut_off(tmp_path):
    Results(tmp_path, SETTINGS).add(played())
    with (tmp_path / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"task": "click-li')
    results = Results(tmp_path, SETTINGS)
    results.add(played("click-link"))
    assert {each.task for each in Results(tmp_path, SETTINGS).played} == {
        "click-test",
        "click-link",
    }


def test_an_episode_is_played_again_when_only_the_models_server_failed(tmp_path):
    results = Results(tmp_path, SETTINGS)
    results.add(played(raw=0.0, stop="backend_failed"))
    assert results.missing("click-test", 1000)
    results.add(played())
    assert Results(tmp_path, SETTINGS).played == (played(),)


def test_results_of_other_settings_do_not_mix(tmp_path):
    Results(tmp_path, SETTINGS)
    with pytest.raises(UsageError, match="other settings"):
        Results(tmp_path, {**SETTINGS, "limits": "20 steps, 180 s"})


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (43, 375, 0.0863, 0.1509),
    ],
)
def test_the_interval_of_a_share(hits, count, low, high):
    assert wilson(hits, count) == pytest.approx((low, high), abs=1e-4)


def test_the_report_counts_successes_and_whole_ones():
    rewards = {1000: 1.0, 1001: 0.4, 1002: 0.0, 1003: -1.0}
    text = report(SETTINGS, [played(seed=seed, raw=raw) for seed, raw in rewards.items()])
    assert "| **all** | 2 | 4 | 0.500 | 0.150–0.850 | 1 | 0.10 |" in text
    assert "Not solved: task_ended 2." in text
