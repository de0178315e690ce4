"""Ctrl-C and SIGTERM at each phase of a run: code 130, a finished episode, and no process left.

Ctrl-C reaches all processes of a terminal, the browser's driver too; SIGTERM only the one it is sent to.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.agent.faults import alive, below
from tests.conftest import Reply, Site, wait_until

from handeye.episodes import read_episode
from handeye.episodes.keep import verify_episode

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

HANDEYE = [sys.executable, "-c", "from handeye.cli import main; main()"]
PAGE = "<title>Page</title><button>Save</button>"
MODEL = "/v1/chat/completions"
CALLS = PAGE + "<script>fetch('/never')</script>"

LATE = Reply("late", delay=600)


class Run:
    """`handeye run` as a process that ends with its test."""

    def __init__(self, folder: Path, task: str, url: str, *more: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [*HANDEYE, "run", task, "--url", url, "--out", str(folder), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wrote(self, kind: str) -> bool:
        file = self.folder / "episode.jsonl"
        return file.exists() and f'"kind":"{kind}"' in file.read_text("utf-8")

    def end(self, number: signal.Signals) -> tuple[int, str, str]:
        """Send it; the exit code, stdout and stderr."""
        started = below(self.process.pid)
        if number is signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        assert wait_until(lambda: not any(alive(each) for each in started)), started
        return self.process.returncode, out, err

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    made: list[Run] = []

    def start(*words: str) -> Run:
        made.append(Run(tmp_path / "episode", *words))
        return made[-1]

    yield start
    for each in made:
        each.close()


def while_it_starts(run: Callable[..., Run], site: Site) -> Run:
    made = run("click Save", site.url)
    assert wait_until(lambda: bool(below(made.process.pid)), 30)
    return made


def while_it_looks(run: Callable[..., Run], site: Site) -> Run:
    made = run("click Save", f"{site.url}/calls")
    assert wait_until(lambda: made.wrote("run_started"), 30)
    assert not made.wrote("observed")
    return made


def while_a_model_thinks(run: Callable[..., Run], site: Site) -> Run:
    made = run("click Save", site.url, "--model", f"remote:qwen3-vl@{site.url}")
    assert wait_until(lambda: MODEL in [path for _, path, _ in site.log], 30)
    return made


def while_it_acts(run: Callable[..., Run], site: Site) -> Run:
    made = run("wait 50 seconds", site.url)
    assert wait_until(lambda: made.wrote("intent"), 30)
    return made


def while_it_writes(run: Callable[..., Run], site: Site) -> Run:
    made = run("repeat 500 times: click Save, press Escape", site.url)
    assert wait_until(lambda: made.wrote("acted"), 30)
    return made


def while_it_ends(run: Callable[..., Run], site: Site) -> Run:
    made = run("click Save", site.url)
    assert wait_until(lambda: made.wrote("run_ended"), 30)
    return made


PHASES = (
    while_it_starts, while_it_looks, while_a_model_thinks, while_it_acts, while_it_writes,
    while_it_ends,
)  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
def test_a_signal_ends_it_well(
    run: Callable[..., Run], site: Any, phase: Callable[..., Run], number: signal.Signals
) -> None:
    served = site({"/": PAGE, "/calls": CALLS, "/never": LATE, MODEL: LATE})
    made = phase(run, served)
    code, out, err = made.end(number)
    ends = phase is while_it_ends  # with what it has done, and perhaps before the signal
    assert code in ((0, 130) if ends else (130,)), err
    assert "Traceback" not in err
    assert "xception" not in err
    if phase is while_it_starts and not made.folder.exists():
        return  # nothing had begun
    assert verify_episode(made.folder) == []
    ended = read_episode(made.folder).ended
    assert ended is not None
    assert ended.reason == ("done" if ends else "interrupted")
    # Between the first line and the first look there is nobody yet to tell of a result.
    assert phase in (while_it_looks, while_it_ends) or ended.reason in out
