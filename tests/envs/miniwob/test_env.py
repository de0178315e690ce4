"""Episodes are the same for the same seed, the page judges them, and the agent stays in it."""

import re

import pytest

from handeye.actions import Batch, Click, Goto, MouseDown, Point, Reload, Size, Target, Type
from handeye.actions.errors import UsageError
from handeye.envs.browser import BrowserEnv
from handeye.envs.miniwob import BROWSERGYM, CLASSIC, MiniwobEnv
from handeye.envs.miniwob.env import LEAVING


def at(element):
    return Target(point=element.box.center)


def named(env, name):
    return next(element for element in env.observe().elements if element.name == name)


def look(env, task, seed):
    said = env.reset(task, seed)
    return said, env.observe()


# A menu, a date picker, a page that prints the day, one with ids that count up, a drawing.
@pytest.mark.parametrize(
    "task", ["click-menu", "choose-date", "terminal", "click-collapsible-2", "count-shape"]
)
def test_the_same_seed_gives_the_same_page_whatever_came_before(miniwob, task, until):
    said, seen = look(miniwob, task, 7)
    button = seen.elements[0]
    miniwob.act(MouseDown(target=at(button)))
    miniwob.reset("click-dialog", 1)
    said_again, seen_again = look(miniwob, task, 7)
    assert said_again == said
    assert seen_again.elements == seen.elements
    shown = seen.screenshot.sha256
    if task == "terminal":  # its caret blinks: it may be on in one picture and off in the other
        assert until(lambda: miniwob.observe().screenshot.sha256 == shown)
    else:
        assert seen_again.screenshot.sha256 == shown


def test_another_seed_gives_another_page(miniwob):
    first, second = (look(miniwob, "click-checkboxes", seed) for seed in (1, 2))
    assert first[0] != second[0]
    assert first[1].screenshot.sha256 != second[1].screenshot.sha256


def test_a_right_answer_has_the_reward_one_and_nothing_comes_after_it(miniwob):
    miniwob.reset("click-test-2", 1)
    assert not miniwob.score().done
    button = named(miniwob, "ONE")
    assert miniwob.act(Click(target=at(button))).ok
    score = miniwob.score()
    assert (score.done, score.raw_reward, score.success) == (True, 1.0, True)
    assert 0.9 < score.reward <= 1.0
    error = miniwob.act(Click(target=at(button))).error
    assert (error.kind, error.message) == ("refused", "The episode is over.")


def test_a_wrong_answer_is_final_within_one_batch(miniwob):
    miniwob.reset("click-test-2", 1)
    wrong, right = (Click(target=at(named(miniwob, name))) for name in ("TWO", "ONE"))
    assert miniwob.act(Batch(actions=(wrong, right))).ok
    assert miniwob.score().raw_reward == -1.0
    assert not miniwob.score().success


def test_clicks_after_the_end_begin_no_new_round(miniwob):
    miniwob.reset("click-test-2", 1)
    middle = Click(target=Target(point=Point(x=120, y=150)))
    right = Click(target=at(named(miniwob, "ONE")))
    miniwob.act(Batch(actions=(right, middle, middle)))
    assert miniwob.score().raw_reward == 1.0


@pytest.mark.parametrize("action", [Goto(url="about:blank"), Reload()])
def test_leaving_the_page_is_refused_also_in_a_batch(miniwob, action):
    miniwob.reset("click-test-2", 1)
    for way in (action, Batch(actions=(Click(target=Target(point=Point(x=1, y=1))), action))):
        error = miniwob.act(way).error
        assert error.kind == "refused"
        assert "one page" in error.message
    assert not miniwob.score().done


def test_a_page_that_was_left_all_the_same_ends_the_episode(miniwob):
    miniwob.reset("click-test-2", 1)
    assert miniwob._browser.act(Reload()).ok
    score = miniwob.score()
    assert (score.done, score.success) == (True, False)
    assert "left or lost" in score.reason
    assert not miniwob.act(Click(target=Target(point=Point(x=1, y=1)))).ok


def test_a_page_that_hangs_ends_the_episode_and_the_next_one_begins():
    with MiniwobEnv(answer_seconds=1.0) as env:
        env.reset("click-test-2", 1)
        button = Click(target=at(named(env, "ONE")))
        env._browser.evaluate("() => { setTimeout(() => { while (true); }, 0); }")
        assert not env.act(button).ok
        assert env.score().done
        assert not env.score().success
        env.reset("click-test-2", 1)
        assert env.act(button).ok
        assert env.score().success


def test_before_the_first_reset_there_is_nothing_to_act_on():
    with MiniwobEnv() as env:
        assert env.score().done
        assert not env.act(Click(target=Target(point=Point(x=1, y=1)))).ok


def test_the_actions_are_a_browsers_without_those_that_leave(miniwob):
    assert "click" in miniwob.action_space
    assert not LEAVING & miniwob.action_space
    assert BrowserEnv.action_space > LEAVING


def test_the_layout_of_browsergym_hides_the_instruction_and_the_score_board(miniwob):
    said, seen = look(miniwob, "enter-text", 1)
    size = seen.screenshot.space.size
    assert size == Size(
        width=BROWSERGYM.viewport.width * BROWSERGYM.device_scale,
        height=BROWSERGYM.viewport.height * BROWSERGYM.device_scale,
    )
    assert said not in [element.name for element in seen.elements]
    assert not [e for e in seen.elements if "reward" in e.name.lower() or "Time left" in e.name]


def test_the_classic_layout_shows_the_instruction():
    with MiniwobEnv(CLASSIC, elements=False) as env:
        _, seen = look(env, "enter-text", 1)
        assert seen.screenshot.space.size == CLASSIC.viewport
        assert seen.elements is None
        assert seen.screenshot.image.getpixel((80, 40)) == (255, 255, 0)


def test_the_time_limit_ends_the_episode_with_the_reward_minus_one():
    with MiniwobEnv(time_limit=1) as env:
        env.reset("enter-text", 1)
        field = next(e for e in env.observe().elements if e.editable)
        assert not env.act(Type(target=at(field), text="late")).ok
        assert (env.score().raw_reward, env.score().reason) == (-1.0, "timed out")


@pytest.mark.parametrize("limit", [0, -1, 2**31])
def test_a_time_limit_that_no_timer_holds_is_refused(limit):
    with pytest.raises(UsageError, match="cannot be set"):
        MiniwobEnv(time_limit=limit)


def test_partial_credit_counts_as_a_success(miniwob):
    said = miniwob.reset("click-checkboxes", 3)
    *most, _ = re.match(r"Select (.*) and click", said)[1].split(", ")
    for name in (*most, "Submit"):
        assert miniwob.act(Click(target=at(named(miniwob, name)))).ok
    score = miniwob.score()
    assert 0 < score.raw_reward < 1
    assert score.success
