"""What was decided on one look is done only while the screen still has what it is for."""

from typing import Any

import pytest

from handeye.actions import Box, Click, Drag, Point, Press, Target
from handeye.agent.planner.rest import Rest
from handeye.grounding import Grounding

HERE, THERE = Box(x1=10, y1=10, x2=30, y2=20), Box(x1=10, y1=60, x2=30, y2=70)
SAVE = Click(target=Target(phrase="button “Save” [1]"))


@pytest.fixture
def rest(look: Any, element: Any) -> Rest:
    """Save, what lies under a point, and a phrase that nobody has looked up."""
    save, help_ = element("button", "Save", box=HERE), element("link", "Help", box=THERE)
    named = Grounding(
        phrase=SAVE.target.phrase, status="found", point=HERE.center, box=HERE, element=save
    )
    under = Target(phrase="help", point=Point(x=12, y=62))
    actions = (SAVE, Click(target=under), Click(target=Target(phrase="the red one")))
    return Rest(actions, look(save, help_), {SAVE.target.phrase: named})


def test_targets_are_found_again_where_they_are_now(rest: Rest, look: Any, element: Any) -> None:
    now = look(element("link", "Help", box=HERE), element("button", "Save", box=THERE))
    plan, left = rest.next(now) or pytest.fail("nothing was left")
    assert plan.action == SAVE
    assert plan.groundings[0].point == THERE.center
    plan, left = left.next(now) or pytest.fail("nothing was left")
    assert plan.action.target.point == Point(x=12, y=12)  # type: ignore[union-attr]
    plan, left = left.next(now) or pytest.fail("nothing was left")
    assert (plan.action, plan.groundings) == (rest.actions[2], ())
    assert left.next(now) is None


def test_what_is_gone_or_on_another_page_is_asked_anew(rest: Rest, look: Any, element: Any) -> None:
    save = element("button", "Save", box=HERE)
    assert rest.next(look(element("link", "Help", box=HERE))) is None
    assert rest.next(look(save, url="http://a.test/other")) is None
    assert rest.next(look(save)) is not None


def test_a_place_with_nothing_that_is_known_is_not_trusted(look: Any) -> None:
    blind = Rest((Click(target=Target(point=Point(x=5, y=5))),), look(), {})
    assert blind.next(look()) is None


def test_actions_without_targets_and_with_several(rest: Rest, look: Any, element: Any) -> None:
    ends = Target(phrase=SAVE.target.phrase), Target(phrase="the red one")
    several = Rest((Press(keys=("Enter",)), Drag(path=ends)), rest.seen, rest.named)
    now = look(element("button", "Save", box=THERE))
    plan, left = several.next(now) or pytest.fail("nothing was left")
    assert plan.action == several.actions[0]
    plan, left = left.next(now) or pytest.fail("nothing was left")
    assert [found.phrase for found in plan.groundings] == [SAVE.target.phrase]
    assert left.actions == ()
