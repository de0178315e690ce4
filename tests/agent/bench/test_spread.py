"""Episodes on a real Ray cluster of this machine: a killed worker costs nothing, and recordings
come back."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

pytest.importorskip("ray")

from handeye.actions.errors import BackendError
from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.results import Results, load_results
from handeye.agent.bench.spread import play_on_ray
from handeye.episodes import read_episode
from handeye.grounding.cluster import LOCAL

LEFT = [(task, seed) for seed in (0, 1) for task in ("click-test", "enter-text")]

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore"),  # Ray's own, at its start and end
]


def ours(word: str) -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if word in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_killed_worker_loses_nothing_and_nothing_counts_twice(
    tmp_path: Path, until: Callable[..., bool]
) -> None:
    settings = BenchSettings(out=tmp_path, steps=3)
    results = Results(tmp_path, settings.told)
    playing = play_on_ray(LEFT, settings, LOCAL, workers=1)
    results.add(next(playing))
    (worker,) = ours("Player")
    os.kill(worker.pid, signal.SIGKILL)
    for played in playing:
        results.add(played)
    lines = (tmp_path / "results.jsonl").read_text().splitlines()
    assert len(lines) == len(LEFT)
    kept = load_results(tmp_path)
    assert Counter((each.task, each.seed) for each in kept.played) == Counter(LEFT)
    assert all(each.success for each in kept.played)
    for each in kept.played:
        assert read_episode(kept.episode(each)).ended is not None
    assert until(lambda: not ours("Player") and not ours("--handeye="), 20)


def test_a_cluster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match=r"no Ray cluster at 127\.0\.0\.1:9"):
        next(play_on_ray(LEFT, BenchSettings(out=tmp_path), "127.0.0.1:9"))
