"""What was done so far and what it changed, in lines that only ever grow at the end.

Lines that stay as they were are worked through once by a model that keeps its prompt. Over the
budget the oldest go, several at a time, so that this holds for most steps.
Prevents: a model that does again what has just failed, and a prompt that grows with every step.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from handeye.actions import Action, describe
from handeye.agent.endings import step_failure
from handeye.agent.planner.listing import line_of, name_of
from handeye.agent.planner.untrusted import inert
from handeye.agent.types import Step
from handeye.envs import Element, Observation

ACTION, REASON = 300, 300
"""The most characters of an action, and of why it failed."""

SHOWN = 5
"""So many elements that are new or different are named after a step."""

_TOGETHER = 8  # so many steps are left out at a time


def tell_past(history: Sequence[Step], changes: Mapping[int, str], budget: int) -> str:
    """The steps in order, the oldest left out where there are more than `budget` characters.

    `changes` has, by the step's index, what it changed on the screen, in words.
    """
    told = [_tell(step, changes.get(step.index, "")) for step in history]
    skip = 0
    while skip < len(told) and sum(map(len, told[skip:])) > budget:
        skip += _TOGETHER
    skip = min(skip, max(0, len(told) - 1))
    left_out = [f"(steps 1 to {skip} are left out)"] if skip else []
    return "\n".join([*left_out, *told[skip:]])


def _tell(step: Step, change: str) -> str:
    if step.plan.unusable:
        problem = inert(step.plan.thought, REASON)
        return f"{step.index + 1}. Your answer could not be used: {problem}"
    doing = inert(describe(step.plan.action), ACTION)
    doing = f"the person did this by hand: {doing}" if step.plan.by_person else doing
    nudge = f" ({inert(step.nudge, REASON)})" if step.nudge else ""
    return f"{step.index + 1}. {doing} -> {_result(step, change)}{nudge}"


def _result(step: Step, change: str) -> str:
    error = step.outcome.error if step.outcome else None
    failure = step_failure(step)
    if failure is not None:
        why = error.message if error is not None else failure.message
        return f"failed: {inert(why, REASON)}" + (f"; {change}" if change else "")
    if step.reply:
        return f'the person answered: "{inert(step.reply, REASON)}"'
    note = f" ({inert(step.outcome.note)})" if step.outcome and step.outcome.note else ""
    unnamed = "nothing changed" if step.changed is False else "the picture changed"
    return (change or unnamed) + note


def tell_dropped(actions: Sequence[Action]) -> str:
    """What was decided together with a step, and not sent as the screen is not as expected."""
    told = ", ".join(inert(describe(action), ACTION) for action in actions)
    return f"NOT done, as the screen is another one now: {told}"


def tell_change(before: Observation, after: Observation) -> str:
    """What differs between two looks, in a line."""
    told = []
    if after.url != before.url:
        told.append(f"now at {inert(after.url)}")
    if len(after.tabs) != len(before.tabs):
        told.append(f"{len(after.tabs)} tabs")
    told += [f'dialog "{inert(seen.message)}" {_answered(seen.accepted)}' for seen in after.dialogs]
    told += [f'downloaded "{inert(name)}"' for name in after.downloads]
    told += _elements(before.elements or (), after.elements or ())
    return "; ".join(told)


def _answered(accepted: bool) -> str:
    return "accepted" if accepted else "dismissed"


def _elements(before: Sequence[Element], after: Sequence[Element]) -> list[str]:
    """The elements that are new or different, and how many more there are and were."""
    old, new = Counter(map(line_of, before)), Counter(map(line_of, after))
    came, went = list((new - old).elements()), sum((old - new).values())
    known = set(map(name_of, before))
    names = {line_of(element): name_of(element) for element in after}
    told = [f"{'now' if names[line] in known else 'new'}: {line}" for line in came[:SHOWN]]
    if len(came) > SHOWN:
        told.append(f"{len(came) - SHOWN} more are new")
    if went > len(came):
        told.append(f"{went - len(came)} are gone")
    return told
