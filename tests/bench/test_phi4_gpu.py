"""The benchmark for a GPU runs as a whole: here with a tiny shape, on the CPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

ROOT = Path(__file__).parents[2]


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.bench.phi4_gpu", *options],
        cwd=ROOT,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tiny_shape_gives_the_whole_table() -> None:
    made = run("--tiny")
    assert made.returncode == 0, made.stderr
    for shown in ("prefill, ms", "a token, ms", "10 on one", "handeye, bf16", "its floor"):
        assert shown in made.stdout


def test_without_a_gpu_it_says_so() -> None:
    made = run()
    assert made.returncode == 2
    assert "There is no GPU here" in made.stderr
