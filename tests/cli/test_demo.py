"""`handeye demo` as a person runs it: in a process of its own, judged by the shop's server."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from handeye.actions.errors import UsageError
from handeye.cli.demo import demo
from handeye.envs.shop import TASKS, serve

HANDEYE = [sys.executable, "-c", "from handeye.cli import main; main()"]


def handeye(*words: str, home: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*HANDEYE, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
        env=os.environ | {"HANDEYE_HOME": str(home), "COLUMNS": "200", "PYTHONUTF8": "1"},
    )


@pytest.mark.heavy
def test_the_demo_is_done_and_its_episode_can_be_shown_and_replayed(tmp_path: Path) -> None:
    done = handeye("demo", home=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Server:  order PC-1001 for Ada Park: 2 × Halo LED Desk Lamp (Brass)" in done.stdout
    assert "Place order" in done.stderr
    show = next(line for line in done.stdout.splitlines() if line.startswith("Read it:"))
    assert handeye(*show.split()[3:], home=tmp_path).returncode == 0
    with serve() as shop:
        command = next(line for line in done.stdout.splitlines() if "handeye replay" in line)
        again = handeye(*command.split()[1:3], "--url", shop.url, home=tmp_path)
        assert again.returncode == 0, again.stdout + again.stderr
        assert [order.name for order in shop.state.orders] == ["Ada Park"]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a POSIX signal")
def test_the_shop_is_served_until_ctrl_c() -> None:
    process = subprocess.Popen(
        [*HANDEYE, "demo", "--serve", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(url, timeout=10) as page:
            assert "Paperclip" in page.read().decode()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "The shop is closed." in told
    assert "Traceback" not in told


def test_a_taken_port_is_one_line_and_exit_code_3(tmp_path: Path) -> None:
    with serve() as shop:
        failed = handeye("demo", "--serve", str(shop.port), home=tmp_path)
    assert failed.returncode == 3
    assert failed.stderr.count("\n") == 1
    assert "handeye demo --serve 8766" in failed.stderr


def test_the_list_names_every_task(capsys: pytest.CaptureFixture[str]) -> None:
    demo(listing=True)
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == [task.name for task in TASKS]


def test_an_unknown_task_and_a_port_without_serve_are_usage_errors() -> None:
    with pytest.raises(UsageError, match="order-lamps"):
        demo(name="nope")
    with pytest.raises(UsageError, match="--serve"):
        demo(9000)
