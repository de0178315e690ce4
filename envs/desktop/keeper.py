"""Runs a private display and what is started on it, and leaves nothing behind.

A program of its own, started as `python -I keeper.py` with one JSON line of settings on stdin:
when stdin ends, because handeye closed it or died, even by SIGKILL, everything is ended, also what
has cut itself loose from its parent, and the folder is removed. Each further line starts a
program; the answers go to stdout, one JSON line each. Linux only.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36
_START_SECONDS = 20.0
_END_SECONDS = 8.0
"""A server that is killed leaves its socket behind; on a busy machine it takes seconds to end."""

_programs: "dict[int, subprocess.Popen[bytes]]" = {}


def main() -> None:
    """Serve until stdin ends."""
    settings = json.loads(sys.stdin.buffer.readline())
    folder = Path(settings["folder"])
    # What descendants leave behind becomes a child of this process, which ends it.
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C is for handeye, which then closes stdin
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _say(_display(settings, folder))
        for line in iter(sys.stdin.buffer.readline, b""):
            _say(_start(json.loads(line), folder))
    finally:
        _end_all()
        shutil.rmtree(folder, ignore_errors=True)


def _say(answer: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _die_with_keeper() -> None:
    """Runs in a child, before its program: a keeper that is killed takes its children along.

    They are asked to end, so that the server removes its lock.
    """
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def _display(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Start the X server, which chooses a free number itself."""
    reading, writing = os.pipe()
    command = [*settings["server"], "-displayfd", str(writing)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[writing],
            preexec_fn=_die_with_keeper,
        )
    os.close(writing)
    number = _read_number(reading, server)
    if number is None:
        said = (folder / "server.log").read_text("utf-8", "replace")
        return {"error": said.strip()[-500:] or "it did not start"}
    return {"display": f":{number}"}


def _read_number(reading: int, server: "subprocess.Popen[bytes]") -> str | None:
    deadline = time.monotonic() + _START_SECONDS
    said = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while not said.endswith(b"\n") and time.monotonic() < deadline:
            if select.select([pipe], [], [], 0.1)[0]:
                said += pipe.read(16) or b""
            if server.poll() is not None:
                return None
    return said.decode().strip() or None


def _start(wanted: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Start a program, or answer how one that was started has ended."""
    if "ended" in wanted:
        return _how_it_ended(int(wanted["ended"]), folder)
    log: IO[bytes]
    with (folder / "programs.log").open("ab") as log:
        try:
            program = subprocess.Popen(
                wanted["command"],
                env=wanted["env"],
                cwd=wanted["folder"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_keeper,
            )
        except OSError as error:
            return {"error": f"{error.strerror}"}
    _programs[program.pid] = program
    return {"pid": program.pid}


def _how_it_ended(pid: int, folder: Path) -> dict[str, Any]:
    code = _programs[pid].poll()
    said = (folder / "programs.log").read_text("utf-8", "replace") if code is not None else ""
    return {"code": code, "said": said.strip()[-300:]}


def _children() -> list[int]:
    """Every process that is a child of this one now."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                # The name in brackets may hold anything, so count from behind it.
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if int(fields[1]) == os.getpid():
                    found.append(int(entry.name))
    return found


def _end_all() -> None:
    """Ask first, the server last; then kill. Orphans become children, so look again."""
    deadline = time.monotonic() + _END_SECONDS
    asked: set[int] = set()
    while children := _children():
        late = time.monotonic() > deadline
        for pid in children:
            if late or pid not in asked:
                asked.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if late and time.monotonic() > deadline + _END_SECONDS:
            return
        time.sleep(0.01)


if __name__ == "__main__":
    main()
