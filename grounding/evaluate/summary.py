"""What the official metrics leave out: how sure, how far off, for which sizes, and at what cost.

Prevents: "87 %" as all that is known about a run.
"""

import itertools
import math
import statistics
from collections.abc import Sequence

from handeye.actions import Point, Value
from handeye.grounding.evaluate.detail import Detail, box_of
from handeye.grounding.evaluate.intervals import Interval, wilson
from handeye.grounding.evaluate.items import BoxTarget

# Sides of a square as large as the target, in pixels: a toolbar icon, a button, a picture.
SIZES = (16, 32, 64, 128, 256)


class Part(Value):
    """The right answers of some of the items."""

    name: str
    right: int
    total: int

    @property
    def accuracy(self) -> float:
        return self.right / self.total if self.total else 0.0

    @property
    def interval(self) -> Interval:
        """Wilson, 95 %."""
        return wilson(self.right, self.total)


class Costs(Value):
    """Of one item: seconds from question to answer, and tokens that models wrote."""

    mean_seconds: float | None
    median_seconds: float | None
    mean_output_tokens: float | None
    total_cost: float | None


class Summary(Value):
    """One run in figures.

    mean_of_groups: unweighted, as ScreenSpot-v2 and CUActSpot are reported. median_error: pixels
    from the point to the nearest edge of the right box, 0 inside of it. mean_iou: of predicted and
    right boxes, where both are there. by_size: by the square root of the target's area.
    """

    overall: Part
    wrong_format: int
    by_type: tuple[Part, ...]
    by_group: tuple[Part, ...]
    mean_of_groups: float
    by_size: tuple[Part, ...]
    median_error: float | None
    mean_iou: float | None
    costs: Costs


def summarize(details: Sequence[Detail]) -> Summary:
    """The figures of a run's details."""
    groups = sorted({detail.group for detail in details if detail.group})
    by_group = tuple(part(name, [d for d in details if d.group == name]) for name in groups)
    ious = [iou for detail in details if (iou := overlap(detail)) is not None]
    errors = [error for detail in details if (error := distance(detail)) is not None]
    typed = (part(name, [d for d in details if d.ui_type == name]) for name in ("text", "icon"))
    return Summary(
        overall=part("overall", details),
        wrong_format=sum(detail.correctness == "wrong_format" for detail in details),
        by_type=tuple(each for each in typed if each.total),
        by_group=by_group,
        mean_of_groups=_mean([each.accuracy for each in by_group]) or 0.0,
        by_size=by_size(details),
        median_error=statistics.median(errors) if errors else None,
        mean_iou=_mean(ious),
        costs=_costs(details),
    )


def part(name: str, details: Sequence[Detail]) -> Part:
    right = sum(detail.correctness == "correct" for detail in details)
    return Part(name=name, right=right, total=len(details))


def by_size(details: Sequence[Detail]) -> tuple[Part, ...]:
    """Right answers by the size of the box, smallest first; without sizes that do not occur."""
    edges = (0, *SIZES, math.inf)
    found = []
    for low, high in itertools.pairwise(edges):
        name = f"{low:g} px and more" if high == math.inf else f"{low:g} to {high:g} px"
        some = [d for d in details if (side := _side(d)) is not None and low <= side < high]
        found.append(part(name, some))
    return tuple(each for each in found if each.total)


def distance(detail: Detail) -> float | None:
    """Pixels from the point to the right box; None without a box or a point."""
    goal = detail.goal
    if not isinstance(goal, BoxTarget) or not detail.answered:
        return None
    point, box = detail.answered[0], goal.box
    nearest = Point(x=min(max(point.x, box.x1), box.x2), y=min(max(point.y, box.y1), box.y2))
    return point.distance(nearest)


def overlap(detail: Detail) -> float | None:
    """IoU of the predicted and the right box; None where one is not there."""
    goal = detail.goal
    if not isinstance(goal, BoxTarget) or detail.pred_bbox is None:
        return None
    return box_of(detail.pred_bbox).iou(goal.box)


def _side(detail: Detail) -> float | None:
    goal = detail.goal
    return math.sqrt(goal.box.area) if isinstance(goal, BoxTarget) else None


def _costs(details: Sequence[Detail]) -> Costs:
    seconds = [detail.seconds for detail in details if detail.seconds is not None]
    tokens = [detail.output_tokens for detail in details if detail.output_tokens is not None]
    prices = [
        call.usage.cost
        for detail in details
        for call in detail.calls
        if call.usage.cost is not None
    ]
    return Costs(
        mean_seconds=_mean(seconds),
        median_seconds=statistics.median(seconds) if seconds else None,
        mean_output_tokens=_mean(tokens),
        total_cost=sum(prices) if prices else None,
    )


def _mean(numbers: Sequence[float]) -> float | None:
    return statistics.fmean(numbers) if numbers else None
