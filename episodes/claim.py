"""One writer for one folder: each writer leaves a claim, and claims of dead processes are void.

A claim is a file named after the process and its start, so that taking over from a killed process
means removing that process's own file and never someone else's. Two processes that claim at the
same moment may both be refused; never are both let in.
"""

import os
import re
from pathlib import Path

from handeye.actions.errors import EpisodeError, RecordingError

_CLAIM = re.compile(r"writer-(\d+)-([\d.]+)\.lock")
_START_TOLERANCE = 0.02  # seconds, of what is written with two digits


def claim(folder: Path) -> Path:
    """Claim a folder for writing; returns the claim's file, to be removed at the end.

    Raises RecordingError when a living process holds the folder, OSError when it cannot be written.
    """
    own = folder / f"writer-{os.getpid()}-{_start_of(os.getpid()):.2f}.lock"
    try:
        own.touch(exist_ok=False)
    except FileExistsError:
        raise _held(folder, os.getpid()) from None
    for other in folder.glob("writer-*.lock"):
        if other == own:
            continue
        holder = _living_holder(other)
        if holder is not None:
            own.unlink()
            raise _held(folder, holder)
        other.unlink(missing_ok=True)
    return own


def refuse_held(folder: Path) -> None:
    """Raise RecordingError when a living process writes to a folder: before anything is opened."""
    holder = held_by(folder)
    if holder is not None:
        raise _held(folder, holder)


def refuse_used(folder: Path | None) -> None:
    """Raise EpisodeError when a folder cannot be that of a new episode."""
    if folder is None or not folder.exists():
        return
    refuse_held(folder)
    if not folder.is_dir() or any(folder.iterdir()):
        raise EpisodeError(f"{folder} is there already.", "Name a new folder for the episode.")


def held_by(folder: Path) -> int | None:
    """The living process that writes an episode, if there is one."""
    holders = (_living_holder(lock) for lock in folder.glob("writer-*.lock"))
    return next((holder for holder in holders if holder is not None), None)


def _living_holder(lock: Path) -> int | None:
    """The process that made a claim, if it still lives."""
    import psutil

    named = _CLAIM.fullmatch(lock.name)
    if named is None:
        return None
    pid, start = named.groups()
    try:
        process = psutil.Process(int(pid))
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        same = abs(_start_of(process.pid) - float(start)) < _START_TOLERANCE
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return int(pid)
    return int(pid) if same else None


def _start_of(pid: int) -> float:
    """When a process started: on Linux since the machine did, as a clock that is set changes all
    that is counted from any other moment."""
    import psutil

    try:
        told = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return psutil.Process(pid).create_time()
    ticks = int(told.rpartition(b")")[2].split()[19])  # after the name, which may be anything
    return ticks / os.sysconf("SC_CLK_TCK")


def _held(folder: Path, pid: int) -> RecordingError:
    return RecordingError(
        f"Process {pid} is writing the episode {folder}.",
        "Wait until it ends, or record into another folder.",
    )
