"""The history of a recorded run, for a planner that goes on with it.

Prevents: a planner that begins at the beginning of a task of which half is done.
"""

from collections.abc import Sequence

from handeye.actions.errors import UsageError
from handeye.agent.instructions import InstructionPlanner
from handeye.agent.types import Plan, Planner, Step
from handeye.envs import Observation, Outcome
from handeye.episodes import Episode, RecordedStep, load_elements, load_frame


def history_of(
    episode: Episode, *, first: int = 0, before: int | None = None, taken_as_done: bool = False
) -> list[Step]:
    """The steps that are over, from the step number `first` up to the step number `before`.

    With `taken_as_done` the step that was under way counts as one that was done.
    """
    recorded = [step for step in episode.steps if _counts(step, taken_as_done=taken_as_done)]
    recorded = [step for step in recorded if step.index >= first]
    if before is not None:
        recorded = [step for step in recorded if step.index < before]
    return [_step(number, first, step, recorded) for number, step in enumerate(recorded)]


def task_from(episode: Episode) -> int:
    """How many steps there are before those of its own task, where it is a fork with another."""
    said = episode.started.settings.get("task_from", "") if episode.started else ""
    return int(said) if said.isdecimal() else 0


def catch_up(planner: Planner, episode: Episode, history: Sequence[Step], first: int = 0) -> None:
    """Bring a planner that counts its turns to where the history, which begins with the step
    `first`, ends, on the recorded screens.

    Raises UsageError when it would have decided otherwise, EpisodeError for a damaged recording.
    """
    if not isinstance(planner, InstructionPlanner):
        return  # it reads the history
    recorded = [step for step in episode.steps if step.planned and step.index >= first]
    for number, step in enumerate(recorded[: len(history)]):
        assert step.planned is not None
        plan = planner.plan(observation_of(episode, step), history[:number])
        if plan.action != step.planned.action:
            raise UsageError(
                f"Step {first + number + 1} of the recording is not what these instructions say.",
                "Go on with the instructions that it was recorded with, or with a model.",
            )


def _counts(step: RecordedStep, *, taken_as_done: bool) -> bool:
    if step.planned is None or step.planned.action.kind == "done":
        return False
    if step.acted is not None or step.replied is not None:
        return True
    if step.intent is not None:
        return taken_as_done
    lost = any(grounding.point is None for grounding in step.groundings)
    return lost or (step.verdict is not None and step.verdict.decision != "allow")


def _step(number: int, first: int, step: RecordedStep, all_steps: Sequence[RecordedStep]) -> Step:
    assert step.planned is not None
    planned, acted = step.planned, step.acted
    outcome = None
    if acted is not None:
        outcome = Outcome(
            sent=acted.sent, seconds=acted.seconds, error=acted.error, note=acted.note
        )
    elif step.intent is not None:
        told = "The run was cut off; a person says that this was done."
        outcome = Outcome(sent=step.intent.action, seconds=0.0, note=told)
    after = all_steps[number + 1].observed if number + 1 < len(all_steps) else None
    changed = after.frame != step.observed.frame if after and step.observed else None
    return Step(
        index=first + number,
        plan=Plan(thought=planned.thought, action=planned.action, calls=planned.calls),
        groundings=step.groundings,
        verdict=step.verdict,
        outcome=outcome,
        changed=changed,
        reply=step.replied.reply if step.replied else "",
    )


def observation_of(episode: Episode, step: RecordedStep) -> Observation:
    seen = step.observed
    assert seen is not None
    return Observation(
        screenshot=load_frame(episode, seen),
        url=seen.url,
        title=seen.title,
        tabs=seen.tabs,
        elements=load_elements(episode, seen),
        dialogs=seen.dialogs,
        downloads=seen.downloads,
        blocked=seen.blocked,
        settled=seen.settled,
    )
