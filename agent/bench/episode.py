"""One recorded run of a benchmark: the loop of `handeye run`, with nobody there to ask.

Prevents: a score that another loop, with other rules, would have had.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from handeye.actions.errors import RecordingError
from handeye.agent.budget import Budget
from handeye.agent.guard import ALLOW_ALL
from handeye.agent.journal import Journal, Listener
from handeye.agent.loop import Agent
from handeye.agent.types import Planner
from handeye.envs import Env
from handeye.episodes import EpisodeWriter, RunResult
from handeye.episodes.events import RunStarted
from handeye.episodes.result import StopReason
from handeye.grounding import Grounder


def play_episode(
    said: str,
    folder: Path,
    env: Env,
    minds: tuple[Planner, Grounder],
    budget: Budget,
    watch: Listener,
    settings: Mapping[str, str] | None = None,
) -> RunResult:
    """The planner is prepared. What was in `folder` is replaced. `settings` are those of the
    screen, by which a replay finds its like.

    Raises RecordingError when the disk is full.
    """
    planner, grounder = minds
    shutil.rmtree(folder, ignore_errors=True)
    with EpisodeWriter(said, path=folder) as writer:
        journal = Journal(writer, watch)
        started = RunStarted(
            task=said, env=env.name, planner=planner.name, grounder=grounder.name,
            settings=dict(settings or {}),
        )  # fmt: skip
        journal.emit(started)
        result = Agent(
            env=env,
            planner=planner,
            grounder=grounder,
            journal=journal,
            budget=budget,
            policy=ALLOW_ALL,
            approve=lambda *_: False,
            ask=lambda _: None,
        ).run()
    if result.reason is StopReason.RECORDING_FAILED:
        raise RecordingError(result.message)
    return result
