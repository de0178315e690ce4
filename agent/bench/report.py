"""All that was played, in Markdown, beside what others had: people and published agents.

Prevents: a share without its uncertainty, or beside one that was measured with other input.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from statistics import mean
from typing import TypeVar

from handeye.agent.bench.results import BenchResults, Played
from handeye.grounding.evaluate.intervals import wilson

K = TypeVar("K")
PUBLISHED = (
    ("GPT-5", 0.715),
    ("Claude 3.5 Sonnet", 0.698),
    ("o1-mini", 0.678),
    ("Llama 3.1 405B", 0.646),
    ("GPT-4o", 0.638),
    ("Llama 3.1 70B", 0.576),
    ("GPT-4o mini", 0.566),
)
PUBLISHED_INPUT = (
    "AgentLab's agents in BrowserGym: accessibility tree as text, no screenshots, 125 tasks × 5 "
    "seeds, at most 10 steps (arXiv 2412.05467; GPT-5 from BrowserGym's leaderboard)"
)


def human() -> dict[str, tuple[int, float]]:
    """Task → demonstrations by people, and the share of them that succeeded, where known."""
    kept = json.loads(Path(__file__).with_name("human.json").read_text(encoding="utf-8"))
    return {task: (count, share) for task, (count, share) in kept["tasks"].items()}


def grouped(played: Collection[Played], key: Callable[[Played], K]) -> dict[K, list[Played]]:
    groups: dict[K, list[Played]] = defaultdict(list)
    for each in sorted(played, key=lambda each: (each.task, each.seed)):
        groups[key(each)].append(each)
    return groups


def markdown(results: BenchResults) -> str:
    """The report: overall, by seed, by task, how the rest ended, and others' figures."""
    played = results.played
    if not played:
        return "Nothing was played.\n"
    by_task = grouped(played, lambda each: each.task)
    by_seed = grouped(played, lambda each: each.seed)
    people = human()
    lines = [
        f"MiniWoB++, {results.settings['planner']}: {len(by_task)} tasks, {len(by_seed)} seeds "
        f"({min(by_seed)} to {max(by_seed)}), at most {results.settings['limits']}",
        "",
        _row(
            "",
            "solved",
            "of",
            "share",
            "95 %",
            "in full",
            "reward",
            "steps",
            "s",
            "tokens",
            "people",
        ),
        "|---" * 11 + "|",
        _row("**all**", *_figures(played), ""),
        *(_row(f"seed {seed}", *_figures(by_seed[seed]), "") for seed in sorted(by_seed)),
    ]
    for task, those in by_task.items():
        share = f"{people[task][1]:.2f} of {people[task][0]}" if task in people else ""
        lines.append(_row(task, *_figures(those), share))
    return "\n".join([*lines, "", *_stops(played), *_others()]) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _figures(played: Sequence[Played]) -> tuple[str, ...]:
    count, hits = len(played), sum(each.success for each in played)
    low, high = wilson(hits, count)
    tokens = mean(each.usage.prompt_tokens + each.usage.completion_tokens for each in played)
    return (
        str(hits),
        str(count),
        f"{hits / count:.3f}",
        f"{low:.3f}–{high:.3f}",
        str(sum(each.raw_reward >= 1 for each in played)),
        f"{mean(each.raw_reward for each in played):.2f}",
        f"{mean(each.steps for each in played):.1f}",
        f"{mean(each.seconds for each in played):.1f}",
        f"{tokens:.0f}",
    )


def _stops(played: Collection[Played]) -> list[str]:
    """How the episodes that were not solved ended."""
    counts: dict[str, int] = defaultdict(int)
    for each in played:
        if not each.success:
            counts[each.stop] += 1
    told = ", ".join(f"{stop} {count}" for stop, count in sorted(counts.items()))
    return [f"Not solved: {told}.", ""] if told else []


def _others() -> list[str]:
    return [
        f"Published: {', '.join(f'{who} {share:.3f}' for who, share in PUBLISHED)}.",
        f"They had: {PUBLISHED_INPUT}. Their seeds give other pages.",
        "People, with the page on a screen: the share of the demonstrations that succeeded in "
        "stanfordnlp/miniwob-plusplus-demos (Mechanical Turk, 2017).",
    ]
