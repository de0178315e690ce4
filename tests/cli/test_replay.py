"""`handeye replay` over the rows of a table."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.killing import HANDEYE

from handeye import run


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
