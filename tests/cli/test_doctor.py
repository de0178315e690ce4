"""`handeye doctor`: what it finds on this machine, and what it says when something is missing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from handeye.envs.browser.calibrate import Calibration
from handeye.envs.desktop.private import missing_programs

HANDEYE = [sys.executable, "-c", "from handeye.cli import main; main()"]


def doctor(*words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*HANDEYE, "doctor", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
        env=os.environ | {"COLUMNS": "200", "PYTHONUTF8": "1"} | env,
    )


@pytest.mark.heavy
def test_this_machine_is_ready(tmp_path: Path) -> None:
    done = doctor("--json", HANDEYE_HOME=str(tmp_path / "not" / "there"))
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["ok"] is True
    checks = {check["name"]: check for check in report["checks"]}
    assert {"software", "display", "text reader", "memory", "episodes", "model"} < set(checks)
    assert re.search(r" \d{2,3}\.[\d.]+, .*, starts in \d+\.\d s", checks["browser"]["detail"])
    if not missing_programs():
        assert "9 of 9 clicks arrived, at most 0.0 px off" in checks["desktop"]["detail"]
    for scale in (1, 1.25, 2):
        clicks = checks[f"clicks at {scale}x"]
        found = clicks["calibration"]
        assert clicks["status"] == "ok"
        assert (found["clicks"], found["received"]) == (19, 19)
        assert (found["scale_x"], found["scale_y"]) == pytest.approx((scale, scale), abs=0.01)
    assert not (tmp_path / "not").exists()


def test_a_missing_browser_is_exit_code_3_with_what_to_do() -> None:
    done = doctor(HANDEYE_BROWSER="/no/such/browser")
    assert done.returncode == 3
    assert "HANDEYE_BROWSER is set to '/no/such/browser'" in done.stdout
    assert "browser: Set it to the path of a Chromium, Chrome or Edge, or unset it." in done.stdout
    assert "clicks at" not in done.stdout


def test_a_browser_that_does_not_start_is_exit_code_3() -> None:
    done = doctor("--json", HANDEYE_BROWSER=sys.executable)
    assert done.returncode == 3
    failed = [check for check in json.loads(done.stdout)["checks"] if check["status"] == "fail"]
    assert [check["name"] for check in failed] == ["browser"]
    assert "did not start" in failed[0]["detail"]


def test_a_home_that_cannot_be_written_is_exit_code_4(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("a file, not a folder")
    done = doctor("--json", HANDEYE_HOME=str(home), HANDEYE_BROWSER="/no/such/browser")
    assert done.returncode == 4
    check, _browser = [c for c in json.loads(done.stdout)["checks"] if c["status"] == "fail"]
    assert check["name"] == "episodes"
    assert "HANDEYE_HOME" in check["fix"]


def test_install_browser_names_the_one_that_is_there() -> None:
    done = doctor("--install-browser", "--json")
    assert done.returncode == 0
    assert Path(json.loads(done.stdout)["path"]).exists()


GOOD = {
    "device_scale": 1.25, "clicks": 19, "received": 19, "mean_offset": 0.4, "max_offset": 1.1,
    "scale_x": 1.25, "scale_y": 1.25,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "ok"),
    [
        ({}, True),
        ({"received": 18}, False),
        ({"max_offset": 3.0}, False),
        ({"scale_x": 1.0}, False),
        ({"scale_y": 1.3}, False),
    ],
)
def test_what_a_calibration_accepts(change: dict[str, float], ok: bool) -> None:
    assert Calibration.model_validate(GOOD | change).ok is ok
