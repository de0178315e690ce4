"""The grounders that can be chosen by name."""

from handeye.actions.backends import build
from handeye.grounding.types import Grounder

GROUNDERS = {
    "elements": "handeye.grounding.elements:ElementsGrounder",
    "scripted": "handeye.grounding.scripted:ScriptedGrounder",
    "zoom": "handeye.grounding.zoom:zoom",
}


def make_grounder(spec: str = "elements") -> Grounder:
    """The grounder that `spec` names ("elements", "scripted:answers.json").

    Raises UsageError for an unknown name.
    """
    grounder: Grounder = build("grounders", GROUNDERS, spec)
    return grounder
