"""The planner and the grounder of a run, by name or by the model that is both.

Prevents: a model that is loaded twice, once to plan and once to find what it planned; and options
of a model that are given, and dropped in silence, where there is no model.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from handeye.actions.backends import build
from handeye.actions.errors import UsageError
from handeye.agent.instructions import InstructionPlanner
from handeye.agent.types import Planner
from handeye.grounding import Grounder
from handeye.grounding.backends import make_grounder
from handeye.grounding.chat import ChatModel, Heard
from handeye.grounding.chat.backends import ModelOptions, make_model
from handeye.grounding.chat.profiles import Profile, profile_for

if TYPE_CHECKING:
    from pydantic import BaseModel

PLANNERS = {
    "instructions": "handeye.agent.instructions:InstructionPlanner",
    "scripted": "handeye.agent.scripted:ScriptedPlanner",
}


def make_planner(spec: str) -> Planner:
    """The planner that a spec such as "instructions" or "scripted:FILE.json" names.

    Raises UsageError for an unknown name or an unusable argument.
    """
    return cast(Planner, build("planners", PLANNERS, spec))


def make_model_planner(
    model: str | ChatModel,
    options: ModelOptions,
    action_space: Collection[str],
    *,
    grounder: str = "",
    output: "type[BaseModel] | None" = None,
    heard: Heard | None = None,
) -> tuple[Planner, Grounder]:
    """The planner that asks `model`, and the grounder for what it describes.

    The grounder is the one that is named, else the model itself where it sees, else "elements";
    a grounder of the model's own name is the model itself.
    Raises UsageError for unknown names, and for options to a model that is made already;
    BackendError when the model cannot be opened.
    """
    from handeye.agent.planner import ModelPlanner

    if isinstance(model, str):
        made = make_model(model, options)
    elif options.model_copy(update={"profile": ""}) == ModelOptions():
        made = model
    else:
        raise UsageError(
            f"{model.name} is made already: how it is loaded and how it thinks cannot be changed.",
            "Leave out load and mode.",
        )
    family = profile_for(made.name, options.profile)
    own = not grounder or (family.eyes and grounder == model)
    finder = _grounder_of(made, family) if own else make_grounder(grounder)
    return ModelPlanner(made, family, action_space, output=output, heard=heard), finder


def _grounder_of(model: ChatModel, family: Profile) -> Grounder:
    """The model itself where it sees: Phi-4 in its own way, others in that of their family."""
    from handeye.grounding.chat.grounder import ChatGrounder
    from handeye.grounding.phi4.chat import Phi4Chat
    from handeye.grounding.phi4.grounder import Phi4Grounder

    if not family.eyes:
        return make_grounder("elements")
    if isinstance(model, Phi4Chat):
        return Phi4Grounder(model.model, model.name)
    return ChatGrounder(model, family)


def choose(
    planner: str | Planner,
    grounder: str,
    model: str | ChatModel,
    options: ModelOptions,
    action_space: Collection[str],
    output: "type[BaseModel] | None" = None,
    heard: Heard | None = None,
) -> tuple[Planner, Grounder]:
    """The planner and the grounder of a run; without names those that need no model.

    Raises UsageError for what does not go together.
    """
    if not isinstance(planner, str):
        return planner, make_grounder(grounder or "elements")
    if model and planner:
        raise UsageError(
            f"A run has one planner: the model, or {planner!r}.", "Leave out one of them."
        )
    if model:
        return make_model_planner(
            model, options, action_space, grounder=grounder, output=output, heard=heard
        )
    if options != ModelOptions():
        given = ", ".join(options.model_dump(exclude_defaults=True))
        raise UsageError(f"This is for a model, and none is named: {given}.", "Name a model.")
    if output is not None:
        raise UsageError("Only a model can answer in a form.", "Name a model, or leave out output.")
    thinker = make_planner(planner or "instructions")
    if isinstance(thinker, InstructionPlanner):
        thinker.within(action_space)
    return thinker, make_grounder(grounder or "elements")
