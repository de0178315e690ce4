"""Task files of OSWorld, each on a private display of its own, and what came of them.

Prevents: a share of solved tasks that does not say which tasks were not tried, and why.
"""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

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

LeftOut = tuple[OsworldTask, tuple[str, ...]]


def sorted_out(path: Path) -> tuple[list[OsworldTask], list[LeftOut]]:
    """The tasks that can be tried here, and the others with what they need.

    Raises UsageError for a file that is no task, and for two tasks of one id.
    """
    seen: dict[str, Path] = {}
    fit, left_out = [], []
    for task in load_tasks(path):
        if task.id in seen:
            raise UsageError(f"{seen[task.id]} and {task.path} have one id.", "Name one of them.")
        seen[task.id] = task.path
        lacks = unsupported(task)
        if lacks:
            left_out.append((task, lacks))
        else:
            fit.append(task)
    return fit, left_out


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
            folder = settings.out / EPISODES / f"{task.id}-0"
            result = play_episode(said, folder, place.env, (planner, grounder), budget, watch)
            stop, message, steps = result.reason.value, result.message, result.steps
            if result.reason is StopReason.INTERRUPTED:
                raise KeyboardInterrupt
            if result.reason is not StopReason.ENV_LOST:
                score = place.score(gave_up=watch.cannot)
            message = " ".join([message, *place.notes]).strip()
    except (UsageError, EnvError) as error:
        message = str(error)
    return Played(
        task=task.id,
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


def report(results: BenchResults, tasks: Sequence[OsworldTask], left_out: Sequence[LeftOut]) -> str:
    """All of it in Markdown: the share, the tasks that were tried, and those that were not."""
    by_id = {each.task: each for each in results.played}
    tried = [by_id[task.id] for task in tasks if task.id in by_id]
    counted = [each for each in tried if each.stop != NOT_PREPARED]
    lines = [
        f"OSWorld task files, {results.settings['planner']}, at most {results.settings['limits']}: "
        f"{len(tasks) + len(left_out)} tasks, {len(counted)} done on a private display, "
        f"{len(tried) - len(counted)} not set up, {len(left_out)} not supported.",
        "",
    ]
    if counted:
        hits = sum(each.raw_reward >= 1 for each in counted)
        low, high = wilson(hits, len(counted))
        mean = fmean(each.raw_reward for each in counted)
        lines += [
            f"Solved {hits} of {len(counted)}, {hits / len(counted):.3f} (95 %: {low:.3f}–"
            f"{high:.3f}), mean score {mean:.3f}. Not comparable with published figures, which are "
            "for all 369 tasks in OSWorld's own virtual machine.",
            "",
        ]
    if tried:
        lines += ["| task | score | steps | s | ended | |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {each.task} | {each.raw_reward:g} | {each.steps} | {each.seconds:.1f} | "
            f"{each.stop} | {_cell(each.message)} |"
            for each in tried
        ]
    if left_out:
        lines += ["", "| not supported | needs |", "|---|---|"]
        lines += [f"| {task.id} | {', '.join(lacks)} |" for task, lacks in left_out]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")
