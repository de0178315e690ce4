"""Killed, full, read-only, doubled: the recording stays readable and says what is known."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from handeye.actions.errors import EpisodeCorruptError, RecordingError
from handeye.episodes import EpisodeWriter, read_episode, status_line
from handeye.episodes.events import Acted, Intent, Replied, RunStarted

STARTED = RunStarted(task="t", env="e", planner="p", grounder="g")

WRITE_STEPS = """
import sys
from pathlib import Path
from handeye.actions import Click, Point, ScreenSpace, Size, Target
from handeye.envs import Screenshot
from handeye.episodes import EpisodeWriter
from handeye.episodes.events import Acted, Intent, Observed, RunStarted

space = ScreenSpace(size=Size(width=9, height=9))
with EpisodeWriter(path=Path(sys.argv[1])) as writer:
    writer.emit(RunStarted(task="t", env="e", planner="p", grounder="g"))
    print("go", flush=True)
    for step in range(int(sys.argv[2])):
        frame = writer.store_frame(Screenshot(data=b"%d" % step * 5000, space=space))
        writer.emit(Observed(step=step, frame=frame, space=space))
        click = Click(target=Target(phrase="x" * 500, point=Point(x=step, y=1)))
        writer.emit(Intent(step=step, action=click))
        Path(sys.argv[1], "acting").write_text(str(step))
        writer.emit(Acted(step=step, sent=click, seconds=0.1))
"""


def write_steps(path: Path, steps: int = 10**6) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITE_STEPS, str(path), str(steps)],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("seed", range(10))
def test_a_kill_at_any_moment_loses_at_most_the_step_in_flight(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "e"
    with write_steps(path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        time.sleep(random.Random(seed).uniform(0.0, 0.15))
        process.kill()
    acting = path / "acting"
    sent = int(acting.read_text() or -1) if acting.exists() else -1
    found = read_episode(path)
    assert not found.finished
    assert [recorded.seq for recorded in found.events] == list(range(len(found.events)))
    acted = [r.event.step for r in found.events if isinstance(r.event, Acted)]
    intents = [r.event.step for r in found.events if isinstance(r.event, Intent)]
    assert acted == list(range(len(acted)))
    assert max(intents, default=-1) >= sent, "an action was sent that the disk does not know of"
    assert len(intents) - len(acted) in (0, 1)
    if len(intents) > len(acted):
        assert found.in_flight is not None
        assert f"Step {found.in_flight.step + 1} was under way" in status_line(found)
    else:
        assert "No action was under way" in status_line(found)
    for step in found.steps:
        assert step.observed is not None
        frame = path / "frames" / f"{step.observed.frame}.png"
        assert frame.read_bytes() == b"%d" % step.index * 5000


def test_a_killed_writers_folder_is_taken_over_and_continued(tmp_path: Path) -> None:
    path = tmp_path / "e"
    process = write_steps(path)
    assert process.stdout is not None
    process.stdout.readline()
    with pytest.raises(RecordingError, match=f"Process {process.pid} is writing"):
        EpisodeWriter(path=path)
    process.kill()
    wait_for_death(process.pid)
    with (path / "episode.jsonl").open("ab") as file:
        file.write(b'{"seq":77,"time":1')
    before = len(read_episode(path).events)
    with EpisodeWriter(path=path) as writer:  # the killed process is still a zombie here
        writer.emit(Replied(step=0, question="q", reply="r"))
    process.communicate()
    found = read_episode(path)
    assert (len(found.events), found.torn) == (before + 1, False)
    assert list(path.glob("writer-*")) == []


def test_a_clock_that_is_set_gives_no_folder_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system counts when a process has started from its own start, which moves with the clock."""
    with write_steps(tmp_path / "e") as process:
        assert process.stdout is not None
        process.stdout.readline()
        started = psutil.Process.create_time
        monkeypatch.setattr(psutil.Process, "create_time", lambda each: started(each) + 3600)
        with pytest.raises(RecordingError, match=f"Process {process.pid} is writing"):
            EpisodeWriter(path=tmp_path / "e")
        process.kill()


def wait_for_death(pid: int) -> None:
    deadline = time.monotonic() + 10
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_writers_in_one_process_are_refused(tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "e") as writer:
        with pytest.raises(RecordingError, match=f"Process {os.getpid()} is writing"):
            EpisodeWriter(path=tmp_path / "e")
        writer.emit(STARTED)
    with EpisodeWriter(path=tmp_path / "e") as second:
        second.close()
    assert len(read_episode(tmp_path / "e").events) == 1


def test_a_damaged_episode_is_not_continued(tmp_path: Path) -> None:
    with EpisodeWriter(path=tmp_path / "e") as writer:
        writer.emit(STARTED)
    events = tmp_path / "e" / "episode.jsonl"
    events.write_bytes(events.read_bytes().replace(b"task", b"tusk"))
    for _ in range(2):
        with pytest.raises(EpisodeCorruptError, match="line 1"):
            EpisodeWriter(path=tmp_path / "e")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file size limit to set")
@pytest.mark.parametrize(("limit", "steps"), [(4_000, 0), (20_000, 4)])
def test_on_a_full_disk_the_error_says_so_and_what_was_written_stays(
    tmp_path: Path, limit: int, steps: int
) -> None:
    """The first limit stops a frame, the second a line in its middle."""
    path = tmp_path / "e"
    set_limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    full = subprocess.run(
        [sys.executable, "-c", set_limit + WRITE_STEPS, str(path), "1000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert full.returncode == 1
    assert f"RecordingError: Cannot write the episode {path}: File too large." in full.stderr
    assert "Free some space there" in full.stderr
    found = read_episode(path)
    assert not found.torn
    assert len(found.steps) >= steps
    assert list(path.rglob("*.part")) == []
    assert list(path.glob("writer-*")) == []


READ_ONLY = """
import os, sys
from pathlib import Path
from handeye.actions.errors import RecordingError
from handeye.episodes import EpisodeWriter
if os.geteuid() == 0:
    os.setuid(65534)
try:
    EpisodeWriter("t", path=Path(sys.argv[1]))
except RecordingError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions are set in another way on Windows")
def test_a_read_only_folder_is_named_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    said = subprocess.run(
        [sys.executable, "-c", READ_ONLY, str(folder / "e")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Cannot write the episode" in said
    assert "Permission denied" in said
    assert "set HANDEYE_HOME to another folder" in said


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(RecordingError, match="Cannot write the episode"):
        EpisodeWriter(path=tmp_path / "file" / "e")
