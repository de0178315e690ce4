"""A run's figures as tables for the terminal."""

from collections import Counter
from collections.abc import Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from handeye.grounding.evaluate.items import Problem
from handeye.grounding.evaluate.summary import Part, Summary


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def interval(part: Part) -> str:
    low, high = part.interval
    return f"{100 * low:.1f} – {100 * high:.1f} %"


def scores(summary: Summary) -> RenderableType:
    """Accuracy with its interval: overall, by type, by group, by size of the target.

    Each part has its title, as a type and a group may have the same name.
    """
    table = Table("", "Right", "Of", "Accuracy", "95 %", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    blocks = (
        ("", (summary.overall,)),
        ("By what is shown", summary.by_type),
        ("By group of the benchmark", summary.by_group),
        ("By size of the target", summary.by_size),
    )
    for title, block in blocks:
        if block and title:
            table.add_row(title, style="bold")
        for part in block:
            row = (str(part.right), str(part.total), percent(part.accuracy), interval(part))
            table.add_row(f"{'  ' * bool(title)}{escape(part.name)}", *row)
        if block:
            table.add_section()
    return table


def facts(summary: Summary) -> list[str]:
    """The other figures, a line each; those that were not measured are left out."""
    costs = summary.costs
    told: list[tuple[str, float | None, str]] = [
        ("no point in the answer", summary.wrong_format, "{:g} items")
    ]
    if len(summary.by_group) > 1:
        told.append(("mean of the groups", 100 * summary.mean_of_groups, "{:.1f} %"))
    told += [
        ("median distance to the box", summary.median_error, "{:.0f} px"),
        ("mean IoU with the box", summary.mean_iou, "{:.2f}"),
        ("seconds an item, median", costs.median_seconds, "{:.3f} s"),
        ("seconds an item, mean", costs.mean_seconds, "{:.3f} s"),
        ("output tokens an item", costs.mean_output_tokens, "{:.1f}"),
        ("cost", costs.total_cost, "${:.4f}"),
    ]
    return [f"{name}: {form.format(value)}" for name, value, form in told if value is not None]


def problem_lines(problems: Sequence[Problem], most: int = 5) -> list[str]:
    """The problems of a data set, alike ones together, each kind with its first `most` places."""
    kinds = Counter((problem.left_out, problem.what) for problem in problems)
    lines = []
    for (left_out, what), count in kinds.most_common(20):
        places = [each.where for each in problems if (each.left_out, each.what) == (left_out, what)]
        more = f" and {count - most} more" if count > most else ""
        note = "left out" if left_out else "asked all the same"
        lines.append(f"{what} ({note}): {', '.join(places[:most])}{more}")
    if len(kinds) > 20:
        lines.append(f"and {len(kinds) - 20} further kinds of problems")
    return lines
