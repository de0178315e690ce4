"""The benchmark for a GPU runs as a whole: here with a tiny shape, on the CPU."""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

Main = Callable[[Sequence[str]], int]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Iterator[Main]:
    """One thread: the shape is so small that more only get in each other's way."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield import_module("tests.bench.phi4_gpu").main
    torch.set_num_threads(before)


@pytest.mark.heavy
def test_the_tiny_shape_gives_the_whole_table(
    main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--tiny"]) == 0
    shown = capsys.readouterr().out
    for part in ("prefill, ms", "a token, ms", "10 on one", "handeye, bf16", "its floor"):
        assert part in shown


def test_without_a_gpu_it_says_so(
    main: Main, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main([]) == 2
    assert "There is no GPU here" in capsys.readouterr().err
