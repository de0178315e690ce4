"""When to draw again: drawing takes a share of the time, and the rest is for keys.

Prevents: key presses that come seconds late because a run says more than this machine can draw.
"""

_LATEST = 2.0  # seconds after which a drawing that nobody reported is over
_REST = 1.0  # seconds that are waited at the most


class Pace:
    """The slower the machine draws, the more is drawn at once. `share` of the time is for drawing,
    and from one beginning to the next are at `least` so many seconds."""

    def __init__(self, share: float = 0.3, least: float = 0.0) -> None:
        self._share, self._least = share, least
        self._began: float | None = None
        self._next = 0.0

    def busy(self, now: float) -> bool:
        """Whether the last drawing goes on."""
        return self._began is not None and now <= self._began + _LATEST

    def ready(self, now: float) -> bool:
        return not self.busy(now) and now >= self._next

    def began(self, now: float) -> None:
        self._began = now

    def drawn(self, now: float) -> None:
        """It is on the screen."""
        if self._began is not None:
            rest = (now - self._began) * (1 - self._share) / self._share
            self._next = max(now + min(rest, _REST), self._began + self._least)
            self._began = None
