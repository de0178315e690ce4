"""The rules that decide, at their edges."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handeye.actions import Box, Point
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.items import Polygon, PolygonTarget
from handeye.grounding.evaluate.judge import judge, satisfies, surrounds, within

sides = st.integers(0, 60)


def square(left: float, top: float, side: float = 10, **fields: Any) -> Polygon:
    corners = ((left, top), (left + side, top), (left + side, top + side), (left, top + side))
    return Polygon(points=tuple(Point(x=x, y=y) for x, y in corners), **fields)


def at(*pairs: tuple[float, float]) -> tuple[Point, ...]:
    return tuple(Point(x=x, y=y) for x, y in pairs)


@pytest.mark.parametrize(
    ("pred", "verdict"),
    [
        ((20, 20), "correct"),
        ((10, 30), "correct"),
        ((30, 30), "correct"),  # all edges belong to the box, as in the official script
        ((30.01, 30), "wrong"),
        ((0, 0), "wrong"),
        (None, "wrong_format"),
    ],
)
def test_a_box(detail: Callable[..., Detail], pred: Any, verdict: str) -> None:
    assert judge(detail(pred=pred)) == verdict


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"absent": True}, "correct"),
        ({"pred": (0, 0)}, "wrong"),
        ({}, "wrong_format"),
    ],
)
def test_something_absent(fields: dict[str, Any], verdict: str) -> None:
    assert judge(Detail(id="one", gt_type="negative", **fields)) == verdict


@pytest.mark.parametrize(
    ("choice", "verdict"), [(1, "correct"), (0, "wrong"), (None, "wrong_format")]
)
def test_a_choice(choice: int | None, verdict: str) -> None:
    target = {"kind": "choice", "options": ["a", "b"], "right": 1}
    one = Detail.model_validate({"id": "one", "target": target, "choice": choice})
    assert judge(one) == verdict


def test_ranked_polygons_want_their_points_in_order() -> None:
    target = PolygonTarget(polygons=(square(0, 0, rank=1), square(50, 0, rank=2)))
    assert satisfies(target, at((5, 5), (55, 5)))
    assert not satisfies(target, at((55, 5), (5, 5)))
    assert not satisfies(target, at((5, 5)))
    assert satisfies(target, at((5, 5), (55, 5), (200, 200)))


def test_any_polygon_of_a_rank_will_do() -> None:
    target = PolygonTarget(polygons=(square(0, 0, rank=1), square(50, 0, rank=1)))
    assert satisfies(target, at((55, 5)))


def test_without_ranks_every_polygon_wants_a_point() -> None:
    target = PolygonTarget(polygons=(square(0, 0), square(50, 0)))
    assert satisfies(target, at((55, 5), (5, 5)))
    assert not satisfies(target, at((5, 5), (6, 6)))


def test_no_point_may_lie_where_it_is_banned() -> None:
    target = PolygonTarget(polygons=(square(0, 0, 40, rank=1), square(20, 0, banned=True)))
    assert satisfies(target, at((5, 5)))
    assert not satisfies(target, at((25, 5)))
    assert not satisfies(target, at((5, 5), (25, 5)))


def test_ranks_on_some_targets_only_are_no_answer_at_all() -> None:
    target = PolygonTarget(polygons=(square(0, 0, rank=1), square(50, 0)))
    assert not satisfies(target, at((5, 5), (55, 5)))


@given(
    left=sides, top=sides, side=st.integers(1, 60), x=st.integers(-5, 130), y=st.integers(-5, 130)
)
def test_a_square_polygon_is_a_box(left: int, top: int, side: int, x: int, y: int) -> None:
    box = Box(x1=left, y1=top, x2=left + side, y2=top + side)
    point = Point(x=x, y=y)
    assert surrounds(square(left, top, side), point) == within(box, point)


@given(st.lists(st.tuples(sides, sides), min_size=3, max_size=8), st.data())
def test_the_outline_belongs_to_a_polygon_of_any_shape(
    corners: list[tuple[int, int]], data: st.DataObject
) -> None:
    polygon = Polygon(points=at(*corners))
    start = data.draw(st.integers(0, len(corners) - 1))
    (ax, ay), (bx, by) = corners[start], corners[(start + 1) % len(corners)]
    middle = Point(x=(ax + bx) / 2, y=(ay + by) / 2)
    assert surrounds(polygon, middle)
    assert not surrounds(polygon, Point(x=61, y=30))


def test_a_notch_is_outside() -> None:
    arrow = Polygon(points=at((0, 0), (20, 0), (20, 20), (10, 5), (0, 20)))
    assert surrounds(arrow, Point(x=3, y=3))
    assert not surrounds(arrow, Point(x=10, y=15))
