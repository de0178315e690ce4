"""What a run depends on, pinned when it begins: another setting is another run.

Prevents: results of two prompts, two models or two versions of the data in one score.
"""

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal, cast

from handeye.actions import Size, Value
from handeye.actions.backends import build, found
from handeye.actions.errors import UsageError
from handeye.grounding.backends import GROUNDERS
from handeye.grounding.chat.backends import MODELS
from handeye.grounding.chat.profiles import Profile, profile_for
from handeye.grounding.chat.types import ChatModel
from handeye.grounding.evaluate.asking import (
    CHOICE_QUESTION,
    Ask,
    AskForChoice,
    AskForPlace,
)
from handeye.grounding.evaluate.items import ChoiceTarget, Dataset
from handeye.grounding.remote.server import find_server
from handeye.grounding.resolution import plan
from handeye.grounding.types import Grounder

# What may change an answer, where it is installed.
_PACKAGES = (
    "handeye", "numpy", "pillow", "faster-paddle", "rapidocr", "onnxruntime",
    "torch", "transformers", "tokenizers", "bitsandbytes", "openai",
)  # fmt: skip


class Settings(Value):
    """All that the answers of a run depend on, except chance in a server.

    seed: of the bootstrap that compares runs; asking itself is greedy. prompt: the question as
    the model gets it, "" where no model is asked. data_sha256: see Dataset.
    """

    format: Literal[1] = 1
    dataset: str
    data_sha256: str
    limit: int | None = None
    grounder: str
    zoom: bool = False
    resolution: str = ""
    profile: Profile | None = None
    prompt: str = ""
    seed: int = 0
    versions: dict[str, str]

    def differences(self, other: "Settings") -> list[str]:
        """The names of what is not the same, each with both values where they are short."""
        mine, theirs = self.model_dump(), other.model_dump()
        return [
            f"{name} ({_short(theirs[name])}, now {_short(mine[name])})"
            for name in mine
            if mine[name] != theirs[name]
        ]


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def check_grounder(grounder: str, resolution: str = "") -> None:
    """Raises UsageError for one that does not exist, or is not shown screens at a resolution.

    Prevents: a mistyped name that is told after thousands of images were checked.
    """
    spec = grounder.removeprefix("zoom:")
    if not spec.startswith("remote"):  # the environment may name its server: `pin` looks
        found("grounders", GROUNDERS, spec, {"resolution": resolution} if resolution else {})


def pin(
    dataset: Dataset,
    grounder: str,
    *,
    zoom: bool = False,
    resolution: str = "",
    profile: str = "",
    limit: int | None = None,
) -> Settings:
    """The settings of a run of `grounder` (as `make_grounder` reads it) that begins now.

    Raises UsageError for an unknown profile or resolution, and an address that cannot be read.
    """
    if resolution:
        plan(resolution, Size(width=1280, height=720))  # any screen: only the name is checked
    spec = grounder.removeprefix("zoom:")
    asked = None
    if spec.startswith("remote:"):
        server = find_server(spec.removeprefix("remote:"))
        asked = profile_for(f"remote:{server.model}", profile)
        spec = f"remote:{server.model}@{server.url}"  # the environment may have named the server
    elif profile:
        raise UsageError(f"{spec!r} is no remote model, and has no profile.", "Leave it out.")
    return Settings(
        dataset=dataset.name,
        data_sha256=dataset.sha256,
        limit=limit,
        grounder=spec,
        zoom=zoom or grounder.startswith("zoom:"),
        resolution=resolution,
        profile=asked,
        prompt=_prompt(dataset, spec, asked),
        versions=_versions(),
    )


def _prompt(dataset: Dataset, grounder: str, profile: Profile | None) -> str:
    if _asks_for_choices(dataset):
        return CHOICE_QUESTION
    if grounder.startswith("phi4:"):
        from handeye.grounding.phi4.grounder import QUESTION

        return QUESTION
    return profile.ground if profile else ""


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "handeye sources": _sources()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _sources() -> str:
    """Of what grounding is made of: two states of a checkout bear the same version."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in (".py", ".toml", ".onnx", ".npz") and path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def open_ask(settings: Settings, dataset: Dataset) -> Ask:
    """What puts the questions of a run with these settings.

    Raises UsageError for a grounder that has no such option or cannot answer such questions;
    BackendError where the model cannot be opened.
    """
    if _asks_for_choices(dataset):
        if settings.zoom:
            raise UsageError(f"{dataset.name} goes without --zoom.")
        if settings.grounder.partition(":")[0] not in MODELS:
            raise UsageError(
                f"{dataset.name} asks questions, and {settings.grounder!r} finds places.",
                "Name a model with --grounder: phi4:PATH or remote:NAME@URL.",
            )
        given = {"resolution": settings.resolution} if settings.resolution else {}
        model: ChatModel = build("models", MODELS, settings.grounder, given)
        return AskForChoice(model)
    return AskForPlace(_grounder(settings))


def _grounder(settings: Settings) -> Grounder:
    given = {"profile": settings.profile.name} if settings.profile else {}
    given |= {"resolution": settings.resolution} if settings.resolution else {}
    grounder: Grounder = build("grounders", GROUNDERS, settings.grounder, given)
    if settings.zoom:
        from handeye.grounding.zoom import ZoomGrounder

        return cast(Grounder, ZoomGrounder(grounder))  # its name is computed, not an attribute
    return grounder


def _asks_for_choices(dataset: Dataset) -> bool:
    return any(isinstance(item.target, ChoiceTarget) for item in dataset.items)
