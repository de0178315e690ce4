"""A disk that fills up, a folder that may not be written to any more, a file that is cut: in the
middle of what the commands write. Each ends with a reason and code 4, and what was done can be read.

The faults are the kernel's: a small tmpfs where the tests may mount one, else a limit on the size
of files; permissions, without root's right to ignore them.
"""

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from handeye.api import run
from handeye.cli.app import start
from handeye.envs.browser.listen import BrowserListener
from handeye.episodes import load_frame, read_episode
from handeye.episodes.exports import FORMATS
from handeye.episodes.keep import verify_episode

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the faults are made by Linux")

TASK = 'click "Two", click "Three", click "Four", click "One"'
WAY = ("One", "Two", "Three", "Four", "One")


def page(name: str, end: str = "") -> str:
    then = WAY[WAY.index(name) + 1]
    return f"<title>{name}</title><h1>{name}</h1><a href='{then.lower()}{end}'>{then}</a>"


class Disk:
    """A folder on a disk that can be filled, locked and freed. `events` are what a run writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
        self.mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0

    @property
    def events(self) -> Path:
        (found,) = self.folder.rglob("episode.jsonl")
        return found

    def fill(self) -> None:
        """Nothing fits any more, from the middle of the next line on."""
        if self.mounted:
            with (self.folder / "ballast").open("wb", buffering=0) as ballast:
                try:
                    while ballast.write(b"0" * 4096):
                        pass
                except OSError:
                    return
        files = [file.stat().st_size for file in self.folder.rglob("episode.jsonl")]
        limit_files(max(files, default=0) + 100)

    def lock(self) -> None:
        for folder in [self.folder, *self.folder.rglob("*/")]:
            folder.chmod(0o555)

    def tear(self) -> None:
        os.truncate(self.events, self.events.stat().st_size - 20)

    def close(self) -> None:
        limit_files(None)
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)
        else:
            for folder in [self.folder, *self.folder.rglob("*/")]:
                folder.chmod(0o755)


def limit_files(size: int | None) -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


@contextmanager
def without_override() -> Iterator[None]:
    """Permissions hold for root as well, in this thread."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    before = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, before) == 0
    fewer = (ctypes.c_uint32 * 6)(*before)
    fewer[0] &= ~0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, of the effective ones
    assert libc.capset(header, fewer) == 0
    try:
        yield
    finally:
        assert libc.capset(header, before) == 0


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    monkeypatch.setenv("HANDEYE_HOME", str(made.folder))
    try:
        with without_override():
            yield made
    finally:
        made.close()


@pytest.fixture
def handeye(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """handeye("run", …) → its exit code, stdout and stderr; no process is left behind."""

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["handeye", *map(str, words)])
        before = {child.pid for child in psutil.Process().children(recursive=True)}
        with pytest.raises(SystemExit) as ended:
            start()
        left = [
            child.name()
            for child in psutil.Process().children(recursive=True)
            if child.pid not in before and child.status() != psutil.STATUS_ZOMBIE
        ]
        assert left == []
        code = ended.value.code
        return (code if isinstance(code, int) else 0), *capsys.readouterr()

    return call


