"""The Gymnasium environments pass its own check, reward what the page rewards, and end clean."""

import re
import runpy
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import psutil
import pytest
from gymnasium.utils.env_checker import check_env

from handeye.actions import Click, Done, Goto, Point, Size, Target, Type, action_adapter
from handeye.actions.errors import NavigationError, UsageError
from handeye.envs.desktop import PrivateDisplay
from handeye.envs.gym import ScreenEnv, action_text, miniwob_id
from handeye.envs.miniwob import MiniwobEnv, all_tasks

LISTENER = Path(__file__).parents[1] / "desktop" / "listener.py"
DOCS = Path(__file__).parents[3] / "docs" / "gymnasium.md"
HEY = "<title>Hey</title><button onclick=\"document.title = document.cookie ||= 'seen=1'\">Greet</button>"

needs_display = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("openbox")),
    reason="Xvfb and openbox are not installed",
)


def make(name: str, **options: Any) -> ScreenEnv:
    made = gymnasium.make(name, disable_env_checker=True, **options).unwrapped
    assert isinstance(made, ScreenEnv)
    return made


@pytest.fixture(scope="module")
def buttons() -> Iterator[ScreenEnv]:
    """Two buttons, ONE and TWO, one of which is asked for."""
    env = make("handeye/MiniWob-ClickTest2-v0", render_mode="rgb_array")
    yield env
    env.close()


@pytest.fixture(scope="module")
def page() -> Iterator[ScreenEnv]:
    env = make("handeye/Browser-v0", width=400, height=300)
    yield env
    env.close()


def click(seen: dict[str, Any], name: str) -> str:
    box = next(each["box"] for each in seen["elements"] if each["name"] == name)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return action_text(Click(target=Target(point=Point(x=float(x), y=float(y)))))


def test_every_task_has_an_id_of_its_own() -> None:
    ids = {miniwob_id(task) for task in all_tasks()}
    assert len(ids) == 130
    assert ids | {"handeye/Browser-v0", "handeye/Desktop-v0"} <= set(gymnasium.registry)
    assert miniwob_id("click-test-2") == "handeye/MiniWob-ClickTest2-v0"


def test_an_id_with_the_module_before_it_registers_by_itself() -> None:
    made = gymnasium.make("handeye.envs.gym:handeye/MiniWob-ClickTest-v0")
    assert made.spec is not None
    assert made.spec.id == "handeye/MiniWob-ClickTest-v0"


