"""The grounders that can be chosen by name."""

from typing import Literal

from handeye.actions.backends import build
from handeye.grounding.types import Grounder

GROUNDERS = {
    "elements": "handeye.grounding.elements:ElementsGrounder",
    "phi4": "handeye.grounding.phi4.grounder:phi4_grounder",
    "remote": "handeye.grounding.remote:remote_grounder",
    "scripted": "handeye.grounding.scripted:ScriptedGrounder",
    "zoom": "handeye.grounding.zoom:zoom",
}


def make_grounder(
    spec: str = "elements",
    *,
    profile: str = "",
    load: Literal["full", "8bit", "4bit"] = "full",
) -> Grounder:
    """The grounder that `spec` names ("elements", "scripted:answers.json", "remote:NAME@URL").

    profile: the conventions of the model that it asks, where they are not those of its name.
    load: how a model in this process is loaded. Raises UsageError for an unknown name, and for a
    profile or a way of loading where no such model is asked.
    """
    defaults = {"profile": "", "load": "full"}
    given = {"profile": profile, "load": load}
    options = {name: value for name, value in given.items() if value != defaults[name]}
    grounder: Grounder = build("grounders", GROUNDERS, spec, options)
    return grounder
