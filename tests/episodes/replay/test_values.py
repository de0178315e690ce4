"""One recording for many values; secrets are typed and kept nowhere."""

from collections.abc import Callable
from dataclasses import replace as changed
from typing import Any

import pytest

from handeye.actions import Click, Target, Type, Wait
from handeye.actions.errors import UsageError
from handeye.episodes import Episode, EpisodeWriter, ReplayStep, StopReason, read_episode, replay
from handeye.episodes.replay import Parameter, parameters_of

Record = Callable[..., Episode]
World = Any


def click(phrase: str) -> Click:
    return Click(target=Target(phrase=phrase))


@pytest.fixture
def search(world: World, record_in: Record) -> Episode:
    return record_in(
        world, Type(text="desk lamp", target=Target(phrase="Search")), click("Open @ desk lamp")
    )


def test_a_typed_text_is_a_parameter_by_the_name_of_its_field(search: Episode) -> None:
    assert parameters_of(search) == {
        "search": Parameter(name="search", recorded="desk lamp", steps=(0,))
    }


def test_another_value_also_changes_what_is_looked_for(search: Episode, new_world: Any) -> None:
    again = new_world(("desk lamp", "red chair"))
    result = replay(search, again, values={"search": "red chair"})
    assert result.ok, result.message
    assert (again.field["Search"], again.path) == ("red chair", "/red chair")


def test_a_name_that_is_none_and_a_secret_without_value_are_refused(
    search: Episode, new_world: Any
) -> None:
    with pytest.raises(UsageError, match=r"has no parameter 'serch'. It has: search"):
        replay(search, new_world(()), values={"serch": "x"})
    secret = with_text(search, "{{key}}")
    with pytest.raises(UsageError, match="The value of the secret 'key' was not recorded"):
        replay(secret, new_world(()))


def with_text(episode: Episode, text: str, **parameters: str) -> Episode:
    """The episode as if another text had been typed in its first step."""
    events = []
    for recorded in episode.events:
        event = recorded.event
        if event.kind == "run_started":
            event = event.model_copy(update={"parameters": parameters})
        if event.kind == "intent" and event.action.kind == "type":
            action = event.action.model_copy(update={"text": text})
            event = event.model_copy(update={"action": action})
        events.append(recorded.model_copy(update={"event": event}))
    return changed(episode, events=tuple(events))


def test_a_marked_text_keeps_its_recorded_value_unless_another_is_given(
    search: Episode, new_world: Any
) -> None:
    marked = with_text(search, "desk {{what}}", what="lamp")
    for values, typed in (({}, "desk lamp"), ({"what": "chair"}, "desk chair")):
        again = new_world(("desk lamp", "desk chair"))
        assert replay(marked, again, values=values, patience=0).ok
        assert again.field["Search"] == typed


def test_a_secret_is_typed_and_kept_nowhere(search: Episode, new_world: Any, tmp_path: Any) -> None:
    again = new_world(("desk lamp",))
    steps: list[ReplayStep] = []
    with EpisodeWriter(path=tmp_path / "again") as writer:
        result = replay(
            with_text(search, "{{key}}"), again, values={"key": "hunter2"}, writer=writer, on_step=steps.append,
        )  # fmt: skip
    assert result.ok
    assert again.field["Search"] == "hunter2"
    assert "hunter2" not in str(steps)
    data = (tmp_path / "again" / "episode.jsonl").read_text()
    assert "hunter2" not in data
    assert "{{key}}" in data
    twice = new_world(("desk lamp",))
    assert replay(read_episode(tmp_path / "again"), twice, values={"key": "other"}).ok
    assert twice.field["Search"] == "other"


def test_a_fast_replay_leaves_out_waiting_and_a_true_one_keeps_the_time(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, Wait(until="time", seconds=1), click("Cart (0)"))
    for speed, done in (("fast", 1), ("recorded", 2)):
        result = replay(episode, new_world(("x",)), speed=speed)  # type: ignore[arg-type]
        assert (result.reason, result.steps) == (StopReason.DONE, done)
