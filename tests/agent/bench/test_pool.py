"""Real workers with real browsers: one that dies or hangs costs one episode, never two results."""

import os
import signal
from collections import Counter
from contextlib import closing
from multiprocessing import active_children

from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.page import write_page
from handeye.agent.bench.pool import play_in_workers
from handeye.agent.bench.results import Results, load_results

LEFT = [(task, seed) for seed in (0, 1) for task in ("click-test", "enter-text")]


def test_a_killed_worker_is_replaced_and_nothing_is_counted_twice(tmp_path):
    settings = BenchSettings(out=tmp_path, steps=1)
    results = Results(tmp_path, settings.told)
    with closing(play_in_workers(LEFT, settings, workers=1)) as playing:
        results.add(next(playing))
        (worker,) = active_children()
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        for played in playing:
            results.add(played)
    assert not active_children()
    lines = (tmp_path / "results.jsonl").read_text().splitlines()
    assert len(lines) == len(LEFT)
    counted = Counter((each.task, each.seed) for each in load_results(tmp_path).played)
    assert counted == Counter(LEFT)
    page = tmp_path / "report.html"
    write_page(load_results(tmp_path), page)
    assert page.read_text().count("<img") == 2  # enter-text takes two steps
    assert "<script" not in page.read_text()


def test_a_worker_that_takes_too_long_is_killed_and_its_episode_counts_as_failed(tmp_path):
    settings = BenchSettings(out=tmp_path, seconds=1)
    (played,) = play_in_workers(LEFT[:1], settings, workers=1, grace=-1.0)
    assert (played.stop, played.success) == ("worker_killed", False)
    assert not active_children()
