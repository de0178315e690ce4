"""A run spread over a Ray cluster: workers that open the grounder once and answer screen by screen.

A screen whose worker dies is asked again by another; its answers count only when all of them are
back. Images travel with the questions, so that workers need no common disk. Prevents: an
evaluation of a night on one machine, and items that are lost or counted twice with a worker.
"""

import os
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from handeye.actions import HandeyeError
from handeye.actions.errors import BackendError
from handeye.grounding.evaluate.asking import Ask
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.items import Dataset, Item
from handeye.grounding.evaluate.settings import Settings, open_ask
from handeye.grounding.images import decode_screenshot

LOCAL = "local"
MOST_DEATHS = 3
"""A screen that takes so many workers with it ends the run."""


class Answerer:
    """What a worker is: a grounder that is opened with the first question."""

    def __init__(self, settings: Settings, dataset: Dataset) -> None:
        self._given = settings, dataset
        self._ask: Ask | None = None

    def answer(self, items: Sequence[Item], image: bytes) -> list[Detail] | HandeyeError:
        """The answers about one image. What fails for a known reason is given back, not raised."""
        from handeye.envs import Observation

        try:
            self._ask = self._ask or open_ask(*self._given)
            screen = Observation(screenshot=decode_screenshot(image, items[0].image.name))
            return [self._ask(item, screen) for item in items]
        except HandeyeError as error:
            return error


class _Task(NamedTuple):
    items: list[Item]
    deaths: int = 0


def ask_on_ray(
    items: Sequence[Item], settings: Settings, dataset: Dataset, address: str, workers: int = 0
) -> Iterator[Detail]:
    """The answers as they come, from `workers` (0: one a processor of the cluster, or, for a model
    that runs in the worker, one a GPU where there are any).

    address: of a running cluster, or "local" for one on this machine that ends with this. Raises
    BackendError where there is no Ray or no cluster, and what the grounder raises.
    """
    ray = _connected(address)
    try:
        has = ray.cluster_resources()
        gpus = int(has.get("GPU", 0)) if settings.grounder.startswith("phi4:") else 0
        remote = ray.remote(num_cpus=1, num_gpus=1 if gpus else 0)(Answerer)
        kind = Dataset(dataset.name, dataset.items[:1], (), dataset.sha256)
        made = partial(remote.remote, settings, kind)
        yield from _spread(ray, items, made, workers or gpus or int(has.get("CPU", 1)))
    finally:
        ray.shutdown()


def _connected(address: str) -> Any:
    """The module, connected."""
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
            f"There is no Ray cluster at {address}: {reason}",
            "Start one with: ray start --head; or use --ray local.",
        ) from error
    return ray


def _answers(address: str) -> None:
    """Ray itself would try for minutes. Raises OSError."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=10).close()


def _spread(
    ray: Any, items: Sequence[Item], worker: Callable[[], Any], count: int
) -> Iterator[Detail]:
    """Each idle worker gets the next screen; a dead one is replaced, and its screen asked again."""
    groups: dict[Path, list[Item]] = {}
    for item in items:
        groups.setdefault(item.image, []).append(item)
    left = deque(_Task(group) for group in groups.values())
    idle = [worker() for _ in range(min(count, len(left)))]
    busy: dict[Any, tuple[Any, _Task]] = {}
    while left or busy:
        while left and idle:
            task, actor = left.popleft(), idle.pop()
            image = task.items[0].image.read_bytes()
            busy[actor.answer.remote(task.items, image)] = (actor, task)
        done, _ = ray.wait(list(busy), num_returns=1)
        actor, task = busy.pop(done[0])
        try:
            answer = ray.get(done[0])
        except ray.exceptions.RayActorError as error:
            if task.deaths + 1 == MOST_DEATHS:
                raise BackendError(
                    f"{MOST_DEATHS} workers in a row died on {task.items[0].image.name}.",
                    "Look at the memory of the workers; the same command goes on.",
                ) from error
            left.appendleft(_Task(task.items, task.deaths + 1))
            idle.append(worker())
            continue
        except ray.exceptions.RayTaskError as error:
            raise error.as_instanceof_cause() from error
        if isinstance(answer, HandeyeError):
            raise answer
        idle.append(actor)
        yield from answer
