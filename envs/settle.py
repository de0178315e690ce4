"""Wait until the screen is at rest: no fixed sleep, and a reason for having stopped waiting.

At rest means that two frames agree and that the document and the network are quiet. What never
stops (spinners, videos, clocks, pollers) is told apart from what is still happening, so that it
does not hold every step to the cap. Prevents: slow steps, and clicks on half-drawn pages.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, Protocol, TypeVar

from handeye.actions import Box, ScreenSpace
from handeye.envs.types import Settled

if TYPE_CHECKING:
    from PIL import Image

CAP_SECONDS = 10.0
MOTION_SECONDS = 1.0
"""Pixels that keep changing this long, with all else quiet, are taken for endless motion."""
REQUEST_SECONDS = 3.0
"""A request still open after this long, with all else quiet, is taken for a poller."""
PAUSE_SECONDS = 0.012


Reason = Literal["quiet", "animated", "polling"]


class PageState(NamedTuple):
    """What is known besides pixels. `restless` are boxes (screenshot pixels) that never rest."""

    document: float = 0.0
    mutations: int = 0
    timers: int = 0
    finite_animations: int = 0
    loading: bool = False
    requests: int = 0
    restless: Sequence[Box] = ()

    @property
    def pending(self) -> bool:
        """Whether the document is about to change."""
        return bool(self.timers or self.finite_animations or self.loading)

    def busy_since(self, before: "PageState | None") -> bool:
        """Whether the document changed since `before`, or is about to."""
        return before is None or self[:2] != before[:2] or self.pending


class Frame(Protocol):
    """A picture that can be compared: a screenshot, or pixels that nobody has encoded yet."""

    @property
    def data(self) -> bytes | bytearray: ...
    @property
    def space(self) -> ScreenSpace: ...
    @property
    def image(self) -> "Image.Image": ...


F = TypeVar("F", bound=Frame)
F_co = TypeVar("F_co", bound=Frame, covariant=True)


class Probe(Protocol[F_co]):
    """What settle looks through. Without knowledge besides pixels, `state` is PageState()."""

    def frame(self) -> F_co: ...
    def state(self) -> PageState: ...
    def pause(self, seconds: float) -> None: ...
    def ignore_open_requests(self) -> None:
        """The requests that are open now never end: do not count their like again."""


class Rest(NamedTuple, Generic[F]):
    """The screen at rest: its picture, the state that went with it, and why it was accepted."""

    frame: F
    state: PageState
    settled: Settled


def settle(
    probe: Probe[F],
    before: F | None = None,
    state: PageState | None = None,
    *,
    restless: Sequence[Box] = (),
    cap: float = CAP_SECONDS,
) -> Rest[F]:
    """Wait until the screen is at rest.

    `before` and `state` are the frame and the state from before the action: when the action
    changed nothing, one new frame is enough. `restless` are boxes known to move for ever.
    """
    start = time.monotonic()
    last, previous, current = before, state, probe.state()
    frames = 0
    moving_since: float | None = None
    waiting_since: float | None = None
    reason: Reason | None
    while True:
        now = time.monotonic()
        capped = now - start > cap
        # What the action itself changed is no reason to wait: the next picture shows it.
        busy = current.busy_since(previous) if frames else current.pending
        waiting_since = (waiting_since or now) if current.requests and not busy else None
        polling = waiting_since is not None and now - waiting_since > REQUEST_SECONDS
        if (busy or current.requests) and not polling and not capped:
            probe.pause(PAUSE_SECONDS)
            previous, current = current, probe.state()
            continue
        frame, after = probe.frame(), probe.state()
        frames += 1
        reason = _reason(frame, last, after, current, [*restless, *after.restless])
        moving_since = (moving_since or now) if reason is None and last is not None else None
        if moving_since is not None and now - moving_since > MOTION_SECONDS:
            reason = "animated"
        if polling:
            probe.ignore_open_requests()
            reason = "polling"
        if reason is not None or capped:
            seconds = time.monotonic() - start
            settled = Settled(reason=reason or "cap", seconds=seconds, frames=frames)
            return Rest(frame, after, settled)
        last, previous, current = frame, current, after


def _reason(
    frame: Frame,
    last: Frame | None,
    after: PageState,
    current: PageState,
    restless: Sequence[Box],
) -> Reason | None:
    if after.busy_since(current) or last is None:
        return None
    if frame.data == last.data:
        return "quiet"
    if restless and same_outside(frame, last, restless):
        return "animated"
    return None


def same_outside(first: Frame, second: Frame, boxes: Sequence[Box]) -> bool:
    """Whether two frames agree everywhere but in `boxes` (screenshot pixels)."""
    box = changed_box(first, second, boxes)
    return box is None and first.space.size == second.space.size


def changed_box(first: Frame, second: Frame, ignore: Sequence[Box] = ()) -> Box | None:
    """The smallest box around what differs between two frames of one size, or None."""
    import numpy as np

    if first.data == second.data or first.space.size != second.space.size:
        return None
    differs = np.any(np.asarray(first.image) != np.asarray(second.image), axis=2)
    for box in ignore:
        differs[
            max(0, int(box.y1) - 1) : max(0, int(box.y2) + 2),
            max(0, int(box.x1) - 1) : max(0, int(box.x2) + 2),
        ] = False
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return None
    return Box(x1=columns[0], y1=rows[0], x2=columns[-1] + 1, y2=rows[-1] + 1)
