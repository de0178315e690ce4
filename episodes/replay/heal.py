"""Repairing one step of a replay: what a model is told, what it may answer, where it is kept.

Prevents: a repair that replaces the only recording that is known to have worked.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from handeye.actions import Action, Value, describe
from handeye.actions.errors import RecordingError
from handeye.envs import Element, Observation
from handeye.episodes.events import Intent
from handeye.episodes.replay.refind import label
from handeye.grounding import Grounding
from handeye.grounding.calls import ModelCall


class Healed(Value):
    """An action with points that does what the failed step did, and how it was come by."""

    action: Action
    thought: str = ""
    elements: tuple[Element | None, ...] = ()
    groundings: tuple[Grounding, ...] = ()
    calls: tuple[ModelCall, ...] = ()


Heal = Callable[[str, Observation], Healed | str]
"""From a question about the failed step and the screen to a repair, or to why there is none."""


def question(intent: Intent, problem: str, task: str) -> str:
    """The failed step in words, for a model: this step only."""
    under = ", ".join(label(element) for element in intent.elements if element)
    on = f" on {under}" if under else ""
    return (
        f"A recording is being repeated. Its purpose: {task or 'not known'}. One step cannot be "
        f"repeated as it was: “{describe(intent.action)}”{on}. {problem} The page has changed. Do "
        "the one action on this screen that has the same effect as that step, and nothing else. "
        "If there is none, give up."
    )


def keep_beside(repaired: Path, old: Path) -> Path:
    """Move a repaired episode beside the old one, as its next version; returns where it is.

    Raises RecordingError when that folder cannot be written.
    """
    number = 2
    home, name = old.resolve().parent, old.resolve().name
    while (home / f"{name}-v{number}").exists():
        number += 1
    target = home / f"{name}-v{number}"
    try:
        shutil.move(repaired, target)
    except OSError as error:
        raise RecordingError(
            f"Cannot put the repaired episode into {home}: {error.strerror}.",
            f"It is kept as {repaired}.",
        ) from error
    return target
