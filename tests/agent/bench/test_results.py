"""Results survive a kill, never mix with those of other settings, and are counted right."""

import pytest
from typer.testing import CliRunner

from handeye.actions.errors import UsageError
from handeye.agent.bench import BenchResults, Played, Results, load_results
from handeye.agent.bench.report import markdown
from handeye.agent.bench.wanted import named_tasks
from handeye.cli.app import app

SETTINGS = {"planner": "instructions", "limits": "10 steps, 180 s"}


def played(task="click-test", seed=1000, raw=1.0, stop="task_ended"):
    return Played(
        task=task, seed=seed, done=True, raw_reward=raw, reward=raw, steps=2, seconds=1.5, stop=stop
    )


def test_what_is_on_disk_is_not_played_again(tmp_path):
    Results(tmp_path, SETTINGS).add(played())
    again = Results(tmp_path, SETTINGS)
    assert again.played == (played(),)
    assert load_results(tmp_path).played == (played(),)
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
    others = {**SETTINGS, "planner": "mistyped"}
    Results(tmp_path, others)  # nothing was played, so that nothing can mix
    Results(tmp_path, SETTINGS).add(played())
    with pytest.raises(UsageError, match="other settings"):
        Results(tmp_path, others)


def test_the_report_counts_successes_and_whole_ones(tmp_path):
    rewards = {1000: 1.0, 1001: 0.4, 1002: 0.0, 1003: -1.0}
    those = tuple(played(seed=seed, raw=raw) for seed, raw in rewards.items())
    text = markdown(BenchResults(folder=tmp_path, settings=SETTINGS, played=those))
    assert "| **all** | 2 | 4 | 0.500 | 0.150–0.850 | 1 | 0.10 |" in text
    assert "Not solved: task_ended 2." in text


def test_a_task_that_there_is_not_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match=r"No such task: click-tets.*click-test,"):
        named_tasks("enter-text,click-tets")


def test_an_episode_that_nobody_could_try_says_why():
    failed = played(raw=0.0, stop="backend_failed").model_copy(update={"message": "No route."})
    assert failed.line().endswith("backend_failed: No route.")
    assert played().line().endswith("task_ended")


def test_no_names_are_not_a_set():
    done = CliRunner().invoke(app, ["bench", "miniwob", "--tasks", ""])
    assert "No task is named" in str(done.exception)
