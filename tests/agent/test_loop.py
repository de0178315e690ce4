"""The loop: every way in which a run can end, and what is on disk then."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from handeye.actions import Click, Done, Target
from handeye.agent import Plan, Step
from handeye.agent.guard import Policy, Rule
from handeye.agent.rounds import END
from handeye.envs import Observation
from handeye.episodes import StopReason
from handeye.grounding import Grounding
from handeye.grounding.calls import ModelCall, Usage

CLICK_SAVE = {"kind": "click", "target": {"phrase": "Save"}}
CLICK_NOOP = {"kind": "click", "target": {"phrase": "the Noop button"}}
DONE = {"kind": "done", "answer": "42"}


def test_a_task_is_done_and_all_of_it_is_recorded_in_order(agent_run: Any, form_world: Any) -> None:
    world, kinds = form_world(), []
    result, episode = agent_run(
        world, "type Bo into Name, click Save", on_event=lambda event: kinds.append(event.kind)
    )
    assert result.ok
    assert result.reason is StopReason.DONE
    assert result.steps == 2
    assert world.saved == ["Bo"]
    step = ["observed", "planned", "grounded", "judged", "intent", "acted"]
    assert kinds == ["run_started", *step, *step, "observed", "planned", "run_ended"]
    assert episode.ended is not None
    assert episode.ended.ok
    intents = [each.intent for each in episode.steps if each.intent]
    assert [each.elements[0].name for each in intents] == ["Name", "Save"]
    assert result.timing.total >= result.timing.observe + result.timing.act > 0


def test_the_intent_is_on_disk_before_the_action_is_sent(
    agent_run: Any, form_world: Any, tmp_path: Any
) -> None:
    seen: list[bool] = []

    class Watching(form_world):  # type: ignore[misc]
        def act(self, action: Any) -> Any:
            lines = (tmp_path / "episode" / "episode.jsonl").read_text().splitlines()
            seen.append('"intent"' in lines[-1])
            return super().act(action)

    agent_run(Watching(), "click Noop")
    assert seen == [True]


@pytest.mark.parametrize(
    ("task", "reason", "words"),
    [
        ("click the Blorp", StopReason.NOT_FOUND, "Blorp"),
        ("click Twin", StopReason.AMBIGUOUS, "Twin"),
        ("click Save", StopReason.ACTION_FAILED, "The name is empty."),
        ("go to javascript:alert(1)", StopReason.DENIED, "Only http and https"),
        ("for each row, click Noop", StopReason.NOT_FOUND, "row"),
    ],
)
def test_a_failure_names_its_reason(
    agent_run: Any, form_world: Any, task: str, reason: StopReason, words: str
) -> None:
    result, episode = agent_run(form_world(), task)
    assert (result.ok, result.reason) == (False, reason)
    assert words in result.message
    assert episode.ended is not None
    assert episode.ended.reason is reason


def test_what_models_take_is_added_up(agent_run: Any, form_world: Any) -> None:
    used = Usage(prompt_tokens=100, completion_tokens=7, cost=0.5)
    call = ModelCall(purpose="plan", model="m", usage=used)
    lost = Grounding(phrase="Blorp", status="missing", calls=(call,))

    class Costly:
        name = "costly"

        def prepare(self, task: str) -> None:
            """Whatever the task."""

        def plan(self, _: Observation, history: Sequence[Step]) -> Plan:
            if history:
                return Plan(action=Done(), calls=(call,))
            click = Click(target=Target(phrase="Blorp"))
            return Plan(action=click, groundings=(lost,), calls=(call, call))

    result, episode = agent_run(form_world(), "x", Costly())
    assert result.usage == Usage(prompt_tokens=400, completion_tokens=28, cost=2.0)
    assert episode.ended is not None
    assert episode.ended.usage == result.usage
    planned = [step.planned.calls for step in episode.steps if step.planned]
    assert planned == [(call, call), (call,)]


def test_the_planner_may_give_up(agent_run: Any, form_world: Any, script: Any) -> None:
    spec = script({"kind": "done", "success": False, "answer": "No such customer."})
    result, _ = agent_run(form_world(), "x", spec)
    assert (result.reason, result.message) == (StopReason.GAVE_UP, "No such customer.")
    assert result.answer == ""


def test_an_old_failure_is_not_the_reason(agent_run: Any, form_world: Any, script: Any) -> None:
    spec = script(CLICK_SAVE, CLICK_NOOP, {"kind": "done", "success": False})
    result, _ = agent_run(form_world(), "x", spec)
    assert result.reason is StopReason.GAVE_UP


def test_a_question_goes_to_the_user(agent_run: Any, form_world: Any, script: Any) -> None:
    spec = script({"kind": "ask_user", "question": "Which one?"}, DONE)
    result, episode = agent_run(form_world(), "x", spec, ask=lambda question: f"{question} 7")
    assert result.ok
    assert result.answer == "42"
    assert [event.reply for event in _events(episode, "replied")] == ["Which one? 7"]


def test_a_question_without_a_user_ends_the_run(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    spec = script({"kind": "ask_user", "question": "Which one?"}, DONE)
    result, _ = agent_run(form_world(), "x", spec, ask=lambda _: None)
    assert (result.reason, result.message) == (StopReason.NEEDS_USER, "Which one?")


def test_the_same_action_on_an_unchanged_screen_is_a_loop(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    result, _ = agent_run(form_world(), "x", script(*[CLICK_NOOP] * 20))
    assert (result.reason, result.steps) == (StopReason.LOOP, END)
    assert "Noop" in result.message


def test_a_phrase_that_stays_missing_is_a_loop(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    missing = {"kind": "click", "target": {"phrase": "Blorp"}}
    result, _ = agent_run(form_world(), "x", script(*[missing] * 20))
    assert (result.reason, result.steps) == (StopReason.LOOP, END)


def test_the_same_action_with_an_effect_is_no_loop(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    more = {"kind": "type", "text": "x", "target": {"phrase": "Name"}}
    world = form_world()
    result, _ = agent_run(world, "x", script(*[more] * 9))
    assert result.ok
    assert world.text == "x" * 9


def test_steps_are_limited(agent_run: Any, form_world: Any) -> None:
    result, _ = agent_run(form_world(), "repeat 9 times: type a, type b", steps=4)
    assert (result.reason, result.steps) == (StopReason.STEP_BUDGET, 4)


def test_seconds_are_limited_also_within_a_wait(agent_run: Any, form_world: Any) -> None:
    result, _ = agent_run(form_world(), "wait 30 seconds, click Noop", seconds=0.2)
    assert result.reason is StopReason.TIME_BUDGET
    assert result.timing.total < 5


def test_a_lost_environment_ends_the_run(agent_run: Any, form_world: Any) -> None:
    result, episode = agent_run(form_world(die_after=1), "click Noop, click Noop")
    assert (result.reason, result.steps) == (StopReason.ENV_LOST, 1)
    assert "The form is gone." in result.message
    assert episode.ended is not None


def test_an_interrupt_leaves_a_finished_episode(agent_run: Any, form_world: Any) -> None:
    result, episode = agent_run(form_world(interrupt_on="click"), "click Noop")
    assert result.reason is StopReason.INTERRUPTED
    assert episode.ended is not None
    assert episode.ended.reason is StopReason.INTERRUPTED
    assert episode.steps[0].intent is not None


def test_a_stop_from_outside_ends_the_run(agent_run: Any, form_world: Any) -> None:
    stop = threading.Event()
    result, _ = agent_run(
        form_world(), "click Noop, click Noop", stop=stop, on_event=_set_when(stop, "acted")
    )
    assert (result.reason, result.steps) == (StopReason.INTERRUPTED, 1)


def test_a_recording_that_fails_stops_the_run_and_says_so(
    agent_run: Any, form_world: Any, tmp_path: Any
) -> None:
    def break_folder(event: Any) -> None:
        if event.kind == "planned":
            frames = tmp_path / "episode" / "frames"
            frames.rename(tmp_path / "episode" / "gone")
            frames.write_text("a file where the folder was")

    result, _ = agent_run(form_world(), "type a, click Noop", on_event=break_folder)
    assert result.reason is StopReason.RECORDING_FAILED
    assert "episode" in result.message


def test_an_error_of_our_own_still_ends_the_episode(
    agent_run: Any, form_world: Any, tmp_path: Any
) -> None:
    def fail(event: Any) -> None:
        if event.kind == "acted":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        agent_run(form_world(), "click Noop", on_event=fail)
    last = (tmp_path / "episode" / "episode.jsonl").read_text().splitlines()[-1]
    assert "run_ended" in last


@pytest.mark.parametrize(("says", "sent"), [(True, 1), (False, 0)])
def test_what_the_guard_asks_about_is_decided_by_the_user(
    agent_run: Any, form_world: Any, says: bool, sent: int
) -> None:
    policy = Policy(rules=(Rule(name="clicks", kinds=("click",), decision="ask"),))
    world = form_world()
    result, episode = agent_run(world, "click Noop", policy=policy, approve=lambda *_: says)
    assert len(world.sent) == sent
    assert result.ok is says
    assert result.reason is (StopReason.DONE if says else StopReason.DENIED)
    assert _events(episode, "judged")[0].verdict.decision == ("allow" if says else "deny")


def test_parts_of_a_batch_and_points_are_grounded(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    parts = [CLICK_NOOP, {"kind": "click", "target": {"point": {"x": 20, "y": 60}}}]
    result, episode = agent_run(form_world(), "x", script({"kind": "batch", "actions": parts}))
    assert result.ok
    intent = episode.steps[0].intent
    assert [element.name for element in intent.elements] == ["Noop", "Save"]
    assert all(part.target.point is not None for part in intent.action.actions)


def _events(episode: Any, kind: str) -> list[Any]:
    return [each.event for each in episode.events if each.event.kind == kind]


def _set_when(stop: threading.Event, kind: str) -> Callable[[Any], None]:
    return lambda event: stop.set() if event.kind == kind else None
