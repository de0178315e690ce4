"""The grounders that can be chosen by name."""

from handeye.actions.backends import build
from handeye.grounding.types import Grounder

GROUNDERS = {
    "elements": "handeye.grounding.elements:ElementsGrounder",
    "phi4": "handeye.grounding.phi4.grounder:phi4_grounder",
    "remote": "handeye.grounding.remote:remote_grounder",
    "scripted": "handeye.grounding.scripted:ScriptedGrounder",
    "zoom": "handeye.grounding.zoom:zoom",
}


def make_grounder(spec: str = "elements", *, profile: str = "") -> Grounder:
    """The grounder that `spec` names ("elements", "scripted:answers.json", "remote:NAME@URL").

    profile: the conventions of the model that it asks, where they are not those of its name.
    Raises UsageError for an unknown name, and for a profile where no model is asked.
    """
    options = {"profile": profile} if profile else {}
    grounder: Grounder = build("grounders", GROUNDERS, spec, options)
    return grounder
