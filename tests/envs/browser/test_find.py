"""Finding and installing a browser, with real executables in folders of the test's own."""

import json
import os
import shutil
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from handeye.actions.errors import BrowserMissingError
from handeye.envs.browser import find, install
from handeye.envs.browser.find import find_browser
from handeye.envs.browser.install import install_browser

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the layout of Linux")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no browser: an empty PATH, no well-known place, no Playwright download."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    monkeypatch.setenv("PATH", str(bin_folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.delenv("HANDEYE_BROWSER", raising=False)
    for table in ("_LINUX", "_MAC", "_WINDOWS"):
        monkeypatch.setattr(find, table, dict.fromkeys(find._ON_PATH, ()))
    return bin_folder


def program(path: Path, text: str = "#!/bin/sh\necho Chromium 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_this_machine_has_a_browser() -> None:
    assert os.access(find_browser().path, os.X_OK)


@pytest.mark.usefixtures("bare")
def test_no_browser_is_one_error_that_says_what_to_do() -> None:
    with pytest.raises(BrowserMissingError, match="handeye doctor --install-browser"):
        find_browser()


@linux_only
def test_chromium_goes_before_chrome_and_chrome_before_edge(bare: Path) -> None:
    for name, expected in (
        ("microsoft-edge", "Microsoft Edge"),
        ("google-chrome", "Google Chrome"),
        ("chromium", "Chromium"),
    ):
        path = program(bare / name)
        found = find_browser()
        assert (found.path, found.kind, found.name) == (path, "system", expected)


@linux_only
def test_ubuntus_placeholder_for_the_snap_is_no_browser(bare: Path) -> None:
    program(
        bare / "chromium-browser",
        '#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo "snap install chromium" >&2\nfi\n',
    )
    with pytest.raises(BrowserMissingError):
        find_browser()
    chrome = program(bare / "google-chrome")
    assert find_browser().path == chrome


@linux_only
def test_playwrights_own_chromium_wins_once_its_download_is_whole(
    bare: Path, tmp_path: Path
) -> None:
    system = program(bare / "chromium")
    spec = find_spec("playwright")
    assert spec is not None
    assert spec.origin is not None
    listed = Path(spec.origin).parent / "driver" / "package" / "browsers.json"
    browsers = json.loads(listed.read_text())["browsers"]
    revision = next(item["revision"] for item in browsers if item["name"] == "chromium")
    folder = tmp_path / "browsers" / f"chromium-{revision}"
    own = program(folder / "chrome-linux64" / "chrome")
    assert find_browser().path == system
    (folder / "INSTALLATION_COMPLETE").touch()
    found = find_browser()
    assert (found.path, found.kind) == (own, "playwright")
    assert found.version


@pytest.mark.usefixtures("bare")
def test_the_variable_overrides_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = shutil.which(sys.executable)
    assert wanted is not None
    monkeypatch.setenv("HANDEYE_BROWSER", wanted)
    assert find_browser().path == Path(wanted)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("value", ["/no/such/browser", "no-such-browser", "/"])
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HANDEYE_BROWSER", value)
    with pytest.raises(BrowserMissingError, match="HANDEYE_BROWSER is set to"):
        install_browser(print)


def test_a_browser_that_is_there_is_not_installed_again() -> None:
    told: list[str] = []
    assert install_browser(told.append) == find_browser()
    assert len(told) == 1


@linux_only
@pytest.mark.usefixtures("bare")
def test_a_failed_download_is_told_and_ends_in_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Port 9 refuses, so that no network is needed; with no apt-get on PATH that way is closed.
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    told: list[str] = []
    with pytest.raises(BrowserMissingError, match="playwright install chromium"):
        install_browser(told.append)
    assert "Playwright's download did not work." in told
    assert any("127.0.0.1:9" in line for line in told)


@linux_only
def test_root_on_debian_gets_the_package(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    monkeypatch.setattr(install, "_root_on_debian", lambda: True)
    browser = bare / "chromium"
    program(
        bare / "apt-get",
        f'#!/bin/sh\necho "$@" >> {bare}/log\ncase "$*" in *install*) '
        f'echo "#!/bin/sh" > {browser}; /bin/chmod 755 {browser};; esac\n',
    )
    found = install_browser(print)
    assert found.path == browser
    update, package = (bare / "log").read_text().splitlines()
    assert update.endswith("update")
    assert package.endswith("install -y --no-install-recommends chromium")


def test_a_way_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    hang = f"import os, pathlib, time; pathlib.Path({str(note)!r}).write_text(str(os.getpid()))"
    hang += "; time.sleep(60)"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hang!r}])"
    assert not install._run([sys.executable, "-c", nested], 3.0, print)
    pid, deadline = int(note.read_text()), time.monotonic() + 10
    while runs(pid):
        assert time.monotonic() < deadline, "the grandchild still runs"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_command_that_does_not_exist_is_a_way_that_failed() -> None:
    assert not install._run(["/no/such/command"], 5.0, print)
