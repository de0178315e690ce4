"""One run of handeye's loop on what BrowserGym shows, recorded like any other.

Prevents: a score in BrowserGym that another loop, with other rules, would have had.
"""

import threading
from pathlib import Path
from typing import Any

from handeye.actions import Value
from handeye.actions.errors import BackendError, InstructionError
from handeye.agent.backends import choose
from handeye.agent.budget import Budget
from handeye.agent.guard import ALLOW_ALL
from handeye.agent.journal import Journal, Listener
from handeye.agent.loop import Agent
from handeye.envs.browsergym import ACTION_SUBSETS, BrowserGymEnv
from handeye.episodes import EpisodeWriter, RunResult, StopReason
from handeye.episodes.events import RunStarted
from handeye.episodes.result import Timing
from handeye.grounding.chat.backends import ModelOptions

MOST_STEPS, MOST_SECONDS = 100, 600.0


class Who(Value):
    """Who plays, and how much a run may take. `out` is where episodes are kept, one folder each."""

    model: str = ""
    profile: str = ""
    planner: str = ""
    grounder: str = ""
    steps: int = MOST_STEPS
    seconds: float = MOST_SECONDS
    out: Path | None = None

    @property
    def name(self) -> str:
        return self.model or self.planner or "instructions"


def run_on(
    env: BrowserGymEnv, goal: str, who: Who, stop: threading.Event, listener: Listener
) -> RunResult:
    """Do the goal until something ends the run, `stop` among it.

    A goal that is not understood is a result too. Raises UsageError and BackendError for what `who`
    names.
    """
    options = ModelOptions(profile=who.profile)
    planner, grounder = choose(
        who.planner, who.grounder, who.model, options, BrowserGymEnv.action_space
    )
    try:
        planner.prepare(goal)
    except InstructionError as error:
        return RunResult(
            ok=False, reason=StopReason.GAVE_UP, message=str(error), steps=0, timing=Timing(total=0)
        )
    with EpisodeWriter(goal, path=_folder(who.out)) as writer:
        journal = Journal(writer, listener)
        url = env.observe().url
        names = {"env": env.name, "planner": planner.name, "grounder": grounder.name}
        journal.emit(RunStarted.model_validate({"task": goal, "url": url, **names}))
        result = Agent(
            env=env,
            planner=planner,
            grounder=grounder,
            journal=journal,
            budget=Budget(who.steps, who.seconds, stop),
            policy=ALLOW_ALL,
            approve=lambda *_: False,
            ask=lambda _: None,
        ).run()
        return result.model_copy(update={"episode": writer.path})


def farewell(result: RunResult) -> str:
    """The last call of a run: tasks that want an answer, or a no, read it there."""
    if result.ok:
        return f"send_msg_to_user({result.answer or 'Done.'!r})"
    return f"report_infeasible({result.message or result.reason.value!r})"


def action_set() -> Any:
    """BrowserGym's set of the actions that are sent. Raises BackendError without BrowserGym."""
    try:
        from browsergym.core.action.highlevel import HighLevelActionSet
    except ImportError as error:
        raise BackendError(
            "BrowserGym is not installed here.", "See docs/gymnasium.md on how to."
        ) from error
    return HighLevelActionSet(subsets=[*ACTION_SUBSETS], multiaction=True)


def _folder(out: Path | None) -> Path | None:
    """A new folder below `out`; with None the user's own place for episodes is taken."""
    if out is None:
        return None
    number = 1
    while (out / str(number)).exists():
        number += 1
    return out / str(number)
