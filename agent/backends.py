"""The planners that can be selected by name."""

from typing import cast

from handeye.actions.backends import build
from handeye.agent.types import Planner

PLANNERS = {
    "instructions": "handeye.agent.instructions:InstructionPlanner",
    "scripted": "handeye.agent.scripted:ScriptedPlanner",
}


def make_planner(spec: str) -> Planner:
    """The planner that a spec such as "instructions" or "scripted:FILE.json" names.

    Raises UsageError for an unknown name or an unusable argument.
    """
    return cast(Planner, build("planners", PLANNERS, spec))
