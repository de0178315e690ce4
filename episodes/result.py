"""How a run ended: `StopReason`, `Timing`, `Verdict` and `RunResult`."""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, SerializeAsAny

from handeye.actions import Value
from handeye.grounding.calls import Usage


class StopReason(StrEnum):
    """Why a run or a replay ended."""

    DONE = "done"
    GAVE_UP = "gave_up"  # the planner said that the task cannot be done
    NOT_FOUND = "not_found"  # nothing on the screen fits a phrase
    AMBIGUOUS = "ambiguous"  # several things fit a phrase equally
    ACTION_FAILED = "action_failed"
    DENIED = "denied"  # the guard or the person said no
    NEEDS_USER = "needs_user"  # a question was asked and nobody was there
    LOOP = "loop"  # the same action in vain, or the same screens, again and again
    STEP_BUDGET = "step_budget"
    TIME_BUDGET = "time_budget"
    TOKEN_BUDGET = "token_budget"
    COST_BUDGET = "cost_budget"
    ACTION_BUDGET = "action_budget"  # as many actions on a domain as were allowed
    ENV_LOST = "env_lost"  # the browser or page could not be brought back
    BACKEND_FAILED = "backend_failed"  # the planner or grounder stopped working
    DIVERGED = "diverged"  # a replayed screen differs from the recorded one
    RECORDING_FAILED = "recording_failed"  # disk full or read-only
    INTERRUPTED = "interrupted"  # Ctrl-C or SIGTERM
    TASK_ENDED = "task_ended"  # the page or program of a benchmark ended the task, unsolved


class Verdict(Value):
    """What the guard says of an action, and by which rule."""

    decision: Literal["allow", "ask", "deny"]
    rule: str
    reason: str = ""


class Timing(Value):
    """Seconds spent, in total and by phase."""

    total: float
    observe: float = 0.0
    plan: float = 0.0
    ground: float = 0.0
    act: float = 0.0
    record: float = 0.0


class RunResult(Value):
    """What a run or a replay returns. `episode` is the folder with the recording.

    `output` is the answer as the model that was asked for, None when the run is not ok. `usage`
    is the sum over all calls of models.
    """

    ok: bool
    reason: StopReason
    message: str = ""
    answer: str = ""
    steps: int = 0
    timing: Timing
    usage: Usage = Usage()
    output: SerializeAsAny[BaseModel] | None = None
    episode: Path | None = None
