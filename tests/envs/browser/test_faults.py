"""A page or browser that dies or hangs is an error told to the planner, and leaves nothing behind."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from handeye.actions import Click, Goto, Target
from handeye.actions.errors import (
    BrowserLostError,
    BrowserMissingError,
    DisplayError,
    NavigationError,
)
from handeye.envs.browser import BrowserEnv, deadline

PAGE = """<title>Alive</title><button onclick="document.cookie='seen=1'">Mark</button>
<button onclick="for (const end = Date.now() + 60000; Date.now() < end;);">Block</button>"""


def click(env, name):
    button = next(e for e in env.observe().elements if e.name == name)
    return env.act(Click(target=Target(point=button.box.center)))


def browsers(parent):
    """The running processes of the browsers below a process."""
    return [p for p in psutil.Process(parent).children(recursive=True) if is_browser(p)]


def is_browser(process):
    try:
        return any(part.startswith("--handeye=") for part in process.cmdline())
    except psutil.Error:
        return False


def test_a_page_that_blocks_is_ended_and_opened_again(site):
    with BrowserEnv(site({"/": PAGE}).url, answer_seconds=2.0) as env:
        assert click(env, "Mark").ok
        error = click(env, "Block").error
        assert (error.kind, error.maybe_done) == ("crashed", True)
        assert "did not answer for 2 s" in error.message
        assert env.observe().title == "Alive"
        assert env._session.context.cookies()[0]["name"] == "seen"


def test_a_page_that_never_rests_is_looked_at_and_not_ended(site):
    """As one that is slow because the machine is busy."""
    again = "document.body.animate([{opacity: 1}, {opacity: 0.5}], 1000)"
    restless = f"<button>Go</button><script>setInterval(() => {again}, 100)</script>"
    with BrowserEnv(site({"/": restless}).url, answer_seconds=3.0) as env:
        env.evaluate("window.mine = 1")
        seen = env.observe()
        assert (seen.settled.reason, [e.name for e in seen.elements][:1]) == ("cap", ["Go"])
        assert env.evaluate("window.mine") == 1, "the page is the same"


def test_a_crashed_page_is_opened_again(site):
    with BrowserEnv(site({"/": PAGE}).url) as env:
        env.observe()
        error = env.act(Goto(url="chrome://crash")).error
        assert error.kind == "crashed"
        assert env.observe().title == "Alive"


def test_a_driver_that_hangs_is_ended_with_its_browser(site, monkeypatch):
    monkeypatch.setattr(deadline, "NOTICE_SECONDS", 0.5)
    with BrowserEnv(site({"/": PAGE}).url, answer_seconds=2.0) as env:
        button = next(e for e in env.observe().elements if e.name == "Mark")
        driver = browsers(os.getpid())[0].parent()
        driver.suspend()
        error = env.act(Click(target=Target(point=button.box.center))).error
        assert (error.kind, error.maybe_done) == ("crashed", True)
        assert not driver.is_running()
        assert env.observe().title == "Alive"


def test_two_browsers_at_once_in_one_thread(site):
    url = site({"/": PAGE}).url
    with BrowserEnv(url) as first, BrowserEnv(url) as second:
        assert first.observe().title == second.observe().title == "Alive"
    with BrowserEnv(url) as third:
        assert third.observe().title == "Alive"


RUN = """
import sys
from handeye.envs.browser import BrowserEnv, deadline
env = BrowserEnv(sys.argv[1])
env.observe()
print("ready", flush=True)
while True:
    env.observe()
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("signal_", ["SIGKILL", "SIGINT", "SIGTERM"])
def test_no_browser_outlives_its_process(site, until, signal_):
    with subprocess.Popen(
        [sys.executable, "-c", RUN, site({"/": PAGE}).url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline().strip() == "ready"
        started = psutil.Process(run.pid).children(recursive=True)
        assert any(is_browser(process) for process in started)
        os.kill(run.pid, getattr(signal, signal_))
        try:
            run.wait(timeout=20)
        finally:
            run.kill()
        assert until(lambda: not any(alive(process) for process in started), 10)


def alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_an_address_that_cannot_be_opened_leaves_no_browser():
    with pytest.raises(NavigationError, match=r"host of .* is not known"):
        BrowserEnv("http://no-such-host.invalid/")
    assert browsers(os.getpid()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_a_visible_browser_without_a_display_says_so(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":never")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(DisplayError, match="no display"):
        BrowserEnv(headless=False)


def test_a_browser_that_does_not_start_says_so(monkeypatch, tmp_path):
    broken = tmp_path / "chrome"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("HANDEYE_BROWSER", str(broken))
    with pytest.raises((BrowserLostError, BrowserMissingError), match="handeye doctor"):
        BrowserEnv()


def test_clicks_that_open_pages_never_wait_for_a_picture_of_the_page_before(site):
    low = "<b role=button style='position:fixed;top:690px;background:#fff'>low</b>"
    link = "<title>{0}</title><a href=/{1}>to {1}</a>" + low + "<p>" + "words " * 2000
    served = site({"/a": link.format("a", "b"), "/b": link.format("b", "a")})
    with BrowserEnv(f"{served.url}/a", answer_seconds=5.0) as env:
        for turn in range(24):
            here, there = ("a", "b") if turn % 2 == 0 else ("b", "a")
            seen = env.observe()
            assert seen.title == here
            assert "low" in [e.name for e in seen.elements]  # the screen kept its height
            outcome = click(env, f"to {there}")
            assert outcome.ok, outcome.error
