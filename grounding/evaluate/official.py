"""The metrics of the official result files: the same keys, the same counts.

Source: eval_screenspot_pro.py of likaixin2000/ScreenSpot-Pro-GUI-Grounding. Prevents: figures that
only look like those of a leaderboard.
"""

from collections.abc import Sequence
from typing import Any

from handeye.grounding.evaluate.detail import Detail

Counts = dict[str, int | float]

# The breakdowns: the name in the file, and what its keys are made of, as "label:field".
_STYLES = {
    "fine_grained": (
        ("plat", "platform"),
        ("app", "application"),
        ("inst_style", "instruction_style"),
        ("gt_type", "gt_type"),
    ),
    "seeclick_style": (
        ("plat", "platform"),
        ("inst_style", "instruction_style"),
        ("gt_type", "gt_type"),
    ),
    "leaderboard_simple_style": (("group", "group"),),
    "leaderboard_detailed_style": (("app", "application"),),
}


def counts(details: Sequence[Detail]) -> Counts:
    """Accuracy overall, on text and on icons; 0 where there is nothing to count.

    What has the wrong format is in the denominator.
    """
    right = [detail for detail in details if detail.correctness == "correct"]
    return {
        "num_correct_action": len(right),
        "num_total": len(details),
        "wrong_format_num": sum(detail.correctness == "wrong_format" for detail in details),
        "action_acc": _share(right, details),
        "text_acc": _share(_of_type(right, "text"), _of_type(details, "text")),
        "icon_acc": _share(_of_type(right, "icon"), _of_type(details, "icon")),
    }


def metrics(details: Sequence[Detail]) -> dict[str, Any]:
    """The "metrics" of a result file; within a breakdown sorted by key."""
    found: dict[str, Any] = {}
    for style, parts in _STYLES.items():
        groups: dict[str, list[Detail]] = {}
        for detail in details:
            key = " ".join(f"{label}:{getattr(detail, field)}" for label, field in parts)
            groups.setdefault(key, []).append(detail)
        found[style] = {key: counts(groups[key]) for key in sorted(groups)}
    found["overall"] = counts(details)
    return found


def _of_type(details: Sequence[Detail], ui_type: str) -> list[Detail]:
    return [detail for detail in details if detail.ui_type == ui_type]


def _share(part: Sequence[Detail], whole: Sequence[Detail]) -> float:
    return len(part) / len(whole) if whole else 0.0
