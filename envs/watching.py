"""What a person did, as an environment hears it: the same actions that handeye can send.

Prevents: a recording by hand that is another kind of thing than a run.
"""

from typing import Protocol

from handeye.actions import Action, Value
from handeye.envs.types import Observation


class Did(Value):
    """One thing that a person did; several of these may be one step (keystrokes, wheel ticks).

    `before` is the last different screen before it. `field` names what it was done to, so that
    what follows on the same thing can be told; with `whole`, a typed text is all that the field
    holds now and takes the place of what was heard of it before. `secret`: the text is not known
    and never was; `label` is the field's name.
    """

    time: float
    action: Action
    before: Observation | None = None
    field: str = ""
    whole: bool = False
    secret: bool = False
    label: str = ""


class Watched(Protocol):
    """A screen that a person uses, and that tells what they do."""

    name: str
    closed: bool
    """The person has closed it."""

    @property
    def waiting(self) -> bool:
        """It waits for an answer, which belongs to the step that asked for it."""

    def poll(self) -> list[Did]:
        """Wait a moment; what was done since the last call, oldest first."""

    def look(self) -> Observation:
        """The screen as it is now, secrets covered."""

    def close(self) -> None: ...
