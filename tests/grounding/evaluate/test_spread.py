"""A run on a real Ray cluster of this machine: two workers, one of which is killed."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("ray")

from handeye.actions.errors import BackendError
from handeye.grounding.evaluate.datasets import load_dataset
from handeye.grounding.evaluate.items import Dataset
from handeye.grounding.evaluate.settings import pin
from handeye.grounding.evaluate.spread import LOCAL, ask_on_ray

SCREENS, EACH = 12, 3

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore"),  # Ray's own, at its start and end
]


@pytest.fixture
def data(pro: Callable[..., Path], entry: Callable[..., dict[str, Any]]) -> Dataset:
    rows = [entry(n, f"screen{n % SCREENS}.png") for n in range(SCREENS * EACH)]
    return load_dataset("own", pro(rows))


def workers() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "Answerer" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_killed_worker_loses_nothing_and_nothing_counts_twice(data: Dataset) -> None:
    settings = pin(data, "elements")
    answers = ask_on_ray(data.items, settings, data, LOCAL, workers=2)
    found = [next(answers).id]
    killed = workers()[0]
    os.kill(killed.pid, signal.SIGKILL)
    found += [detail.id for detail in answers]
    assert sorted(found) == sorted(item.id for item in data.items)
    deadline = time.monotonic() + 20
    while workers() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers() == []


def test_what_the_grounder_says_reaches_the_one_who_asked(data: Dataset) -> None:
    settings = pin(data, "phi4:/there/is/no/such/folder")
    with pytest.raises(BackendError, match="no folder"):
        list(ask_on_ray(data.items, settings, data, LOCAL, workers=1))


def test_a_cluster_that_is_not_there() -> None:
    empty = Dataset("own", (), (), "")
    with pytest.raises(BackendError, match=r"no Ray cluster at 127\.0\.0\.1:9"):
        list(ask_on_ray((), pin(empty, "elements"), empty, "127.0.0.1:9"))
