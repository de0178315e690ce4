"""A small part of what `python -m tests.bench soak` does over 2,000 steps."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from tests.bench.bench_soak import fit, soak


@pytest.mark.heavy
def test_a_run_gives_back_its_files_and_threads_and_opens_no_more_with_each_step(
    tmp_path: Path,
) -> None:
    # A process of its own: in this one, threads of other tests begin and end.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        soaked = alone.submit(soak, 30, tmp_path).result()
    assert soaked.before is not None
    assert soaked.after is not None
    assert soaked.after.files <= soaked.before.files
    assert soaked.after.threads <= soaked.before.threads
    early, late = soaked.held[1], soaked.held[-1]
    assert late.step - early.step >= 20
    assert late.files <= early.files
    assert late.threads <= early.threads


def test_a_fit_tells_what_grows_from_what_only_wavers() -> None:
    steps = [float(n) for n in range(0, 2000, 10)]
    grows = fit(steps, [100 + 0.01 * step + step % 3 for step in steps])
    assert abs(grows.slope - 10) < 0.5
    assert grows.slope - grows.half > 0
    wavers = fit(steps, [100 + step % 70 for step in steps])
    assert abs(wavers.slope) < wavers.half
