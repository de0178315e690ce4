"""Each judge says no before and yes after, and lets no near miss pass."""

import pytest

from handeye.envs.shop import DEMO, TASKS, ShopState, ShopTask
from handeye.envs.shop.state import Settings

TO = {
    "name": "Ada Park", "address": "12 Mill Lane", "city": "Leeds", "postcode": "LS1 4DY",
    "country": "United Kingdom", "delivery": "Express", "terms": "on",
}  # fmt: skip


def prepared(task: ShopTask) -> ShopState:
    state = ShopState()
    task.prepare(state)
    return state


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_doing_nothing_is_no_success(task: ShopTask) -> None:
    assert not task.succeeded(prepared(task))


def test_names_are_unique_and_the_demo_comes_first() -> None:
    assert TASKS[0] is DEMO
    assert len({task.name for task in TASKS}) == len(TASKS)


@pytest.mark.parametrize(
    ("changes", "quantity", "colour", "answer", "verdict"),
    [
        ({}, 2, "Brass", "PC-1001", True),
        ({}, 2, "Brass", "Your number is PC-1001.", True),
        ({}, 2, "Brass", "", False),
        ({}, 1, "Brass", "PC-1001", False),
        ({}, 2, "Black", "PC-1001", False),
        ({"delivery": "Standard"}, 2, "Brass", "PC-1001", False),
        ({"city": "London"}, 2, "Brass", "PC-1001", False),
    ],
)
def test_the_demo_is_judged_on_the_order(
    changes: dict[str, str], quantity: int, colour: str, answer: str, verdict: bool
) -> None:
    state = ShopState()
    state.add("halo-desk-lamp", colour, quantity)
    state.place_order(TO | changes)
    assert DEMO.succeeded(state, answer) is verdict


def test_the_other_judges_agree_with_the_right_end_state() -> None:
    tasks = {task.name: task for task in TASKS}
    state = prepared(tasks["three-notebooks"])
    state.add("dotted-notebook", "Blue", 3)
    assert tasks["three-notebooks"].succeeded(state)

    state = prepared(tasks["send-gift"])
    state.place_order(
        TO | {"name": "Jo Vale", "country": "Ireland", "delivery": "Pick up in store",
              "note": "Ring twice", "gift": "on"}
    )  # fmt: skip
    assert tasks["send-gift"].succeeded(state)

    state = prepared(tasks["empty-cart"])
    state.empty()
    assert tasks["empty-cart"].succeeded(state)

    state = prepared(tasks["cheapest"])
    state.add("paper-clips")
    assert tasks["cheapest"].succeeded(state)

    assert tasks["read-power"].succeeded(ShopState(), "Power: 9 W")

    state = prepared(tasks["remove-stapler"])
    state.remove("stapler/Red")
    assert tasks["remove-stapler"].succeeded(state)

    state = prepared(tasks["newsletter"])
    state.save_settings(Settings(email="ada@example.com", language="Français", newsletter=True))
    assert tasks["newsletter"].succeeded(state)
