"""Coordinates survive every crossing between spaces; zero is a place like any other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from handeye.actions import Box, Point, ScreenSpace, Size
from handeye.actions.geometry import box_from_relative, box_to_relative

DEVICE_SCALES = [1.0, 1.25, 1.5, 2.0]

pixels = st.floats(-10_000, 10_000)
sizes = st.builds(Size, width=st.integers(1, 8_000), height=st.integers(1, 8_000))
points = st.builds(Point, x=pixels, y=pixels)
fractions = st.floats(0, 1)


def ordered(low: st.SearchStrategy[float]) -> st.SearchStrategy[list[float]]:
    return st.lists(low, min_size=2, max_size=2).map(sorted)


def boxes_of(low: st.SearchStrategy[float]) -> st.SearchStrategy[Box]:
    return st.builds(
        lambda xs, ys: Box(x1=xs[0], y1=ys[0], x2=xs[1], y2=ys[1]), ordered(low), ordered(low)
    )


boxes = boxes_of(pixels)
relative_boxes = boxes_of(fractions)
# The whole float range, where areas round to 0 or to infinity.
any_boxes = boxes_of(st.floats(-1e150, 1e150))
spaces = st.builds(
    ScreenSpace,
    size=sizes,
    scale_x=st.sampled_from(DEVICE_SCALES),
    scale_y=st.sampled_from(DEVICE_SCALES),
    left=st.integers(-8_000, 8_000).map(float),
    top=st.integers(-8_000, 8_000).map(float),
)


def near(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-6)


def same_box(first: Box, second: Box) -> bool:
    return all(
        near(a, b)
        for a, b in zip(first.model_dump().values(), second.model_dump().values(), strict=True)
    )


def test_zero_is_a_place() -> None:
    assert Point(x=0, y=0) == Point.model_validate_json('{"x": 0, "y": 0}')
    assert Box(x1=0, y1=0, x2=10, y2=10).contains(Point(x=0, y=0))
    space = ScreenSpace(size=Size(width=100, height=50), scale_x=2, scale_y=2, left=-300, top=10)
    assert space.to_input(Point(x=0, y=0)) == Point(x=-300, y=10)
    assert space.clamp(Point(x=0, y=0)) == Point(x=0, y=0)


@pytest.mark.parametrize("scale", DEVICE_SCALES)
def test_a_pixel_lies_at_its_css_position_times_the_device_scale(scale: float) -> None:
    space = ScreenSpace(size=Size(width=1600, height=1000), scale_x=scale, scale_y=scale)
    assert space.from_input(Point(x=120, y=40)) == Point(x=120 * scale, y=40 * scale)
    assert space.to_input(Point(x=120 * scale, y=40 * scale)) == Point(x=120, y=40)


def test_a_monitor_to_the_left_of_the_main_one() -> None:
    space = ScreenSpace(size=Size(width=3840, height=2160), scale_x=2, scale_y=2, left=-1920)
    assert space.to_input(Point(x=0, y=0)) == Point(x=-1920, y=0)
    assert space.to_input(Point(x=3839, y=0)) == Point(x=-0.5, y=0)
    assert space.from_input(Point(x=-1, y=5)) == Point(x=3838, y=10)


@given(spaces, points)
def test_points_come_back_from_input_space(space: ScreenSpace, point: Point) -> None:
    back = space.from_input(space.to_input(point))
    assert near(back.x, point.x)
    assert near(back.y, point.y)


@given(spaces, boxes)
def test_boxes_come_back_from_input_space(space: ScreenSpace, box: Box) -> None:
    assert same_box(space.box_from_input(space.box_to_input(box)), box)


@given(spaces, boxes)
def test_a_box_and_its_centre_cross_together(space: ScreenSpace, box: Box) -> None:
    apart, together = space.to_input(box.center), space.box_to_input(box).center
    assert near(apart.x, together.x)
    assert near(apart.y, together.y)


@st.composite
def parts(draw: st.DrawFn) -> tuple[ScreenSpace, Box, Size]:
    """A screen, a region of it, and the size of the picture that shows the region."""
    space = draw(spaces)
    left = draw(st.integers(0, space.size.width - 1))
    top = draw(st.integers(0, space.size.height - 1))
    right = draw(st.integers(left + 1, space.size.width))
    bottom = draw(st.integers(top + 1, space.size.height))
    return space, Box(x1=left, y1=top, x2=right, y2=bottom), draw(sizes)


@given(parts(), points)
def test_points_come_back_from_a_part_of_the_screen(
    made: tuple[ScreenSpace, Box, Size], point: Point
) -> None:
    space, region, size = made
    part = space.part(region, size)
    back = space.from_input(part.to_input(part.from_input(space.to_input(point))))
    assert near(back.x, point.x)
    assert near(back.y, point.y)


@given(parts())
def test_a_part_shows_its_region_from_edge_to_edge(made: tuple[ScreenSpace, Box, Size]) -> None:
    space, region, size = made
    part = space.part(region, size)
    whole = Box(x1=0, y1=0, x2=size.width, y2=size.height)
    assert same_box(space.box_from_input(part.box_to_input(whole)), region)


@given(sizes, relative_boxes)
def test_boxes_come_back_from_relative_space(size: Size, box: Box) -> None:
    assert same_box(box_to_relative(box_from_relative(box, size), size), box)


@given(spaces, relative_boxes)
def test_relative_to_pixels_to_input_and_back(space: ScreenSpace, box: Box) -> None:
    sent = space.box_to_input(box_from_relative(box, space.size))
    assert same_box(box_to_relative(space.box_from_input(sent), space.size), box)


@given(sizes)
def test_the_whole_screen_is_the_relative_unit_box(size: Size) -> None:
    whole = Box(x1=0, y1=0, x2=size.width, y2=size.height)
    assert box_from_relative(Box(x1=0, y1=0, x2=1, y2=1), size) == whole


@given(spaces, points)
def test_clamp_ends_on_a_pixel(space: ScreenSpace, point: Point) -> None:
    clamped = space.clamp(point)
    assert 0 <= clamped.x <= space.size.width - 1
    assert 0 <= clamped.y <= space.size.height - 1
    assert space.clamp(clamped) == clamped


@given(spaces, fractions, fractions)
def test_clamp_leaves_points_on_the_screen_alone(space: ScreenSpace, x: float, y: float) -> None:
    point = Point(x=x * (space.size.width - 1), y=y * (space.size.height - 1))
    assert space.clamp(point) == point


@given(any_boxes, any_boxes)
def test_iou_is_between_0_and_1_and_has_no_order(first: Box, second: Box) -> None:
    assert 0.0 <= first.iou(second) <= 1.0
    assert first.iou(second) == second.iou(first)


@given(boxes.filter(lambda box: box.area > 1e-6))
def test_iou_of_a_box_with_itself_is_1(box: Box) -> None:
    assert box.iou(box) == 1.0


def test_iou_of_known_boxes() -> None:
    box = Box(x1=0, y1=0, x2=10, y2=10)
    assert box.iou(Box(x1=5, y1=0, x2=15, y2=10)) == pytest.approx(1 / 3)
    assert box.iou(Box(x1=10, y1=0, x2=20, y2=10)) == 0.0  # they only touch
    assert box.iou(Box(x1=5, y1=5, x2=5, y2=5)) == 0.0  # a box without area


def test_iou_of_slivers_whose_area_rounds_to_zero() -> None:
    sliver = Box(x1=0, y1=0, x2=5e-324, y2=5e-324)
    assert sliver.iou(sliver) == 0.0


@given(boxes, boxes)
def test_the_intersection_lies_in_both(first: Box, second: Box) -> None:
    shared = first.intersection(second)
    if shared is not None:
        assert shared.intersection(first) == shared == shared.intersection(second)
        assert shared.area <= min(first.area, second.area)


def test_the_right_and_bottom_edges_are_outside() -> None:
    box = Box(x1=0, y1=0, x2=10, y2=5)
    assert not box.contains(Point(x=10, y=0))
    assert not box.contains(Point(x=0, y=5))


@given(points, points)
def test_distance_is_the_same_both_ways(first: Point, second: Point) -> None:
    assert first.distance(second) == second.distance(first)
    assert first.distance(first) == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_nothing_lies_at_infinity(bad: float) -> None:
    with pytest.raises(ValidationError):
        Point(x=bad, y=0)
    with pytest.raises(ValidationError):
        Box(x1=0, y1=0, x2=bad, y2=1)
    with pytest.raises(ValidationError):
        ScreenSpace(size=Size(width=1, height=1), left=bad)


@pytest.mark.parametrize("edges", [(1, 0, 0, 0), (0, 1, 0, 0)])
def test_a_box_inside_out_is_refused(edges: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValidationError, match="x1 <= x2"):
        Box(x1=edges[0], y1=edges[1], x2=edges[2], y2=edges[3])


@pytest.mark.parametrize("scale", [0, -1])
def test_a_scale_is_above_zero(scale: float) -> None:
    with pytest.raises(ValidationError):
        ScreenSpace(size=Size(width=1, height=1), scale_x=scale)
