"""`handeye record`: ended by Ctrl-C, by the end of the browser or by a kill, it leaves an episode."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from handeye.episodes import read_episode

posix = pytest.mark.skipif(os.name == "nt", reason="signals are others on Windows")


def start(home: Path, url: str, *more: str) -> "subprocess.Popen[bytes]":
    code = "from handeye.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, "record", "--headless", "--url", url, *more],
        env=os.environ | {"HANDEYE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def begun(home: Path) -> bool:
    return any(b"run_started" in file.read_bytes() for file in home.glob("*/episode.jsonl"))


@posix
@pytest.mark.parametrize("end", ["ctrl-c", "browser"])
def test_it_ends_in_a_whole_episode(
    tmp_path: Path, site: Any, until: Callable[..., bool], end: str
) -> None:
    shop = site({"/": "<title>Page</title><p>hello"})
    with start(tmp_path, shop.url, "--task", "say hello") as process:
        assert until(lambda: begun(tmp_path), 30)
        if end == "ctrl-c":
            os.killpg(process.pid, signal.SIGINT)
        else:
            children = psutil.Process(process.pid).children(recursive=True)
            browser = next(c for c in children if any("--handeye=" in part for part in c.cmdline()))
            browser.kill()
        said, told = process.communicate(timeout=40)
    assert process.returncode == 0, told.decode()
    assert b"Traceback" not in told
    assert b"Recorded 0 steps." in said
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    episode = read_episode(folder)
    assert episode.ended is not None
    assert episode.ended.ok
    assert episode.started is not None
    assert episode.started.task == "say hello"
    assert episode.steps[-1].observed is not None
    assert episode.steps[-1].observed.title == "Page"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--secret", "NO_SUCH_SECRET"], "NO_SUCH_SECRET is not set"),
        (["--set", "city"], "'city' is no NAME=VALUE"),
        (["--set", "my city=Bonn"], "a name has letters, digits and _"),
        (["--allow-uploads", "/no/such"], "no folder /no/such"),
        (["--out", "."], "is there already"),
    ],
)
def test_what_cannot_be_recorded_is_named_before_a_browser_starts(
    tmp_path: Path, options: list[str], says: str
) -> None:
    with start(tmp_path, "http://127.0.0.1:9/", *options) as process:
        _, told = process.communicate(timeout=30)
    assert process.returncode in (2, 4)
    assert says in " ".join(told.decode().split())
    assert list(tmp_path.iterdir()) == []
