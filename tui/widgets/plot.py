"""Plots of accuracy: of runs against the time of an answer, and of one run while it went on."""

import math
from collections.abc import Sequence
from typing import Any

from textual_plotext import PlotextPlot

from handeye.actions import Value

_MOST = 400  # points of a curve
_MARKS = 5  # on an axis
_AROUND = 5  # lines of title, frame and legend


class Spot(Value):
    """A run in the plot: a sign, its accuracy with the interval, and the seconds of an answer."""

    sign: str
    seconds: float
    share: float
    low: float
    high: float
    here: bool = False


class Plot(PlotextPlot):  # type: ignore[misc]
    """Drawn again when it is shown something else or its size changes."""

    _heights: tuple[float, float] | None = None

    def runs(self, spots: Sequence[Spot], told: str) -> None:
        """Accuracy against seconds an answer: up and to the left is better."""
        drawn = self._begin(told, "seconds an answer (mean)")
        for spot in sorted(spots, key=lambda spot: spot.here):
            color = self._color("accent" if spot.here else "primary")
            ends = [100 * spot.low, 100 * spot.high]
            drawn.plot([spot.seconds] * 2, ends, marker="│", color=color)
            drawn.scatter([spot.seconds], [100 * spot.share], marker=spot.sign, color=color)
        if spots:
            widest = 1.15 * max(spot.seconds for spot in spots) or 1.0
            drawn.xlim(0, widest)
            drawn.xticks(*_ticks(0, widest))
            low = max(0.0, 100 * min(spot.low for spot in spots) - 5)
            high = min(100.0, 100 * max(spot.high for spot in spots) + 5)
            drawn.ylim(low, high)
            self._heights = (low, high)
        self.refresh()

    def curve(self, points: Sequence[tuple[float, float]], told: str) -> None:
        """Accuracy after so much work."""
        kept = points[:: max(1, len(points) // _MOST)]
        unit, name = (60, "minutes") if kept and kept[-1][0] > 180 else (1, "seconds")
        drawn = self._begin(told, f"{name} of work")
        if kept:
            spent = [seconds / unit for seconds, _ in kept]
            shares = [100 * share for _, share in kept]
            drawn.plot(spent, shares, marker="braille", color=self._color("primary"))
            drawn.xticks(*_ticks(0, spent[-1]))
            drawn.ylim(0, 100)
            self._heights = (0.0, 100.0)
        self.refresh()

    def render(self) -> Any:
        """As many marks on the upright axis as there are lines for: plotext lays two on one."""
        if self._heights is not None:
            most = max(1, min(_MARKS, (self.size.height - _AROUND) // 2))
            self.plt.yticks(*_ticks(*self._heights, most))
        return super().render()

    def _begin(self, told: str, across: str) -> Any:
        drawn = self.plt
        self._heights = None
        drawn.clear_figure()
        drawn.title(told)
        drawn.xlabel(across)
        drawn.ylabel("% right")
        return drawn

    def _color(self, name: str) -> Any:
        from textual.color import Color

        return Color.parse(self.app.theme_variables[name]).rgb


def _ticks(low: float, high: float, most: int = _MARKS) -> tuple[list[float], list[str]]:
    """About `most` round numbers from `low` to `high`, and how they are written."""
    rough = max(high - low, 1e-6) / most
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * each for each in (1, 2, 5, 10) if scale * each >= rough)
    places = [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return places, [f"{round(place, 6):g}" for place in places]
