"""Environments: screens to look at and act on, behind one `Env` protocol."""

from handeye.envs.types import (
    ActionError,
    ActionErrorKind,
    Blocked,
    DialogSeen,
    Element,
    Env,
    Observation,
    Outcome,
    Screenshot,
    Settled,
    Tab,
)

__all__ = [
    "ActionError",
    "ActionErrorKind",
    "Blocked",
    "DialogSeen",
    "Element",
    "Env",
    "Observation",
    "Outcome",
    "Screenshot",
    "Settled",
    "Tab",
]
