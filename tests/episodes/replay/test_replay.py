"""A recorded run repeats itself in a world with the same goods, and stops where it must."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Action, Batch, Click, Drag, Goto, Point, Press, Target, Type
from handeye.episodes import Episode, EpisodeWriter, ReplayStep, StopReason, read_episode, replay

Record = Callable[..., Episode]
World = Any

GOODS = ("desk lamp", "floor lamp", "red chair")


def click(phrase: str) -> Click:
    return Click(target=Target(phrase=phrase))


LAMP = Click(target=Target(phrase="the lamp", point=Point(x=395, y=285)))


def test_a_run_repeats_with_its_effects_and_its_answer(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(
        world,
        Type(text="lamp", target=Target(phrase="Search")),
        click("Open @ floor lamp"),
        click("Add to cart"),
        click("Cart (1)"),
    )
    again = new_world(GOODS)
    steps: list[ReplayStep] = []
    result = replay(episode, again, on_step=steps.append)
    assert (result.ok, result.reason, result.answer) == (True, StopReason.DONE, "42")
    assert (again.cart, again.path, again.field["Search"]) == (["floor lamp"], "/cart", "lamp")
    assert [step.index for step in steps] == [0, 1, 2, 3]
    assert all(step.divergence.score < 0.05 for step in steps)


def test_the_element_is_found_where_it_has_moved_to(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, click("Delete @ desk lamp"))
    again = new_world(("red chair", "a sofa", "desk lamp"))
    assert replay(episode, again).ok
    assert again.goods == ["red chair", "a sofa"]


def test_the_same_button_of_another_row_is_never_taken(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, click("Delete @ desk lamp"))
    again = new_world(("floor lamp", "red chair"))
    result = replay(episode, again, patience=0)
    assert result.reason is StopReason.DIVERGED
    assert again.goods == ["floor lamp", "red chair"]
    assert "Step 1" in result.message
    assert "button “Delete” in the row or item “desk lamp" in result.message


def test_a_missing_target_is_named_with_what_is_there_instead(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, click("Open @ red chair"), click("Add to cart"))
    again = new_world(GOODS)
    again._go("/cart")
    steps: list[ReplayStep] = []
    result = replay(episode, again, patience=0, on_step=steps.append)
    assert (result.ok, result.reason, result.steps) == (False, StopReason.DIVERGED, 0)
    assert "button “Open”" in result.message
    assert "there is link “Cart (0)”" in result.message
    assert steps[-1].problem == result.message
    assert steps[-1].divergence.score == 1.0


def test_a_counter_in_a_name_may_change(world: World, new_world: Any, record_in: Record) -> None:
    episode = record_in(world, click("Cart (0)"))
    again = new_world(GOODS)
    again.cart = ["red chair", "red chair"]
    assert replay(episode, again).ok
    assert again.path == "/cart"


def test_a_target_that_comes_late_is_waited_for(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, click("Open @ desk lamp"))
    again = new_world(GOODS)
    again.hidden_looks = 3
    assert replay(episode, again).ok
    assert again.path == "/desk lamp"


def test_a_point_without_an_element_is_found_by_its_picture(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, LAMP)
    same, moved, gone = new_world(GOODS), new_world(GOODS), new_world(GOODS)
    moved.lamp_at = (120, 320)
    gone.lamp_at = (-100, -100)
    assert replay(episode, same).ok
    assert replay(episode, moved).ok
    result = replay(episode, gone, patience=0)
    assert (same.lit, moved.lit, gone.lit) == (1, 1, 0)
    assert result.reason is StopReason.DIVERGED
    assert "what was at (395, 285)" in result.message


def test_without_elements_the_picture_decides(
    world: World, new_world: Any, record_in: Record
) -> None:
    """As on a desktop: the recording knows elements, the screen of now lists none."""
    episode = record_in(world, click("Open @ desk lamp"))
    again = new_world(GOODS)
    again.text_only = True
    assert replay(episode, again).ok
    assert again.path == "/desk lamp"


def test_all_targets_of_a_drag_and_of_a_batch_are_found(
    world: World, new_world: Any, record_in: Record
) -> None:
    ends = (Target(phrase="Open @ desk lamp"), Target(phrase="Open @ red chair"))
    batch = Batch(actions=(click("Delete @ red chair"), LAMP))
    episode = record_in(world, Drag(path=ends), batch)
    again = new_world(("red chair", "desk lamp", "floor lamp"))
    assert replay(episode, again).ok
    (dragged,) = again.dragged
    assert [text.split(" in ")[0] for text in dragged] == ["desk lamp", "red chair"]
    assert (again.goods, again.lit) == (["desk lamp", "floor lamp"], 1)


def test_text_goes_only_to_the_field_that_had_the_focus(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, click("Search"), Type(text="chair"), Press(keys=("Enter",)))
    typing_only = replace(episode, events=(episode.events[0], *episode.events[5:]))
    assert replay(episode, new_world(GOODS)).ok
    again = new_world(GOODS)
    result = replay(typing_only, again, patience=0)
    assert result.reason is StopReason.DIVERGED
    assert "the focus in textbox “Search”" in result.message
    assert again.field["Search"] == ""


def test_another_page_stops_an_action_without_a_target(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, Press(keys=("Enter",)))
    again = new_world(GOODS)
    again.cart = ["x"]
    again._go("/cart")
    result = replay(episode, again, patience=0)
    assert result.reason is StopReason.DIVERGED
    assert "recorded on the page / “Goods”, but this is the page /cart" in result.message


@pytest.mark.parametrize("kind", ["goto", "batch"])
def test_addresses_move_to_the_new_origin(
    world: World, new_world: Any, record_in: Record, kind: str
) -> None:
    goto: Action = Goto(url="http://one.test/red chair")
    episode = record_in(world, goto if kind == "goto" else Batch(actions=(goto,)))
    again = new_world(GOODS, origin="http://127.0.0.1:4242")
    assert replay(episode, again, url="http://127.0.0.1:4242/").ok
    assert again.path == "/red chair"
    elsewhere = new_world(GOODS, origin="http://127.0.0.1:4242")
    assert replay(episode, elsewhere).reason is StopReason.ACTION_FAILED


def test_an_action_that_failed_is_left_out_and_told(
    world: World, new_world: Any, record_in: Record
) -> None:
    nowhere = Click(target=Target(point=Point(x=470, y=200)))
    episode = record_in(world, nowhere, click("Open @ desk lamp"))
    assert episode.steps[0].acted is not None
    assert episode.steps[0].acted.error is not None
    told: list[ReplayStep] = []
    result = replay(episode, new_world(GOODS), on_step=told.append)
    assert (result.ok, result.steps) == (True, 1)
    assert told[0].problem.startswith("left out")
    assert told[1].problem == ""


def test_an_unfinished_recording_is_repeated_but_is_no_success(
    world: World, new_world: Any, record_in: Record
) -> None:
    episode = record_in(world, click("Open @ desk lamp"), ended=False)
    again = new_world(GOODS)
    result = replay(episode, again)
    assert (result.ok, result.reason) == (False, StopReason.INTERRUPTED)
    assert again.path == "/desk lamp"


def test_a_replay_is_an_episode_that_replays(
    world: World, new_world: Any, record_in: Record, tmp_path: Path
) -> None:
    episode = record_in(world, click("Open @ floor lamp"), click("Add to cart"))
    with EpisodeWriter("again", path=tmp_path / "second") as writer:
        result = replay(episode, new_world(GOODS), writer=writer)
    second = read_episode(tmp_path / "second")
    assert result.episode == second.path
    assert second.started is not None
    assert (second.started.planner, second.started.task) == ("replay", "use the shop")
    assert second.ended is not None
    assert (second.ended.ok, second.ended.answer) == (True, "42")
    third = new_world(GOODS)
    assert replay(second, third).ok
    assert third.cart == ["floor lamp"]


def test_a_diverged_replay_is_recorded_as_such(
    world: World, new_world: Any, record_in: Record, tmp_path: Path
) -> None:
    episode = record_in(world, click("Open @ floor lamp"))
    with EpisodeWriter("again", path=tmp_path / "second") as writer:
        replay(episode, new_world(("sofa",)), writer=writer, patience=0)
    second = read_episode(tmp_path / "second")
    assert second.ended is not None
    assert second.ended.reason is StopReason.DIVERGED
    assert second.in_flight is None
    assert second.steps[0].groundings[0].status == "missing"


def test_what_ends_a_replay_from_outside_is_a_result_and_recorded(
    world: World, new_world: Any, record_in: Record, tmp_path: Path
) -> None:
    episode = record_in(world, click("Open @ floor lamp"), click("Add to cart"))
    lost = new_world(GOODS)

    def close(_: ReplayStep) -> None:
        lost.close()

    def interrupt(_: ReplayStep) -> None:
        raise KeyboardInterrupt

    ends = [
        (lost, close, StopReason.ENV_LOST),
        (new_world(GOODS), interrupt, StopReason.INTERRUPTED),
    ]
    for env, on_step, reason in ends:
        with EpisodeWriter("again", path=tmp_path / reason) as writer:
            result = replay(episode, env, writer=writer, on_step=on_step)
        assert (result.ok, result.reason, result.steps) == (False, reason, 1)
        ended = read_episode(tmp_path / reason).ended
        assert ended is not None
        assert (ended.reason, ended.message) == (reason, result.message)


def test_a_replay_that_cannot_be_recorded_stops_before_it_acts(
    world: World, new_world: Any, record_in: Record, tmp_path: Path
) -> None:
    episode = record_in(world, click("Open @ floor lamp"))
    again = new_world(GOODS)
    with EpisodeWriter("again", path=tmp_path / "second") as writer:
        (tmp_path / "second" / "frames").rmdir()
        result = replay(episode, again, writer=writer)
    assert (result.ok, result.reason) == (False, StopReason.RECORDING_FAILED)
    assert "Cannot write the episode" in result.message
    assert again.path == "/"
