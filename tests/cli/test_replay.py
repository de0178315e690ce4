"""`handeye replay`: over the rows of a table, and options that fit nothing."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.killing import HANDEYE
from typer.testing import CliRunner

from handeye import run
from handeye.actions.errors import UsageError
from handeye.cli.app import app
from handeye.episodes import EpisodeWriter
from handeye.episodes.events import RunStarted


@pytest.mark.skipif(os.name == "nt", reason="signals are others on Windows")
def test_ctrl_c_ends_all_rows(tmp_path: Path, site: Any) -> None:
    shop = site({"/": "<title>T</title><input aria-label=What>"})
    done = run("type 'a' into What, wait 1 second, press Tab", url=shop.url, out=tmp_path / "ran")
    assert done.ok, done.message
    (tmp_path / "rows.csv").write_text("what\nb\nc\n")
    words = ("replay", str(tmp_path / "ran"), "--csv", str(tmp_path / "rows.csv"))
    with subprocess.Popen(
        [*HANDEYE, *words, "--speed", "recorded"],
        env=os.environ | {"HANDEYE_HOME": str(tmp_path / "home")},
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        assert process.stderr is not None
        told = next(line for line in process.stderr if "type" in line)
        os.kill(process.pid, signal.SIGINT)
        told += process.stderr.read()
    assert process.returncode == 130, told
    assert "Row 2" not in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["--offline", "--grounder", "elements", "--set", "a=b"],
            "--set cannot be used with --off",
        ),
        (["--parameters", "--no-record", "--csv", "a"], "--csv, --no-record cannot be used with"),
        (["--headed"], "This is for a browser: headless"),
    ],
)
def test_what_would_be_ignored_is_refused(tmp_path: Path, words: list[str], says: str) -> None:
    with EpisodeWriter(path=tmp_path / "e") as writer:
        writer.emit(RunStarted(task="t", url="", env="desktop", planner="p", grounder="g"))
    refused = CliRunner().invoke(app, ["replay", str(tmp_path / "e"), *words])
    assert isinstance(refused.exception, UsageError)
    assert says in str(refused.exception)
