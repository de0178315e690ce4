"""What becomes of a run when the model, or the person, does not answer as it should."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handeye.agent.planner import ModelPlanner
from handeye.episodes import Episode, RunResult, StopReason, summarise
from handeye.grounding.chat.profiles import Profile

BLIND = Profile(name="text-only", eyes=False)
DONE = {"kind": "done", "answer": "42"}
WAIT = {"kind": "wait", "seconds": 0}

Go = Callable[..., tuple[RunResult, Episode]]


@pytest.fixture
def go(agent_run: Any, form_world: Any) -> Go:
    """Runs a model on the form."""

    def run(
        asked: Any, heard: Any = None, world: Any = None, **options: Any
    ) -> tuple[RunResult, Episode]:
        world = world or form_world()
        moves = {*world.action_space, "ask_user"}
        planner = ModelPlanner(asked, BLIND, moves, heard=heard)
        result: tuple[RunResult, Episode] = agent_run(world, "Save Bo", planner, **options)
        return result

    return run


def test_an_answer_that_cannot_be_used_is_repaired_once_and_recorded(go: Go, model: Any) -> None:
    asked = model("I would click Save.", DONE)
    result, episode = go(asked)
    assert result.ok
    assert "It is no JSON object" in asked.told(1)
    assert "I would click Save." in asked.told(1)
    planned = episode.steps[0].planned
    assert planned is not None
    assert [(call.purpose, bool(call.problem)) for call in planned.calls] == [
        ("plan", True),
        ("repair", False),
    ]


def test_a_long_answer_is_told_back_in_part(go: Go, model: Any) -> None:
    asked = model(json.dumps({"actions": [{"kind": "x" * 100_000}]}), DONE)
    assert go(asked)[0].ok
    assert len(asked.told(1)) < len(asked.told(0)) + 5000


def test_a_step_without_an_answer_is_told_and_three_end_the_run(go: Go, model: Any) -> None:
    asked = model(*["Hm."] * 6)
    result, episode = go(asked)
    assert (result.reason, result.steps) == (StopReason.GAVE_UP, 2)
    assert "no usable answer 3 times in a row" in result.message
    assert result.message.endswith("It is no JSON object: no “{” is in it. It wrote: Hm.")
    assert "1. Your answer could not be used: It is no JSON object" in asked.told(2)
    assert all("no usable answer" in step.outcome for step in summarise(episode))


def test_one_good_answer_begins_the_count_anew(go: Go, model: Any) -> None:
    assert go(model(*["Hm."] * 4, WAIT, *["Hm."] * 4, DONE))[0].ok


def test_what_changed_nothing_is_not_done_again(go: Go, model: Any) -> None:
    noop, name = {"kind": "click", "target": 3}, {"kind": "type", "target": 1, "text": "Bo"}
    asked = model(noop, noop, name, noop, DONE)
    result, episode = go(asked)
    assert result.ok
    assert "You did exactly this on this very screen already." in asked.told(2)
    kinds = [step.planned.action.kind for step in episode.steps if step.planned]
    assert kinds == ["click", "type", "click", "done"], "on another screen it may be done again"


def test_going_round_on_a_screen_that_flickers_is_noticed(
    go: Go, model: Any, form_world: Any
) -> None:
    a, b = ({"kind": "click", "target": number} for number in (3, 4))
    asked = model(a, b, a, b, a, DONE)
    result, _ = go(asked, world=Flickering(form_world()))
    assert result.ok
    assert "You did exactly this" in asked.told(5)


class Flickering:
    """The form, with a picture that is another one at each look."""

    def __init__(self, form: Any) -> None:
        self._form = form
        self._looks = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._form, name)

    def observe(self) -> Any:
        self._looks += 1
        self._form.text, text = f"{self._looks}" * 9, self._form.text
        picture = self._form.observe().screenshot
        self._form.text = text
        return self._form.observe().model_copy(update={"screenshot": picture})


def test_a_question_reaches_the_person_and_the_reply_the_model(go: Go, model: Any) -> None:
    asked = model({"kind": "ask_user", "question": "Who?"}, DONE)
    assert go(asked, ask=lambda _: "Bo")[0].ok
    assert 'ask: Who? -> the person answered: "Bo"' in asked.told(1)


def test_ctrl_c_while_the_model_writes_ends_the_run(go: Go, model: Any) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    result, episode = go(model(DONE), heard=interrupt)
    assert result.reason is StopReason.INTERRUPTED
    assert episode.finished


def test_a_model_that_fails_ends_the_run(go: Go, model: Any) -> None:
    result, _ = go(model(WAIT))
    assert (result.reason, result.steps) == (StopReason.BACKEND_FAILED, 1)


def test_only_what_the_environment_can_do_is_offered(go: Go, model: Any) -> None:
    asked = model({"kind": "drag", "from": 1, "to": 2}, DONE)
    go(asked)
    assert '"drag"' not in asked.told(0)
    assert 'There is no kind "drag". The kinds are: click,' in asked.told(1)
