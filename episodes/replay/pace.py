"""How fast a replay goes: as fast as the screen allows, or as fast as it was recorded.

Prevents: a demonstration that nobody can follow, and a test that waits for nothing.
"""

import time
from typing import Literal

from handeye.actions import Action, Wait

Speed = Literal["fast", "recorded"]


class Pace:
    """Waits, before each step, until it is as late as it was in the recording."""

    def __init__(self, speed: Speed) -> None:
        self._speed = speed
        self._began: tuple[float, float] | None = None

    def keep(self, recorded: float) -> None:
        """The step that was sent at `recorded` (Unix seconds) may go now."""
        if self._speed == "fast":
            return
        now = time.monotonic()
        began, then = self._began = self._began or (now, recorded)
        due = began + recorded - then
        while (left := due - time.monotonic()) > 0:
            time.sleep(min(left, 0.05))

    def leaves_out(self, action: Action) -> bool:
        """Whether the action only passes time, of which a fast replay has no need."""
        return self._speed == "fast" and isinstance(action, Wait) and action.until == "time"
