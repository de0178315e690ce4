"""handeye's agent on BrowserGym's observations and calls, both ways round."""

import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handeye.actions.errors import BackendError, UsageError
from handeye.agent.browsergym import HandeyeAgent, Who, play
from handeye.envs.browsergym import observation_of
from handeye.envs.miniwob import MiniwobEnv
from handeye.episodes import StopReason, read_episode

spec = importlib.util.spec_from_file_location("little", Path(__file__).with_name("little.py"))
assert spec is not None
assert spec.loader is not None
little = importlib.util.module_from_spec(spec)
spec.loader.exec_module(little)

TASKS = ("click-test-2", "enter-text", "click-checkboxes", "choose-list", "login-user")


@pytest.fixture(scope="module")
def miniwob() -> Iterator[MiniwobEnv]:
    with MiniwobEnv() as env:
        yield env


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_solved_with_what_browsergym_tells(
    miniwob: MiniwobEnv, tmp_path: Path, task: str
) -> None:
    env = little.Little(miniwob, task)
    got = play(env, seed=1, who=Who(out=tmp_path))
    assert (got.reward, got.terminated, got.truncated) == (1.0, True, False), env.calls
    assert got.goal == env.seen()["goal"]
    assert got.result.reason is StopReason.INTERRUPTED  # by the end of the task
    episode = read_episode(tmp_path / "1")
    assert episode.started is not None
    assert (episode.started.env, episode.started.task) == ("browsergym", got.goal)


def test_elements_are_named_as_in_handeyes_own_browser(miniwob: MiniwobEnv) -> None:
    """Of what both list, the places agree within two pixels."""
    env = little.Little(miniwob, "click-checkboxes")
    told, _ = env.reset(seed=3)
    own = miniwob.observe()
    other = observation_of(told)
    assert other.screenshot.space == own.screenshot.space
    assert own.elements is not None
    assert other.elements is not None
    controls = ("checkbox", "button")
    mine, theirs = (
        {
            (each.role, each.name, each.checked): each.box
            for each in elements
            if each.role in controls
        }
        for elements in (own.elements, other.elements)
    )
    assert mine.keys() == theirs.keys()
    assert len(mine) > 2
    for key, box in mine.items():
        assert box.center.distance(theirs[key].center) < 2


def test_what_is_not_understood_is_reported_and_nothing_is_done(
    miniwob: MiniwobEnv, tmp_path: Path
) -> None:
    env = little.Little(miniwob, "click-test-2")
    env.reset(seed=1)
    first = env.seen()
    strange = {**first, "goal_object": ({"type": "text", "text": "Glorb the frobnicator"},)}
    agent = HandeyeAgent(Who(out=tmp_path))
    said, _ = agent.get_action(strange)
    assert said is not None
    assert said.startswith("report_infeasible(")
    assert "Glorb" in said
    assert agent.get_action(strange)[0] is None
    assert env.calls == []


def test_as_an_agent_it_is_asked_again_and_again(miniwob: MiniwobEnv, tmp_path: Path) -> None:
    env = little.Little(miniwob, "enter-text")
    agent = HandeyeAgent(Who(out=tmp_path))
    seen, _ = env.reset(seed=2)
    reward, over = 0.0, False
    while not over:
        words, told = agent.get_action(agent.obs_preprocessor(seen))
        assert words is not None
        assert "think" in told
        seen, reward, over, _, _ = env.step(words)
    assert reward == 1.0
    agent.close()
    agent.close()
    assert agent.get_action(seen)[0] is None
    episode = read_episode(tmp_path / "1")
    assert episode.ended is not None
    assert "environment has ended" in episode.ended.message


def test_an_agent_that_is_dropped_leaves_no_thread(miniwob: MiniwobEnv, tmp_path: Path) -> None:
    def running() -> int:
        return sum(thread.name == "handeye-agent" for thread in threading.enumerate())

    before = running()
    seen, _ = little.Little(miniwob, "enter-text").reset(seed=2)
    agent = HandeyeAgent(Who(out=tmp_path))
    agent.get_action(seen)
    assert running() == before + 1
    del agent
    assert running() == before


def test_an_action_that_fails_is_told_to_the_planner(miniwob: MiniwobEnv, tmp_path: Path) -> None:
    env = little.Little(miniwob, "click-test-2")
    tried: list[Any] = []

    def refuse(name: str, _: list[Any]) -> None:
        tried.append(name)
        raise ValueError("Timeout 5000ms exceeded.")

    env._do = refuse
    got = play(env, seed=1, who=Who(out=tmp_path))
    assert got.reward == 0.0
    assert "Timeout 5000ms" in got.result.message
    assert env.calls[-1].startswith("report_infeasible(")
    assert tried


def test_a_wrong_planner_is_told_before_anything_is_done(miniwob: MiniwobEnv) -> None:
    env = little.Little(miniwob, "click-test-2")
    with pytest.raises(UsageError, match="instrctions"):
        play(env, seed=1, who=Who(planner="instrctions"))
    seen, _ = env.reset(seed=1)
    with pytest.raises(UsageError, match="instrctions"):
        HandeyeAgent(Who(planner="instrctions")).get_action(seen)


def test_without_browsergym_its_actions_are_missed_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "browsergym", None)
    with pytest.raises(BackendError, match=r"gymnasium\.md"):
        _ = HandeyeAgent().action_set


def test_browsergym_itself(tmp_path: Path) -> None:
    """Where it is installed: in its own environment, not in that of `make test`."""
    pytest.importorskip("browsergym.miniwob", reason="BrowserGym needs an environment of its own")
    import gymnasium

    from handeye.envs.miniwob.tasks import pages

    address = f"{pages().as_uri()}/"
    env = gymnasium.make("browsergym/miniwob.click-test-2", task_kwargs={"base_url": address})
    try:
        assert play(env, seed=1, who=Who(out=tmp_path)).reward == 1.0
    finally:
        env.close()
