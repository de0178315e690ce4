"""Whether an answer is right, by the rule of each kind of target.

Prevents: scores that differ from the official ones by an edge that belongs to a box or does not.
"""

from handeye.actions import Box, Point
from handeye.grounding.evaluate.detail import Correctness, Detail
from handeye.grounding.evaluate.items import (
    AbsentTarget,
    BoxTarget,
    ChoiceTarget,
    Polygon,
    PolygonTarget,
)


def judge(detail: Detail) -> Correctness:
    """The official verdict on what was answered.

    A box: the point lies in it or on any of its edges (ScreenSpot-Pro). Something absent: the
    answer says so. Polygons: as `satisfies` has it. A choice: the right one.
    """
    goal, points = detail.goal, detail.answered
    if isinstance(goal, AbsentTarget):
        return "correct" if detail.absent else "wrong" if points else "wrong_format"
    if isinstance(goal, ChoiceTarget):
        if detail.choice is None:
            return "wrong_format"
        return "correct" if detail.choice == goal.right else "wrong"
    if not points:
        return "wrong_format"
    if isinstance(goal, BoxTarget):
        return "correct" if within(goal.box, points[0]) else "wrong"
    return "correct" if satisfies(goal, points) else "wrong"


def within(box: Box, point: Point) -> bool:
    """In the box or on any of its edges."""
    return box.x1 <= point.x <= box.x2 and box.y1 <= point.y <= box.y2


def satisfies(target: PolygonTarget, points: tuple[Point, ...]) -> bool:
    """CUActSpot's rule (eval_utils.py of microsoft/Phi-Ground).

    No point lies in a banned polygon. With ranks, the i-th point lies in a polygon of rank i, for
    every i up to the highest; further points only have to avoid what is banned. Without ranks,
    every polygon holds a point. Ranks on some targets only are an error of the data: not satisfied.
    """
    banned = [polygon for polygon in target.polygons if polygon.banned]
    wanted = [polygon for polygon in target.polygons if not polygon.banned]
    if any(surrounds(polygon, point) for polygon in banned for point in points):
        return False
    ranks = [polygon.rank for polygon in wanted if polygon.rank is not None]
    if not ranks:
        return all(any(surrounds(polygon, point) for point in points) for polygon in wanted)
    if len(ranks) < len(wanted) or len(points) < max(ranks):
        return False
    return all(
        any(surrounds(each, points[rank - 1]) for each in wanted if each.rank == rank)
        for rank in range(1, max(ranks) + 1)
    )


def surrounds(polygon: Polygon, point: Point) -> bool:
    """In the polygon or on its outline: the crossings of a ray to the right, even-odd rule."""
    inside = False
    corners = polygon.points
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        if _on_segment(point, a, b):
            return True
        crosses = (a.y > point.y) != (b.y > point.y)
        if crosses and point.x < a.x + (point.y - a.y) * (b.x - a.x) / (b.y - a.y):
            inside = not inside
    return inside


def _on_segment(point: Point, a: Point, b: Point) -> bool:
    across = (point.y - a.y) * (b.x - a.x) - (point.x - a.x) * (b.y - a.y)
    return (
        abs(across) < 1e-9
        and min(a.x, b.x) <= point.x <= max(a.x, b.x)
        and min(a.y, b.y) <= point.y <= max(a.y, b.y)
    )