@pytest.fixture
def pages(site: Any, disk: Disk) -> Callable[[str], str]:
    """The address of four pages; the fault comes with the last, as a click there is under way."""

    def make(fault: str) -> str:
        def last() -> str:
            {"full": disk.fill, "read-only": disk.lock, "torn": disk.tear}[fault]()
            return page("Four")

        others = {f"/{name.lower()}": page(name) for name in WAY[:3]}
        return f"{site({**others, '/four': last}).url}/one"

    return make


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of the same way."""
    folder = tmp_path_factory.mktemp("walked")
    for name in WAY[:4]:
        (folder / f"{name.lower()}.html").write_text(page(name, ".html"))
    assert run(TASK, url=folder / "one.html", out=folder / "episode").ok
    return folder / "episode"


SAYS = {
    "full": ("No space left on device. Free some space there", "File too large. Free some space"),
    "read-only": ("Permission denied. Make the folder writable",),
    "torn": ("Another program has changed",),
}


def is_well_ended(disk: Disk, fault: str, told: tuple[int, str, str]) -> None:
    """The reason is typed and told in one line; the steps that were finished can be read."""
    code, out, err = told
    result = json.loads(out)
    assert (code, result["ok"], result["reason"]) == (4, False, "recording_failed")
    assert any(text in result["message"] for text in SAYS[fault]), result["message"]
    assert "\n" not in result["message"]
    assert "Traceback" not in err
    episode = read_episode(disk.events.parent)
    assert episode.torn == (fault == "torn")
    room = fault == "full" and disk.mounted  # a limit on sizes leaves none, whatever is given free
    assert episode.finished == room
    if room:
        assert episode.ended.reason == "recording_failed"
        assert verify_episode(episode.path) == []
        assert episode.in_flight is None, "what was done is written"
    first = episode.steps[0]
    assert first.acted or (fault == "torn" and first.intent)
    assert first.observed is not None
    assert load_frame(episode, first.observed).image.size
    assert list(episode.path.rglob("*.part")) == []


@pytest.mark.parametrize("fault", ["full", "read-only", "torn"])
def test_in_the_middle_of_a_run(
    disk: Disk, pages: Any, handeye: Callable[..., Any], fault: str
) -> None:
    told = handeye("run", TASK, "--url", pages(fault), "--json")
    is_well_ended(disk, fault, told)


@pytest.mark.parametrize("fault", ["full", "torn"])
def test_in_the_middle_of_a_recording(
    disk: Disk,
    pages: Any,
    handeye: Callable[..., Any],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    todo, listen = list(WAY[1:]), BrowserListener.poll

    def poll(listener: BrowserListener) -> Any:
        if todo:
            listener.page.click(f"text={todo.pop(0)} >> nth=-1")
        return listen(listener)

    monkeypatch.setattr(BrowserListener, "poll", poll)  # a hand, and nothing else
    told = handeye("record", "--headless", "--url", pages(fault), "--json")
    is_well_ended(disk, fault, told)


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_in_the_middle_of_a_replay(
    disk: Disk, pages: Any, handeye: Callable[..., Any], walked: Path, fault: str
) -> None:
    told = handeye("replay", walked, "--url", pages(fault), "--json")
    is_well_ended(disk, fault, told)


def test_at_the_start_of_a_run(disk: Disk, handeye: Callable[..., Any]) -> None:
    disk.lock()
    code, out, err = handeye("run", TASK, "--url", "data:text/html,hello", "--json")
    assert (code, out) == (4, "")
    assert err.endswith("Make the folder writable, or set HANDEYE_HOME to another folder.\n")


COPIES = [*((name, ["export", "--to", name, "--out"]) for name in FORMATS),
          ("pack", ["episodes", "pack", "--out"]), ("report", ["show", "--html"])]  # fmt: skip


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_what_is_made_of_an_episode_is_whole_or_not_there(
    disk: Disk, handeye: Callable[..., Any], walked: Path, fault: str
) -> None:
    disk.fill() if fault == "full" else disk.lock()
    before = set(disk.folder.iterdir())
    for name, words in COPIES:
        out = disk.folder / f"out{FORMATS[name].suffix if name in FORMATS else '.zip'}"
        code, said, err = handeye(*words, out, walked)
        assert (code, said) == (4, ""), name
        (line,) = err.splitlines()
        assert f"Cannot write {'the report ' * (name == 'report')}{out}: " in line
        assert ("No space left" in line or "File too large" in line) or fault != "full", line
        assert set(disk.folder.iterdir()) == before, name


def test_an_archive_that_does_not_fit_is_not_half_unpacked(
    disk: Disk, handeye: Callable[..., Any], walked: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "kept.zip"
    assert handeye("episodes", "pack", walked, "--out", archive)[0] == 0
    disk.fill()
    before = set(disk.folder.iterdir())
    code, _, err = handeye("episodes", "unpack", archive)
    assert code == 4
    assert f"Cannot unpack {archive} into {disk.folder}" in err
    assert set(disk.folder.iterdir()) == before


def test_a_picture_that_was_cut_stops_what_needs_it_and_is_named(
    handeye: Callable[..., Any], walked: Path, tmp_path: Path
) -> None:
    cut = Path(shutil.copytree(walked, tmp_path / "cut"))
    observed = read_episode(cut).steps[1].observed
    assert observed is not None
    frame = cut / "frames" / f"{observed.frame}.png"
    os.truncate(frame, 100)
    for words in (
        ["export", "--to", "osworld", "--out", tmp_path / "out"],
        ["episodes", "pack", "--out", tmp_path / "out"],
        ["episodes", "verify"],
    ):
        code, out, err = handeye(*words, cut)
        assert code == 4, words
        assert str(frame) in out + err, words
        assert not (tmp_path / "out").exists()
    assert handeye("show", cut, "--html", tmp_path / "report.html")[0] == 0
    assert frame.name in (tmp_path / "report.html").read_text("utf-8")


HOLD = """
import sys
from pathlib import Path
from handeye.episodes import EpisodeWriter
with EpisodeWriter(path=Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_processes_in_one_folder(handeye: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "episode"
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        for words in (
            ["run", TASK, "--url", "http://127.0.0.1:9/", "--out", folder],
            ["record", "--url", "http://127.0.0.1:9/", "--headless", "--out", folder],
            ["run", "--resume", folder, "--in-flight", "done"],
        ):
            code, out, err = handeye(*words)
            assert (code, out) == (4, ""), words
            assert f"Process {other.pid} is writing the episode {folder}. Wait until" in err
        assert other.stdin is not None
        other.stdin.close()
    assert read_episode(folder).events == ()
