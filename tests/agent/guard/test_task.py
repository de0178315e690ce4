"""What the user's own words grant, and what only looks like it."""

import pytest

from handeye.agent.guard.task import commands, names

BUY = "buy|order|purchase"


@pytest.mark.parametrize(
    ("task", "granted"),
    [
        ("Buy two of the cheapest lamp", True),
        ("Open the shop and order a lamp", True),
        ("Go to the shop, then purchase it", True),
        ("Do not buy anything", False),
        ("Find out how to buy a lamp", False),
        ("Tell me the order number", False),
        ("Type 'note, buy milk' into Title", False),
        ("Look at the buying guide", False),
        ("", False),
    ],
)
def test_a_verb_of_the_task_grants(task: str, granted: bool) -> None:
    assert bool(commands(task, BUY)) is granted


@pytest.mark.parametrize(
    ("task", "granted"),
    [
        ("Fill it in, click 'Place order'", True),
        ("click Place order", True),
        ("Click on the Place Order button", True),
        ("Do not click 'Place order'", False),
        ("Read about the place order form", False),
        ("click Place orders", False),
    ],
)
def test_naming_a_thing_grants(task: str, granted: bool) -> None:
    assert (names(task, ["Place order"]) == "place order") is granted
