"""The models that can be chosen by name, and the options that they take.

Prevents: options that are dropped in silence by a model that knows nothing of them.
"""

from typing import Literal

from handeye.actions import Value
from handeye.actions.backends import build, known
from handeye.actions.errors import UsageError
from handeye.grounding.chat.types import ChatModel

MODELS = {
    "phi4": "handeye.grounding.phi4.chat:open_phi4",
    "remote": "handeye.grounding.remote:open_remote",
    "scripted": "handeye.grounding.chat.scripted:ScriptedModel",
}

_WAYS = "Write phi4:FOLDER_OR_HUB_ID, remote:NAME@URL or scripted:FILE.json."


class ModelOptions(Value):
    """How a model is run. What differs from these defaults must be an option of the model.

    profile: the conventions of its family ("qwen2.5-vl"); empty: by its name. load: the precision
    of the weights. mode: whether it thinks before it answers; hybrid: as it likes.
    """

    profile: str = ""
    load: Literal["full", "8bit", "4bit"] = "full"
    mode: Literal["hybrid", "think", "nothink"] = "hybrid"
    dtype: Literal["bf16", "fp16", "fp32"] = "bf16"
    device: str = "auto"


def make_model(spec: str, options: ModelOptions = ModelOptions()) -> ChatModel:  # noqa: B008
    """The model that `spec` names: "phi4:PATH", "remote:NAME@URL", "scripted:FILE.json".

    Raises UsageError for another spec and for an option that the model does not have;
    BackendError when the model cannot be opened.
    """
    if spec.partition(":")[0] not in known("models", MODELS):
        raise UsageError(f"{spec!r} does not say what kind of model it is.", _WAYS)
    given = options.model_dump(exclude_defaults=True, exclude={"profile"})
    model: ChatModel = build("models", MODELS, spec, given)
    return model
