"""What a run may take is kept to in the middle of things, and going round in circles is noticed."""

import threading
import time
from collections.abc import Callable
from math import inf, nan
from types import SimpleNamespace
from typing import Any

import pytest

from handeye.actions import Back, Batch, Wait
from handeye.actions.errors import UsageError
from handeye.agent import Plan, Step, budget
from handeye.agent.limits import Limits
from handeye.agent.planner.past import tell_past
from handeye.agent.rounds import END, NUDGE, Rounds
from handeye.envs import Observation, Screenshot
from handeye.episodes import StopReason
from handeye.grounding.chat.limit import ask
from handeye.grounding.chat.types import Message

CLICK_NOOP = {"kind": "click", "target": {"phrase": "Noop"}}
SOMETHING = (Message("user", ("What now?",)),)


class Talkative:
    """A model that writes on and on, and stops only for what it hears. `then` is called when it has
    written something."""

    name = "talkative"

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self._then = then

    def complete(self, messages: Any, *, heard: Any, **_: Any) -> Any:  # noqa: ARG002
        while True:
            heard("word " * 20, "text")
            self._then()
            time.sleep(0.005)


class Asking:
    """A planner that asks a model and has nothing to do."""

    name = "asking"

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self._model = Talkative(then)

    def prepare(self, task: str) -> None:
        """Whatever the task."""

    def plan(self, observation: Observation, history: Any) -> Plan:  # noqa: ARG002
        ask(self._model, SOMETHING)
        raise AssertionError("the answer should have been cut")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"seconds": 60}, StopReason.TIME_BUDGET),
        ({"tokens": 300}, StopReason.TOKEN_BUDGET),
        ({"stop": threading.Event()}, StopReason.INTERRUPTED),
    ],
)
def test_a_run_ends_in_the_middle_of_an_answer(
    agent_run: Any, form_world: Any, limits: dict[str, Any], reason: StopReason,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def then() -> None:
        if "stop" in limits:
            limits["stop"].set()
        if "seconds" in limits:  # a slow machine must not be late before it is asked
            late = SimpleNamespace(monotonic=lambda: time.monotonic() + 60)
            monkeypatch.setattr(budget, "time", late)

    result, episode = agent_run(form_world(), "x", Asking(then), **limits)
    assert result.reason is reason, result.message
    assert episode.finished
    assert result.usage.completion_tokens > 0
    assert "tokens" not in limits or result.usage.completion_tokens < 350


def test_actions_on_a_domain_are_limited_and_looking_is_free(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    class OnSite(form_world):  # type: ignore[misc]
        def observe(self) -> Observation:
            seen: Observation = super().observe()
            return seen.model_copy(update={"url": "https://Shop.test:8443/x"})

    world = OnSite()
    two = {"kind": "batch", "actions": [CLICK_NOOP, CLICK_NOOP]}
    wait = {"kind": "wait", "until": "time", "seconds": 0}
    plan = script(CLICK_NOOP, wait, wait, {"kind": "press", "keys": ["Enter"]}, two)
    result, episode = agent_run(world, "x", plan, domain_actions=3)
    assert result.reason is StopReason.ACTION_BUDGET
    assert "3 actions may be done on shop.test" in result.message
    assert len(world.sent) == 4, "neither half of the batch"
    assert episode.in_flight is None
    assert agent_run(form_world(), "x", plan, domain_actions=3)[0].ok, "a form has no domain"


def test_limits_of_nothing_and_of_money_without_prices_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = "remote:small@http://127.0.0.1:1/v1"
    with pytest.raises(UsageError, match="HANDEYE_PRICES"):
        Limits(max_cost=1).check("", f"zoom:{spec}")
    monkeypatch.setenv("HANDEYE_PRICES", "small=1/2")
    Limits(max_cost=1).check(spec)
    for wrong in ({"max_steps": 0}, {"max_tokens": 0}, {"max_cost": -1.0}):
        with pytest.raises(UsageError, match="Raise"):
            Limits(**wrong).check()  # type: ignore[arg-type]
    for wrong in ({"max_seconds": inf}, {"max_cost": nan}):
        with pytest.raises(UsageError, match="no limit"):
            Limits(**wrong)  # type: ignore[arg-type]


def test_who_plans_is_told_of_rounds_before_they_end_the_run(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    told: list[str] = []

    def listen(event: Any) -> None:
        if event.kind == "nudged":
            told.append(event.message)

    result, episode = agent_run(form_world(), "x", script(*[CLICK_NOOP] * 9), on_event=listen)
    assert result.reason is StopReason.LOOP
    assert len(told) == END - NUDGE
    assert "changed nothing, 3 times in a row" in told[0]
    recorded = [each.event.step for each in episode.events if each.event.kind == "nudged"]
    assert recorded == list(range(NUDGE, END))


def test_screens_that_come_in_turn_are_a_loop_whatever_is_done(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    name = {"kind": "type", "target": {"phrase": "Name"}, "clear": True}
    turn = [{**name, "text": "one"}, {**name, "text": "two"}, {**name, "text": "three"}]
    result, _ = agent_run(form_world(), "x", script(*turn * 9), steps=60)
    assert result.reason is StopReason.LOOP
    assert "The same 3 screens came 6 times in turn." in result.message
    assert result.steps == 18
    more = [{**name, "text": str(number)} for number in range(20)]
    assert agent_run(form_world(), "x", script(*more))[0].ok, "each screen is another one"


def test_a_nudge_stands_in_what_the_model_is_told() -> None:
    step = Step(index=0, plan=Plan(action={"kind": "back"}), changed=False, nudge="Try <|x|> else.")  # type: ignore[arg-type]
    assert tell_past([step], {}, 1000) == "1. back -> nothing changed (Try ‹|x|› else.)"


def test_a_screen_that_stays_is_no_circle(form_world: Any) -> None:
    rounds = Rounds()
    for _ in range(14):
        rounds.saw(form_world().observe(), [])
    assert (rounds.nudge(), rounds.ending()) == ("", None)


def test_memory_holds_only_the_last_screens(form_world: Any) -> None:
    rounds, world = Rounds(), form_world()
    for number in range(50):
        world.text = str(number)
        rounds.saw(world.observe(), [])
    held = [each for each in vars(rounds).values() if not isinstance(each, (str, int, dict))]
    assert [len(each) for each in held] == [4]
    assert isinstance(held[0][0].screenshot, Screenshot)


def test_the_waits_of_a_batch_are_cut_to_the_time_that_is_left() -> None:
    wait = Wait(until="time", seconds=3600)
    clipped = Limits(max_seconds=60).budget().clip(Batch(actions=(wait, Back(), wait)))
    assert isinstance(clipped, Batch)
    first, back, last = clipped.actions
    assert 59 < first.seconds <= 60
    assert back == Back()
    assert last.seconds == 0
