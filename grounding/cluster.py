"""A Ray cluster, and work handed out to workers on it, one piece at a time each.

A piece whose worker dies is given to another; its answer counts once, when all of it is back.
Prevents: work of a night that is bound to one machine, and pieces that are lost or counted twice
with a worker.
"""

import os
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from handeye.actions.errors import BackendError

LOCAL = "local"
MOST_DEATHS = 3
"""A piece that takes so many workers with it is given up."""
_LOOK_SECONDS = 1.0

Piece = TypeVar("Piece")


@dataclass(frozen=True)
class GivenUp:
    """No answer: the worker took too long, or one after the other died."""

    late: bool
    seconds: float


@contextmanager
def cluster(address: str) -> Iterator[Any]:
    """The module ray, connected to a running cluster, or to one of its own for "local".

    Raises BackendError where there is no Ray or no cluster.
    """
    ray = _connected(address)
    try:
        yield ray
    finally:
        ray.shutdown()


def hand_out(
    ray: Any,
    pieces: Sequence[Piece],
    worker: Callable[[], Any],
    ask: Callable[[Any, Piece], Any],
    count: int,
    seconds: float = float("inf"),
) -> Iterator[tuple[Piece, Any]]:
    """Each piece with its answer, as they come, from `count` workers; a piece that takes longer
    than `seconds`, or kills its workers, with `GivenUp`. Raises what a worker raises.
    """
    left = deque((piece, 0) for piece in pieces)
    idle = [worker() for _ in range(min(count, len(left)))]
    busy: dict[Any, _Asked[Piece]] = {}
    while left or busy:
        while left and idle:
            piece, deaths = left.popleft()
            actor = idle.pop()
            busy[ask(actor, piece)] = _Asked(piece, actor, deaths, time.monotonic())
        done, _ = ray.wait(list(busy), num_returns=1, timeout=_LOOK_SECONDS)
        for asked in _late(busy, seconds, done):
            ray.kill(asked.actor)
            idle.append(worker())
            yield asked.piece, GivenUp(late=True, seconds=asked.seconds)
        if not done:
            continue
        asked = busy.pop(done[0])
        try:
            answer = ray.get(done[0])
        except ray.exceptions.RayActorError:
            idle.append(worker())
            if asked.deaths + 1 == MOST_DEATHS:
                yield asked.piece, GivenUp(late=False, seconds=asked.seconds)
            else:
                left.appendleft((asked.piece, asked.deaths + 1))
            continue
        except ray.exceptions.RayTaskError as error:
            raise error.as_instanceof_cause() from error
        idle.append(asked.actor)
        yield asked.piece, answer


@dataclass
class _Asked(Generic[Piece]):
    piece: Piece
    actor: Any
    deaths: int
    began: float

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


def _late(
    busy: dict[Any, _Asked[Piece]], seconds: float, done: Sequence[Any]
) -> list[_Asked[Piece]]:
    """Those that took too long, no longer among the busy."""
    late = [each for each, asked in busy.items() if each not in done and asked.seconds > seconds]
    return [busy.pop(each) for each in late]


def _connected(address: str) -> Any:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        fix = "Run: pip install 'handeye[ray]'"
        raise BackendError("Ray is not installed.", fix) from error
    quiet = {"log_to_driver": False, "configure_logging": False}
    try:
        if address == LOCAL:
            ray.init(include_dashboard=False, _node_ip_address="127.0.0.1", **quiet)
        else:
            _answers(address)
            ray.init(address=address, **quiet)
    except (OSError, RuntimeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(
            f"There is no Ray cluster at {address}: {reason.rstrip('.')}.",
            "Start one with: ray start --head; or use --ray local.",
        ) from error
    return ray


def _answers(address: str) -> None:
    """Ray itself would try for minutes. Raises OSError."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=10).close()
