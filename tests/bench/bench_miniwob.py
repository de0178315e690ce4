"""The share of MiniWoB++ tasks that handeye solves, with a model or with its own planner.

`python -m tests.bench.bench_miniwob --model SPEC` plays the 125 tasks that BrowserGym has on the
seeds from 1000 on, through the same loop as `handeye run`, and prints a report in Markdown. Each
result is on disk before the next episode begins: after a kill the same command goes on.
Figures and how to read them: docs/benchmarks.md.
"""

import re
import shutil
import sys
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import mean

from tests.bench.figures import err
from tests.bench.miniwob_results import Played, Results, report

from handeye.actions.errors import EnvError, HandeyeError, RecordingError, UsageError
from handeye.agent import Plan, Planner, Step
from handeye.agent.backends import choose
from handeye.agent.budget import Budget
from handeye.agent.guard import default_policy
from handeye.agent.journal import Journal
from handeye.agent.loop import Agent
from handeye.envs import Observation
from handeye.envs.miniwob import MiniwobEnv, TaskScore, all_tasks, browsergym_tasks
from handeye.episodes import EpisodeWriter, RunResult
from handeye.episodes.events import Acted, Event, RunStarted
from handeye.episodes.result import StopReason
from handeye.grounding.calls import Usage
from handeye.grounding.chat.backends import ModelOptions

HOME = Path(__file__).parents[2] / ".bench" / "miniwob"
REPORTED = 1000
"""The first seed that scores are reported on; 0 to 99 are for development."""
PATIENCE = 3
"""So many failures of the model's server in a row end the benchmark."""


class Counting:
    """A planner that counts what its model was asked."""

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self.name = planner.name
        self.prepare = planner.prepare
        self.usage = Usage()
        self.repairs = 0

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:
        plan = self._planner.plan(observation, history)
        self.usage = sum((call.usage for call in plan.calls), self.usage)
        self.repairs += sum(call.purpose == "repair" for call in plan.calls)
        return plan


class Course:
    """One browser and one planner for all episodes; the browser is renewed when it is lost."""

    def __init__(self, options: Namespace) -> None:
        self._options = options
        self._env = MiniwobEnv()
        how = ModelOptions(profile=options.profile)
        self._planner, self._grounder = choose(
            options.planner, "", options.model, how, MiniwobEnv.action_space
        )

    def close(self) -> None:
        self._env.close()

    def play(self, task: str, seed: int) -> Played:
        """One episode. Raises KeyboardInterrupt, and RecordingError when the disk is full."""
        started = time.monotonic()
        planner = Counting(self._planner)
        score, stop, message, steps = TaskScore(), StopReason.ENV_LOST, "", 0
        try:
            said = self._env.reset(task, seed)
            planner.prepare(said)
            result = self._run(said, planner, self._options.out / "episodes" / f"{task}-{seed}")
            stop, message, steps = result.reason, result.message, result.steps
            score = self._env.score()
        except UsageError as error:
            stop, message = StopReason.GAVE_UP, str(error)
        except EnvError as error:
            message = str(error)
        if stop is StopReason.ENV_LOST:
            self._env.close()
            self._env = MiniwobEnv()
        return Played(
            task=task,
            seed=seed,
            done=score.done,
            raw_reward=score.raw_reward,
            reward=score.reward,
            steps=steps,
            seconds=round(time.monotonic() - started, 2),
            usage=planner.usage,
            repairs=planner.repairs,
            stop="task_ended" if score.done else stop.value,
            message=score.reason or message,
        )

    def _run(self, said: str, planner: Planner, folder: Path) -> RunResult:
        """The loop of `handeye run`, stopped as soon as the task's page has judged."""
        shutil.rmtree(folder, ignore_errors=True)
        ended = threading.Event()

        def watch(event: Event) -> None:
            if isinstance(event, Acted) and self._env.score().done:
                ended.set()

        with EpisodeWriter(said, path=folder) as writer:
            journal = Journal(writer, watch)
            names = {"planner": planner.name, "grounder": self._grounder.name}
            journal.emit(RunStarted(task=said, env=self._env.name, **names))
            result = Agent(
                env=self._env,
                planner=planner,
                grounder=self._grounder,
                journal=journal,
                budget=Budget(self._options.steps, self._options.seconds, ended),
                policy=default_policy(),
                approve=lambda *_: False,
                ask=lambda _: None,
            ).run()
        if result.reason is StopReason.INTERRUPTED and not ended.is_set():
            raise KeyboardInterrupt
        if result.reason is StopReason.RECORDING_FAILED:
            raise RecordingError(result.message)
        return result


