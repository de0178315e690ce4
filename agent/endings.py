"""What a planner's last word means: from `Done` and what went before to a reason and a message.

Prevents: "the task failed" where the run knows which phrase was not on the screen.
"""

from collections.abc import Sequence

from handeye.actions import HandeyeError, describe
from handeye.actions.errors import BackendError, EnvError, RecordingError, StoppedError
from handeye.agent.budget import Ending
from handeye.agent.types import Plan, Step
from handeye.episodes.result import StopReason
from handeye.grounding import Candidate, Grounding

_LOOKING = ("scroll", "wait", "zoom")


ENDING = (EnvError, RecordingError, BackendError)
"""The errors that end a run which has begun."""


def ending_after(error: HandeyeError) -> Ending:
    """The ending that one of the errors in ENDING stands for."""
    if isinstance(error, StoppedError):
        return Ending(reason=StopReason.INTERRUPTED, message=str(error))
    if isinstance(error, EnvError):
        return Ending(reason=StopReason.ENV_LOST, message=str(error))
    recording = isinstance(error, RecordingError)
    reason = StopReason.RECORDING_FAILED if recording else StopReason.BACKEND_FAILED
    return Ending(reason=reason, message=str(error))


def ending_of(plan: Plan, history: Sequence[Step]) -> Ending | None:
    """The ending that a `Done` plan stands for; None when the plan is another action."""
    if plan.action.kind != "done":
        return None
    answer = plan.action.answer
    if plan.action.success:
        return Ending(reason=StopReason.DONE, answer=answer)
    if plan.unusable:
        return Ending(reason=StopReason.GAVE_UP, message=answer)
    failure = grounding_failure(plan.groundings) or last_failure(history)
    if failure is None:
        return Ending(reason=StopReason.GAVE_UP, message=answer or "The planner gave up.")
    return Ending(reason=failure.reason, message=answer or failure.message)


def last_failure(history: Sequence[Step]) -> Ending | None:
    """What failed last, looking past steps that only looked around after it."""
    for step in reversed(history):
        failure = step_failure(step)
        if failure is not None or step.plan.action.kind not in _LOOKING:
            return failure
    return None


def step_failure(step: Step) -> Ending | None:
    """What went wrong in a step, if anything did."""
    doing = describe(step.plan.action)
    missed = grounding_failure(step.groundings)
    if missed is not None:
        return missed
    if step.verdict is not None and step.verdict.decision != "allow":
        why = f"“{doing}” was refused by the rule “{step.verdict.rule}”. {step.verdict.reason}"
        return Ending(reason=StopReason.DENIED, message=why.strip())
    if step.outcome is not None and step.outcome.error is not None:
        why = f"“{doing}” failed: {step.outcome.error.message}"
        return Ending(reason=StopReason.ACTION_FAILED, message=why)
    return None


def grounding_failure(groundings: Sequence[Grounding]) -> Ending | None:
    """What was not found, or found more than once."""
    for grounding in groundings:
        others = ", ".join(_name(candidate) for candidate in grounding.alternatives[:4])
        if grounding.status == "missing":
            why = f": {grounding.reason}" if grounding.reason else ""
            message = f"{_quoted(grounding.phrase)} is not on the screen{why}."
            return Ending(reason=StopReason.NOT_FOUND, message=message)
        if grounding.status == "ambiguous":
            message = f"{_quoted(grounding.phrase)} fits several things equally: {others}."
            return Ending(reason=StopReason.AMBIGUOUS, message=message)
    return None


def _quoted(phrase: str) -> str:
    bare = phrase.strip('"')
    return "“" + (phrase if '"' in bare else bare) + "”"


def _name(candidate: Candidate) -> str:
    center = candidate.box.center
    return f"{candidate.role or 'thing'} “{candidate.label}” at {center.x:.0f}, {center.y:.0f}"
