"""A person steers the real loop: takes a turn, edits, rejects, stops; all of it is recorded."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from handeye.actions import Action, Click, Point, Target, Type
from handeye.agent import Plan
from handeye.agent.budget import Budget
from handeye.agent.guard import Policy
from handeye.agent.guard.policy import Rule
from handeye.agent.steering import PERSON, Review, reject
from handeye.envs import Observation
from handeye.episodes import StopReason
from handeye.grounding import Grounding

TASK = "type Bo into Name, click Save"


class Person:
    """Does what it is told at each turn and each review, in order; then leaves all alone."""

    def __init__(self, turns: Sequence[Any] = (), reviews: Sequence[Any] = ()) -> None:
        self.turns, self.reviews = list(turns), list(reviews)
        self.reviewed: list[tuple[str, tuple[Grounding, ...]]] = []

    def by_hand(self, observation: Observation) -> Action | None:  # noqa: ARG002
        return self.turns.pop(0) if self.turns else None

    def review(self, plan: Plan, groundings: Sequence[Grounding]) -> Review:
        self.reviewed.append((plan.action.kind, tuple(groundings)))
        said = self.reviews.pop(0) if self.reviews else Review()
        if said == "stop":
            raise KeyboardInterrupt
        return said


def test_each_action_is_shown_with_its_place_before_it_is_sent(
    agent_run: Any, form_world: Any
) -> None:
    person = Person()
    result, _ = agent_run(form_world(), TASK, steering=person)
    assert result.ok
    assert [kind for kind, _ in person.reviewed] == ["type", "click"]
    assert all(found[0].point is not None for _, found in person.reviewed)


def test_an_edited_action_is_looked_up_again_and_sent_instead(
    agent_run: Any, form_world: Any
) -> None:
    world = form_world()
    other = Type(text="Ada", target=Target(phrase="the Name field"))
    person = Person(reviews=[Review(edited=other)])
    result, episode = agent_run(world, TASK, steering=person)
    assert result.ok
    assert world.saved == ["Ada"]
    assert [kind for kind, _ in person.reviewed] == ["type", "type", "click"]
    assert episode.steps[0].planned.action == other
    assert "Edited by the person" in episode.steps[0].planned.thought
    assert [found.phrase for found in episode.steps[0].groundings][-1] == "the Name field"


def test_a_rejected_action_is_not_sent_and_the_hint_is_recorded(
    agent_run: Any, form_world: Any
) -> None:
    world = form_world()
    person = Person(reviews=[Review(), reject("use the other button")])
    result, episode = agent_run(world, TASK, steering=person)
    assert result.reason is StopReason.DENIED
    assert world.saved == []
    verdict = episode.steps[1].verdict
    assert (verdict.decision, verdict.rule) == ("deny", PERSON)
    assert verdict.reason == "use the other button"


def test_steps_by_hand_are_recorded_and_the_planner_goes_on_where_it_was(
    agent_run: Any, form_world: Any
) -> None:
    """The program of the instructions does not take the person's click for its own step."""
    world = form_world()
    by_hand = Click(target=Target(point=Point(x=100, y=105)))  # Noop
    person = Person(turns=[None, by_hand, by_hand])
    result, episode = agent_run(world, TASK, steering=person)
    assert result.ok
    assert world.saved == ["Bo"]
    kinds = [(step.planned.action.kind, step.planned.thought) for step in episode.steps]
    assert [kind for kind, _ in kinds] == ["type", "click", "click", "click", "done"]
    assert [said for _, said in kinds[1:3]] == ["Done by hand.", "Done by hand."]
    assert episode.steps[1].intent.elements[0].name == "Noop"


def test_a_script_is_not_moved_on_by_what_the_person_does(
    agent_run: Any, form_world: Any, script: Any
) -> None:
    world = form_world()
    click = {"kind": "click", "target": {"phrase": "the Noop button"}}
    person = Person(turns=[Type(text="x", target=Target(phrase="Name"))])
    result, episode = agent_run(world, "x", script(click), steering=person)
    assert result.ok
    assert [step.planned.action.kind for step in episode.steps] == ["type", "click", "done"]


def test_stopping_at_a_review_ends_the_run_before_the_action(
    agent_run: Any, form_world: Any
) -> None:
    world = form_world()
    result, episode = agent_run(world, TASK, steering=Person(reviews=["stop"]))
    assert result.reason is StopReason.INTERRUPTED
    assert world.sent == []
    assert episode.finished


def test_the_time_that_a_person_takes_is_not_counted() -> None:
    budget = Budget(1, 60)
    with budget.phase("plan"), budget.waiting():
        threading.Event().wait(0.3)
    assert budget.timing().plan < 0.2
    assert budget.elapsed < 0.2


def test_neither_is_the_time_of_an_answer(agent_run: Any, form_world: Any, script: Any) -> None:
    def slowly(*_: Any) -> Any:
        threading.Event().wait(0.2)
        return "the first"

    click = {"kind": "click", "target": {"phrase": "Noop"}}
    plan = script({"kind": "ask_user", "question": "Which one?"}, click, {"kind": "done"})
    policy = Policy(rules=(Rule(name="clicks", kinds=("click",), decision="ask"),))
    start = time.perf_counter()
    result, _ = agent_run(form_world(), "x", plan, policy=policy, approve=slowly, ask=slowly)
    assert result.ok
    assert time.perf_counter() - start - result.timing.total >= 0.4