def play_all(options: Namespace, results: Results) -> None:
    """Play what has no result yet, all tasks on one seed before the next seed."""
    left = [
        (task, seed)
        for seed in range(options.first_seed, options.first_seed + options.seeds)
        for task in options.tasks
        if results.missing(task, seed)
    ]
    done: list[Played] = []
    failures = 0
    with closing(Course(options)) as course:
        for number, (task, seed) in enumerate(left, 1):
            with err.status(f"{number} of {len(left)}: {task}, seed {seed}{_so_far(done, left)}"):
                played = course.play(task, seed)
            results.add(played)
            done.append(played)
            line = f"{number}/{len(left)} {played.line()}{_so_far(done, left)}"
            err.print(line, highlight=False, soft_wrap=True)
            failures = failures + 1 if played.stop == StopReason.BACKEND_FAILED.value else 0
            if failures == PATIENCE:
                sys.exit(f"The model failed {PATIENCE} times in a row: {played.message}")


def _so_far(done: Sequence[Played], all_of_it: Sequence[object]) -> str:
    """How many were solved, and the time that the rest will take if it is like these."""
    if not done:
        return ""
    seconds = mean(each.seconds for each in done) * (len(all_of_it) - len(done))
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"; {sum(each.success for each in done)} solved, {hours} h {minutes:02} min left"


def _tasks(text: str) -> tuple[str, ...]:
    sets = {"all": all_tasks, "browsergym": browsergym_tasks}
    if text in sets:
        return sets[text]()
    names = tuple(text.split(","))
    if unknown := set(names) - set(all_tasks()):
        raise ArgumentTypeError(f"no such task: {', '.join(sorted(unknown))}")
    return names


def _options() -> Namespace:
    parser = ArgumentParser("python -m tests.bench.bench_miniwob", description=__doc__)
    parser.add_argument("--model", default="", help="to plan with, for example remote:NAME@URL")
    parser.add_argument("--profile", default="", help="the family of the model")
    parser.add_argument("--planner", default="", help="a planner without a model")
    parser.add_argument("--tasks", type=_tasks, default="browsergym", help="browsergym, all, a,b,c")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=REPORTED, help="0 to 99: development")
    parser.add_argument("--steps", type=int, default=10, help="the most steps of an episode")
    parser.add_argument("--seconds", type=float, default=180, help="the most seconds of one")
    parser.add_argument("--out", type=Path, help="where results and episodes are kept")
    options = parser.parse_args()
    if options.out is None:
        options.out = HOME / re.sub(r"[^\w.-]+", "-", _who(options))
    return options


def _who(options: Namespace) -> str:
    return options.model or options.planner or "instructions"


def main() -> None:
    options = _options()
    settings = {
        "planner": " ".join([_who(options), options.profile]).strip(),
        "limits": f"{options.steps} steps, {options.seconds:g} s",
    }
    try:
        results = Results(options.out, settings)
        play_all(options, results)
    except HandeyeError as error:
        sys.exit(f"{error.title}: {error}")
    except KeyboardInterrupt:
        sys.exit("Stopped. The same command goes on where it was.")
    text = report(settings, results.played)
    (options.out / "report.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