def check(env: ScreenEnv) -> None:
    """Rendering and closing by id are left to other tests: they start more browsers."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env, skip_render_check=True, skip_close_check=True)


def test_tasks_pass_the_check_of_gymnasium(buttons: ScreenEnv) -> None:
    check(buttons)


def test_pages_pass_the_check_of_gymnasium(page: ScreenEnv) -> None:
    check(page)


@needs_display
def test_desktops_pass_the_check_of_gymnasium() -> None:
    with PrivateDisplay(Size(width=320, height=240)) as display:
        env = make("handeye/Desktop-v0", display=display)
        check(env)
        env.close()


@needs_display
def test_a_desktop_is_new_in_each_episode_with_its_application_on_it(tmp_path: Path) -> None:
    before = set(psutil.Process().children(recursive=True))
    app = f"{sys.executable} {LISTENER} {tmp_path / 'log'}"
    env = make("handeye/Desktop-v0", app=app, width=320, height=240)
    runs = set()
    for _ in range(2):
        seen, _ = env.reset(options={"task": "Look"})
        assert (seen["task"], seen["title"], seen["elements"]) == ("Look", "Listener", ())
        assert seen["screenshot"].shape == (240, 320, 3)
        children = set(psutil.Process().children(recursive=True)) - before
        runs.add(frozenset(each.pid for each in children if "Xvfb" in each.name()))
    env.close()
    assert len(runs) == 2
    assert not [each for pids in runs for each in pids if psutil.pid_exists(each)]


def test_the_right_button_ends_the_episode_with_the_pages_reward(buttons: ScreenEnv) -> None:
    seen, told = buttons.reset(seed=3)
    assert (told["success"], told["raw_reward"], seen["error"]) == (False, 0.0, "")
    wanted = re.search(r"button (\w+)", seen["task"])
    assert wanted is not None
    after, reward, terminated, truncated, told = buttons.step(click(seen, wanted[1]))
    assert (reward, terminated, truncated, told["success"]) == (1.0, True, False, True)
    assert after in buttons.observation_space
    last, reward, terminated, _, _ = buttons.step(click(seen, wanted[1]))
    assert (last["error"], reward, terminated) == ("The episode is over.", 0.0, True)


def test_the_wrong_button_is_punished(buttons: ScreenEnv) -> None:
    seen, _ = buttons.reset(seed=3)
    wrong = "ONE" if "TWO" in seen["task"] else "TWO"
    _, reward, terminated, _, told = buttons.step(click(seen, wrong))
    assert (reward, terminated, told["success"]) == (-1.0, True, False)


def test_a_seed_is_the_seed_of_the_page(buttons: ScreenEnv, miniwob: MiniwobEnv) -> None:
    seen, _ = buttons.reset(seed=7)
    assert seen["task"] == miniwob.reset("click-test-2", 7)
    assert buttons.seen is not None
    assert buttons.seen.elements == miniwob.observe().elements
    drawn = [buttons.reset()[0]["screenshot"] for _ in range(2)]
    buttons.reset(seed=7)
    again = [buttons.reset()[0]["screenshot"] for _ in range(2)]
    assert np.array_equal(drawn, again)
    assert not np.array_equal(*drawn)


def test_the_time_of_the_page_truncates() -> None:
    env = make("handeye/MiniWob-ClickTest2-v0", time_limit=1)
    try:
        env.reset(seed=1)
        _, reward, terminated, truncated, told = env.step(env.action_space.sample())
        assert (reward, terminated, truncated) == (-1.0, False, True)
        assert told["reason"] == "timed out"
    finally:
        env.close()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("click it", "no action"),
        ("3", "no action"),
        ('{"kind": "click", "target": {"phrase": "ONE"}}', "needs a point"),
        (action_text(Goto(url="about:blank")), "no action 'goto' here"),
        (action_text(Click(target=Target(point=Point(x=-5, y=9999)))), ""),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    buttons: ScreenEnv, said: str, error: str
) -> None:
    before, _ = buttons.reset(seed=3)
    after, reward, terminated, truncated, _ = buttons.step(said)
    assert error in after["error"]
    assert bool(error) == bool(after["error"])
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert after["task"] == before["task"]
    assert (said in buttons.action_space) == (not error)


def test_done_ends_an_episode(buttons: ScreenEnv) -> None:
    buttons.reset(seed=3)
    _, reward, terminated, _, _ = buttons.step(action_text(Done()))
    assert (reward, terminated) == (0.0, True)


def test_what_is_rendered_is_what_was_seen(buttons: ScreenEnv, page: ScreenEnv) -> None:
    seen, _ = buttons.reset(seed=3)
    assert np.array_equal(buttons.render(), seen["screenshot"])
    page.reset()
    assert page.render() is None


def test_a_page_is_judged_and_forgets_between_episodes(
    site: Callable[[dict[str, str]], Any],
) -> None:
    address = site({"/": HEY, "/other": "<title>Other</title>"}).url
    env = make(
        "handeye/Browser-v0",
        url=address,
        task="Greet it",
        judge=lambda seen: 0.5 if seen.title == "seen=1" else None,
    )
    try:
        for _ in range(2):
            seen, _ = env.reset()
            assert (seen["task"], seen["title"]) == ("Greet it", "Hey")
            seen, reward, terminated, _, _ = env.step(click(seen, "Greet"))
            assert (reward, terminated, seen["title"]) == (0.5, True, "seen=1")
        other, _ = env.reset(options={"url": f"{address}/other", "task": "Read"})
        assert (other["task"], other["title"]) == ("Read", "Other")
        with pytest.raises(UsageError, match="colour"):
            env.reset(options={"colour": "red"})
    finally:
        env.close()


def test_a_page_that_is_not_there_can_be_tried_again(page: ScreenEnv) -> None:
    with pytest.raises(NavigationError):
        page.reset(options={"url": "http://127.0.0.1:9/"})
    seen, _ = page.reset()
    assert seen["url"] == "about:blank"


def test_closing_leaves_no_process_and_the_next_reset_starts_again() -> None:
    before = set(psutil.Process().children(recursive=True))
    env = make("handeye/Browser-v0", width=400, height=300)
    for _ in range(2):
        env.reset()
        env.step(action_text(Type(text="hello")))
        env.close()
    left = set(psutil.Process().children(recursive=True)) - before
    assert [each.name() for each in left if "chrom" in each.name()] == []


def test_before_a_reset_there_is_no_step() -> None:
    with pytest.raises(gymnasium.error.ResetNeeded):
        make("handeye/Browser-v0").step(action_text(Done()))


def test_samples_are_actions_of_every_kind(buttons: ScreenEnv) -> None:
    buttons.action_space.seed(1)
    samples = [buttons.action_space.sample() for _ in range(200)]
    assert all(sample in buttons.action_space for sample in samples)
    kinds = {action_adapter.validate_json(sample).kind for sample in samples}
    assert kinds == {"click", "hover", "drag", "scroll", "type", "press"}
    buttons.action_space.seed(1)
    assert samples == [buttons.action_space.sample() for _ in range(200)]


def test_wrong_options_are_told() -> None:
    for name, options in (
        ("handeye/MiniWob-ClickTest-v0", {"layout": "huge"}),
        ("handeye/MiniWob-ClickTest-v0", {"task": "click-tset"}),
        ("handeye/Desktop-v0", {"app": "xterm", "display": ":7"}),
        ("handeye/Desktop-v0", {"app": "xterm '"}),
    ):
        with pytest.raises(UsageError):
            make(name, **options)


def test_the_lines_in_the_documentation_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)[0]
    (tmp_path / "ten.py").write_text(code, "utf-8")
    runpy.run_path(str(tmp_path / "ten.py"))
    assert "1.0 True" in capsys.readouterr().out
