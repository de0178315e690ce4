"""The outermost boundary: odd outputs and odd arguments end in a line and the documented code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HANDEYE = [sys.executable, "-c", "from handeye.cli import main; main()"]
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX devices and signals")


def handeye(*words: str | bytes, **options: str) -> "subprocess.CompletedProcess[bytes]":
    env = os.environ | {"PYTHONUTF8": "0"} | options
    return subprocess.run([*HANDEYE, *words], capture_output=True, env=env, timeout=60, check=False)


def test_the_version_and_the_exit_codes_are_told() -> None:
    told = handeye("--version")
    assert (told.returncode, told.stdout.split()[0]) == (0, b"handeye")
    as_module = [sys.executable, "-m", "handeye", "--version"]
    assert subprocess.run(as_module, capture_output=True, check=True).stdout == told.stdout
    assert b"130 interrupted" in handeye("--help", COLUMNS="300").stdout


@posix
def test_a_full_disk_behind_stdout_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        failed = subprocess.run(
            [*HANDEYE, "demo", "--list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert failed.returncode == 1
    assert failed.stderr == (
        b"handeye failed: No space left on device. Check the disk that it is written to.\n"
    )


def test_results_that_cannot_be_written_are_exit_code_4(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    failed = handeye(
        "bench", "miniwob", "--tasks", "click-test", "--out", str(tmp_path / "file" / "x")
    )
    assert (failed.returncode, failed.stderr.count(b"\n")) == (4, 1)
    assert b"Name another place for it." in failed.stderr


@posix
def test_ctrl_c_in_the_middle_of_tidying_up_is_not_dropped() -> None:
    code = """
import time, handeye.cli, handeye.cli.app
class Tidied:
    def __del__(self): raise KeyboardInterrupt
def start():
    Tidied()
    time.sleep(50)
handeye.cli.app.start = start
handeye.cli.main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=40, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, b"")


@posix
def test_a_reader_that_leaves_ends_it_in_silence() -> None:
    with subprocess.Popen(
        [*HANDEYE, "demo", "--list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_what_the_encoding_lacks_is_escaped() -> None:
    listed = handeye("demo", "--list", PYTHONIOENCODING="ascii")
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert b"Fran\\xe7ais" in listed.stdout


@posix
def test_bytes_that_are_no_text_are_refused_by_name() -> None:
    failed = handeye("show", b"S\xff", PYTHONIOENCODING="utf-8")
    assert failed.returncode == 4
    assert b"S\\udcff" in failed.stderr
    assert b"Traceback" not in failed.stderr


def test_an_error_prints_no_json(tmp_path: Path) -> None:
    failed = handeye("show", "last", "--json", HANDEYE_HOME=str(tmp_path))
    assert (failed.returncode, failed.stdout, failed.stderr.count(b"\n")) == (4, b"", 1)
    listed = handeye("ground", "--batch", "-", HANDEYE_HOME=str(tmp_path))
    assert [json.loads(line) for line in listed.stdout.splitlines()] == []
