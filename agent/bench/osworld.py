"""Task files of OSWorld, each on a private display of its own, and what came of them.

Prevents: a share of solved tasks that does not say which tasks were not tried, and why.
"""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from handeye.actions.errors import EnvError, UsageError
from handeye.agent.backends import choose
from handeye.agent.bench.course import BenchSettings, Counting
from handeye.agent.bench.episode import play_episode
from handeye.agent.bench.results import EPISODES, NOT_PREPARED, BenchResults, Played
from handeye.agent.budget import Budget
from handeye.envs.desktop import DesktopEnv
from handeye.envs.desktop.osworld import OsworldTask, Place, load_tasks, unsupported
from handeye.envs.desktop.private import needed_programs
from handeye.episodes.events import Event, Planned
from handeye.episodes.result import StopReason
from handeye.grounding import Grounder
from handeye.grounding.chat.backends import ModelOptions
from handeye.grounding.evaluate.intervals import wilson
from handeye.grounding.ocr import text_on


class Sorted(NamedTuple):
    """The tasks that can be tried here, those that cannot with what they need, and why other files
    are no tasks."""

    fit: tuple[OsworldTask, ...]
    left_out: tuple[tuple[OsworldTask, tuple[str, ...]], ...]
    others: tuple[str, ...]


def sorted_out(path: Path) -> Sorted:
    """Raises UsageError where there are no tasks."""
    found = load_tasks(path)
    lacks = {task.name: unsupported(task) for task in found.tasks}
    return Sorted(
        tuple(task for task in found.tasks if not lacks[task.name]),
        tuple((task, lacks[task.name]) for task in found.tasks if lacks[task.name]),
        found.others,
    )


def told(tasks: Sorted) -> Iterator[str]:
    """A line for each file: what of it is supported."""
    for task in tasks.fit:
        yield f"{task.name}: supported"
    for task, lacks in tasks.left_out:
        yield f"{task.name}: not supported: {', '.join(lacks)}"
    for why in tasks.others:
        yield f"no task: {why}"


def play_tasks(tasks: Sequence[OsworldTask], settings: BenchSettings) -> Iterator[Played]:
    """Each once, in order. Raises KeyboardInterrupt, DisplayError where there are no private
    displays, and RecordingError when the disk is full."""
    needed_programs()
    options = ModelOptions(profile=settings.profile)
    moves = DesktopEnv.action_space
    minds = choose(settings.planner, settings.grounder, settings.model, options, moves)
    for task in tasks:
        yield _play(task, Counting(minds[0]), minds[1], settings)


def _play(
    task: OsworldTask, planner: Counting, grounder: Grounder, settings: BenchSettings
) -> Played:
    started = time.monotonic()
    watch = _LastWord()
    score, stop, message, steps = 0.0, NOT_PREPARED, "", 0
    try:
        with Place(task, read=text_on) as place:
            stop = StopReason.GAVE_UP.value
            said = place.task.instruction
            planner.prepare(said)
            budget = Budget(settings.steps, settings.seconds)
            folder = settings.out / EPISODES / f"{task.name}-0"
            # Without it a replay would be done on the desktop that its user is on.
            where = {"display": "new"}
            minds = (planner, grounder)
            result = play_episode(said, folder, place.env, minds, budget, watch, where)
            stop, message, steps = result.reason.value, result.message, result.steps
            if result.reason is StopReason.INTERRUPTED:
                raise KeyboardInterrupt
            if result.reason is not StopReason.ENV_LOST:
                score = place.score(gave_up=watch.cannot)
            message = " ".join([message, *place.notes]).strip()
    except (UsageError, EnvError) as error:
        message = str(error)
    return Played(
        task=task.name,
        seed=0,
        done=stop != NOT_PREPARED,
        raw_reward=score,
        reward=score,
        steps=steps,
        seconds=round(time.monotonic() - started, 2),
        usage=planner.usage,
        repairs=planner.repairs,
        stop=stop,
        message=message,
    )


class _LastWord:
    """Hears whether the last thing that was decided is that the task cannot be done."""

    def __init__(self) -> None:
        self.cannot = False

    def __call__(self, event: Event) -> None:
        if isinstance(event, Planned):
            unusable = bool(event.calls and event.calls[-1].problem)
            action = event.action
            self.cannot = action.kind == "done" and not action.success and not unusable


def report(results: BenchResults, tasks: Sorted) -> str:
    """All of it in Markdown: the share, the tasks that were tried, and those that were not."""
    by_id = {each.task: each for each in results.played}
    tried = [by_id[task.name] for task in tasks.fit if task.name in by_id]
    counted = [each for each in tried if each.stop != NOT_PREPARED]
    lines = [
        f"OSWorld task files, {results.settings['planner']}, at most {results.settings['limits']}: "
        f"{len(tasks.fit) + len(tasks.left_out)} tasks, {len(counted)} done on a private display, "
        f"{len(tried) - len(counted)} not set up, {len(tasks.left_out)} not supported.",
        "",
        *_share(counted),
    ]
    if tried:
        lines += ["| task | score | steps | s | ended | |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {each.task} | {each.raw_reward:g} | {each.steps} | {each.seconds:.1f} | "
            f"{each.stop} | {_cell(each.message)} |"
            for each in tried
        ]
    if tasks.left_out:
        lines += ["", "| not supported | needs |", "|---|---|"]
        lines += [f"| {task.name} | {', '.join(lacks)} |" for task, lacks in tasks.left_out]
    if tasks.others:
        lines += ["", "No tasks:", "", *(f"- {_cell(why)}" for why in tasks.others)]
    return "\n".join(lines) + "\n"


def _share(played: Sequence[Played]) -> list[str]:
    if not played:
        return []
    hits, count = sum(each.raw_reward >= 1 for each in played), len(played)
    low, high = wilson(hits, count)
    mean = fmean(each.raw_reward for each in played)
    return [
        f"Solved {hits} of {count}, {hits / count:.3f} (95 %: {low:.3f}–{high:.3f}), mean score "
        f"{mean:.3f}. Not comparable with published figures, which are for all 369 tasks in "
        "OSWorld's own virtual machine.",
        "",
    ]


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")
