"""The planner "scripted:FILE.json": a list of actions, one a step, and then done.

Each entry is an action, or {"thought": …, "action": …}. For tests and for tasks that are known
to the last click; what fails is not tried again. "scripted:EPISODE" takes what was planned in an
episode, as imported ones have it, and gives up where a step fails.

Prevents: the rest of a recording that is done on another page than it was recorded on.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from handeye.actions import Action, Done, Target, map_targets
from handeye.actions.errors import UsageError
from handeye.agent.endings import last_failure
from handeye.agent.types import Plan, Step, own_steps
from handeye.envs import Observation
from handeye.episodes import find_episode, read_episode

_entries: TypeAdapter[list[Plan | Action]] = TypeAdapter(list[Plan | Action])


class ScriptedPlanner:
    """Raises UsageError when the file cannot be read as a list of actions, EpisodeNotFoundError
    when there is no such file or episode."""

    name = "scripted"

    def __init__(self, file: str = "") -> None:
        if not file:
            raise UsageError("The scripted planner needs a file.", "Write scripted:FILE.json.")
        self._recorded = not Path(file).is_file() and not file.endswith(".json")
        if self._recorded:
            self._plans = _planned(find_episode(file))
            return
        try:
            entries = _entries.validate_json(Path(file).read_bytes())
        except OSError as error:
            raise UsageError(f"Cannot read {file}: {error.strerror}.") from error
        except ValidationError as error:
            first = error.errors()[0]
            where = "/".join(str(part) for part in first["loc"][:1]) or "the file"
            raise UsageError(
                f"{file} is no list of actions: {first['msg']} (entry {where}).",
                'Write entries such as {"kind": "click", "target": {"phrase": "Save"}}.',
            ) from error
        self._plans = [each if isinstance(each, Plan) else Plan(action=each) for each in entries]

    def prepare(self, task: str) -> None:
        """The file holds the task; the text is only its title."""

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:  # noqa: ARG002
        done = len(own_steps(history))
        if self._recorded and last_failure(history) is not None:
            return Plan(action=Done(success=False))
        if done < len(self._plans):
            return self._plans[done]
        return Plan(action=Done())


def _planned(folder: Path) -> list[Plan]:
    """What was planned in an episode, places left out where there are words."""
    plans = []
    for step in read_episode(folder).steps:
        if step.planned is not None and step.planned.action.kind != "done":
            action = map_targets(step.planned.action, _in_words)
            plans.append(Plan(thought=step.planned.thought, action=action))
    return plans


def _in_words(target: Target) -> Target:
    return Target(phrase=target.phrase) if target.phrase else target
