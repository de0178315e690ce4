"""What the parts of an environment raise when an action cannot be carried out.

Prevents: a refusal that looks like a crash; the environment turns it into the outcome's error.
"""

from handeye.envs.types import ActionError, ActionErrorKind


class Refused(Exception):
    """The action cannot be carried out; `error` says why."""

    def __init__(self, kind: ActionErrorKind, message: str, *, maybe_done: bool = False) -> None:
        super().__init__(message)
        self.error = ActionError(kind=kind, message=message, maybe_done=maybe_done)
