"""Accuracy against what it costs: seconds and output tokens an item, with the Pareto front.

Source of the figure: the headline plot of Phi-4-reasoning-vision (Microsoft 2026). Drawn by
matplotlib, from the extra "eval". Prevents: a point of accuracy bought with ten times the time,
unnoticed.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from handeye.actions.errors import BackendError
from handeye.grounding.evaluate.compare.runs import Compared, pareto_front

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLORS = ("#0b6e99", "#c1440e", "#4b7f2c", "#7a4fa3", "#b08a00", "#b0316f", "#3d5a80", "#6b4f3a")
_MARKERS = "osD^vPX*"


def draw(runs: Sequence[Compared]) -> "Figure":
    """A panel for each cost that some run has. Raises BackendError without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise BackendError(
            "The plot needs matplotlib, which is not installed.",
            "Run: pip install 'handeye[eval]'",
        ) from error
    costs: list[tuple[str, list[float | None]]] = [
        ("seconds an item (mean)", [each.summary.costs.mean_seconds for each in runs]),
        ("output tokens an item (mean)", [each.summary.costs.mean_output_tokens for each in runs]),
    ]
    panels = [(label, values) for label, values in costs if any(values)]
    figure = Figure(figsize=(5.4 * max(1, len(panels)), 4.6), layout="constrained")
    shared = None
    for number, (label, values) in enumerate(panels, 1):
        axes = figure.add_subplot(1, len(panels), number, sharey=shared)
        shared = shared or axes
        _panel(axes, runs, values)
        axes.set_xlabel(label)
    if shared is not None:
        shared.set_ylabel(f"accuracy on {len(runs[0].details)} items, % (bars: 95 %, Wilson)")
        handles, labels = shared.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", frameon=False)
    return figure


def encoded(figure: "Figure", form: Literal["svg", "png"]) -> bytes:
    """The same bytes for the same figure."""
    import matplotlib

    packed = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "handeye", "svg.fonttype": "none"}):
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(packed, format=form, dpi=160, metadata=metadata)
    return packed.getvalue()


def _panel(axes: "Axes", runs: Sequence[Compared], values: Sequence[float | None]) -> None:
    shown = [
        (cost, 100 * each.summary.overall.accuracy)
        for each, cost in zip(runs, values, strict=True)
        if cost
    ]
    front = [shown[number] for number in pareto_front(shown)]
    axes.plot(*zip(*front, strict=True), color="#999999", linestyle="--", linewidth=1, zorder=1)
    for number, (each, cost) in enumerate(zip(runs, values, strict=True)):
        part = each.summary.overall
        style: dict[str, Any] = {"color": _COLORS[number % len(_COLORS)], "label": each.name}
        if not cost:  # no such cost: in the legend only
            axes.plot([], [], marker=_MARKERS[number % len(_MARKERS)], linestyle="", **style)
            continue
        low, high = part.interval
        bars = [[100 * (part.accuracy - low)], [100 * (high - part.accuracy)]]
        axes.errorbar(
            [cost], [100 * part.accuracy], yerr=bars, fmt=_MARKERS[number % len(_MARKERS)],
            capsize=3, markersize=7, elinewidth=1, clip_on=False, **style,
        )  # fmt: skip
    if max(shown)[0] > 10 * min(shown)[0]:
        axes.set_xscale("log")
    else:
        axes.set_xlim(0, 1.1 * max(shown)[0])
    axes.set_ylim(0, 100)
    axes.grid(color="#e6e6e6", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
