"""A run spread over a Ray cluster: workers that open the grounder once and answer screen by screen.

Images travel with the questions, so that workers need no common disk.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from handeye.actions import HandeyeError
from handeye.actions.errors import BackendError
from handeye.grounding.cluster import LOCAL, MOST_DEATHS, GivenUp, cluster, hand_out
from handeye.grounding.evaluate.asking import Ask
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.items import Dataset, Item
from handeye.grounding.evaluate.settings import Settings, open_ask
from handeye.grounding.images import decode_screenshot

__all__ = ["LOCAL", "ask_on_ray"]


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


def ask_on_ray(
    items: Sequence[Item], settings: Settings, dataset: Dataset, address: str, workers: int = 0
) -> Iterator[Detail]:
    """The answers as they come, from `workers` (0: one a processor of the cluster, or, for a model
    that runs in the worker, one a GPU where there are any).

    address: of a running cluster, or "local" for one on this machine that ends with this. Raises
    BackendError where there is no Ray or no cluster, and what the grounder raises.
    """
    with cluster(address) as ray:
        has = ray.cluster_resources()
        gpus = int(has.get("GPU", 0)) if settings.grounder.startswith("phi4:") else 0
        remote = ray.remote(num_cpus=1, num_gpus=1 if gpus else 0)(Answerer)
        kind = Dataset(dataset.name, dataset.items[:1], (), dataset.sha256)
        made = partial(remote.remote, settings, kind)
        count = workers or gpus or int(has.get("CPU", 1))
        for screen, answer in hand_out(ray, _by_screen(items), made, _question, count):
            if isinstance(answer, GivenUp):
                raise BackendError(
                    f"{MOST_DEATHS} workers in a row died on {screen[0].image.name}.",
                    "Look at the memory of the workers; the same command goes on.",
                )
            if isinstance(answer, HandeyeError):
                raise answer
            yield from answer


def _question(actor: Any, items: list[Item]) -> Any:
    return actor.answer.remote(items, items[0].image.read_bytes())


def _by_screen(items: Sequence[Item]) -> list[list[Item]]:
    groups: dict[Path, list[Item]] = {}
    for item in items:
        groups.setdefault(item.image, []).append(item)
    return list(groups.values())
