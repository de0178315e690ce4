"""A display of one's own: Xvfb, a small window manager, and applications on it.

Nobody else's windows are on it, applications start with fresh settings and without the desktop's
session bus (else a second editor would open in the first one's window, on the person's screen),
and all of it ends with handeye. Prevents: a task that types into the mail that is being written.
"""

import json
import os
import secrets
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from handeye.actions import Size
from handeye.actions.errors import DisplayError, UsageError
from handeye.envs.interrupts import check, put_off

if TYPE_CHECKING:
    from Xlib.display import Display

    from handeye.envs.desktop.x11.windows import Windows

SCREEN = Size(width=1280, height=800)
PROGRAMS = ("Xvfb", "openbox")
_START_SECONDS = 30.0
_END_SECONDS = 20.0
_POLL = 0.02
_LEFT_OUT = (
    "DBUS_SESSION_BUS_ADDRESS", "GDK_BACKEND", "GDK_SCALE", "QT_QPA_PLATFORM", "SESSION_MANAGER",
    "WAYLAND_DISPLAY", "WINDOWID", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "XMODIFIERS",
    "GTK_IM_MODULE", "QT_IM_MODULE",
)  # fmt: skip
_HOMES = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
_KEPT_AT_HOME = ("PATH", "LANG", "LANGUAGE", "TZ", "USER", "LOGNAME", "SHELL", "TERM")
_COMMAND_SECONDS = 120.0


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    output: str
    complaints: str


class PrivateDisplay:
    """Running from the moment it is made until `close`. `name` is its X11 name, `folder` is
    removed with it. With `own_home` programs get an empty home folder that goes with it too, and
    few of handeye's environment variables: no keys. Raises DisplayError when a program that it
    needs is missing or fails.
    """

    def __init__(self, size: Size = SCREEN, *, own_home: bool = False) -> None:
        needed_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="handeye-display-"))
        self.key_file = str(self.folder / "key")
        self.home = self.folder / "home" if own_home else Path.home()
        self._own_home = own_home
        self.name = ""
        self._keeper: subprocess.Popen[bytes] | None = None
        try:
            key = secrets.token_bytes(16)
            _write_key(Path(self.key_file), key)
            self._keeper = _start_keeper()
            screen = f"{size.width}x{size.height}x24"
            command = ["Xvfb", "-screen", "0", screen, "-auth", self.key_file, "-noreset"]
            command += ["-nolisten", "tcp"]
            told = self._ask({"folder": str(self.folder), "server": command})
            if "error" in told:
                raise DisplayError(f"Xvfb did not start: {told['error']}.")
            self.name = told["display"]
            _write_key(Path(self.key_file), key, self.name.removeprefix(":"))
            self._manage()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def env(self) -> dict[str, str]:
        """The environment of programs on this display."""
        kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
        own = {name: str(self.folder / name.lower()) for name in _HOMES}
        if self._own_home:
            kept = {name: kept[name] for name in kept if name in _KEPT_AT_HOME or "LC_" in name}
            own = {"HOME": str(self.home), "XDG_RUNTIME_DIR": own["XDG_RUNTIME_DIR"]}
        own |= {"DISPLAY": self.name, "XAUTHORITY": self.key_file, "NO_AT_BRIDGE": "1"}
        return kept | own | {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "GDK_BACKEND": "x11"}

    def start(self, command: Sequence[str], folder: Path | None = None) -> int:
        """Start a program on the display; its process id. Raises DisplayError."""
        if not command:
            raise UsageError("The application has no name.", "Name a program and its arguments.")
        where = str(folder or Path.cwd())
        told = self._ask({"command": list(command), "env": self.env, "folder": where})
        if "error" in told:
            raise DisplayError(
                f"{command[0]} cannot be started: {told['error']}.",
                "Install it, or check how it is written.",
            )
        return int(told["pid"])

    def ended(self, pid: int) -> int | None:
        """The exit code of a program that was started here; None while it runs."""
        code = self._ask({"ended": pid})["code"]
        return None if code is None else int(code)

    def run(
        self, command: Sequence[str], folder: Path | None = None, seconds: float = _COMMAND_SECONDS
    ) -> Ran:
        """Run a program to its end. Raises DisplayError when there is none, or it takes longer."""
        if command and shutil.which(command[0]) is None:
            raise DisplayError(f"{command[0]} cannot be started.", "Install it.")
        said = Path(tempfile.mkdtemp(prefix="said-", dir=self.folder))
        into = 'exec "$@" >"$0/output" 2>"$0/complaints"'
        pid = self.start(["sh", "-c", into, str(said), *command], folder)
        end = time.monotonic() + seconds
        while (code := self.ended(pid)) is None:
            if time.monotonic() > end:
                raise DisplayError(f"{command[0]} did not end within {seconds:g} s.")
            time.sleep(_POLL)
        texts = [(said / name).read_text("utf-8", "replace") for name in ("output", "complaints")]
        return Ran(code, *texts)

    def open(
        self, command: Sequence[str], folder: Path | None = None, seconds: float = _START_SECONDS
    ) -> None:
        """Start an application and wait for its window. Raises DisplayError."""
        before = self._count()
        pid = self.start(command, folder)
        end = time.monotonic() + seconds
        while self._count() <= before:
            told = self._ask({"ended": pid})
            # A program may hand its window over to another process and end.
            if told["code"]:
                said = f": {told['said'].splitlines()[-1]}" if told["said"] else ""
                raise DisplayError(
                    f"{command[0]} ended with code {told['code']} and showed no window{said}."
                )
            if time.monotonic() > end:
                raise DisplayError(f"{command[0]} showed no window within {seconds:g} s.")
            time.sleep(_POLL)

    def close(self) -> None:
        """End everything on the display, and the display. May be called twice."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            assert keeper.stdin is not None
            assert keeper.stdout is not None
            with suppress(BrokenPipeError):
                keeper.stdin.close()
            try:
                keeper.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                keeper.kill()
                keeper.wait()
            keeper.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, wanted: dict[str, Any]) -> dict[str, Any]:
        keeper = self._keeper
        if keeper is None or keeper.stdin is None or keeper.stdout is None:
            raise DisplayError("The private display is closed.")
        line = b""
        with suppress(BrokenPipeError):
            keeper.stdin.write(json.dumps(wanted).encode() + b"\n")
            keeper.stdin.flush()
            line = keeper.stdout.readline()
        if not line:
            raise DisplayError("The private display has ended.")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _manage(self) -> None:
        """Start the window manager and wait until it is there."""
        for name in ("home", *_HOMES):
            (self.folder / name.lower()).mkdir(mode=0o700)
        rules = self.folder / "openbox.xml"
        rules.write_bytes(files("handeye.envs.desktop").joinpath("openbox.xml").read_bytes())
        self.start(["openbox", "--sm-disable", "--config-file", str(rules)], self.folder)
        with self._link() as (link, windows):
            end = time.monotonic() + _START_SECONDS
            while not windows.managed:
                if time.monotonic() > end:
                    raise DisplayError("openbox did not start on the private display.")
                time.sleep(_POLL)
                check()
            # In the middle it would lie over what opens there, and raise tooltips.
            root = link.screen().root
            size = root.get_geometry()
            root.warp_pointer(size.width // 2, size.height - 1)
            link.sync()

    def _count(self) -> int:
        """How many windows are open."""
        with self._link() as (_, windows):
            return len(windows.all())

    @contextmanager
    def _link(self) -> "Iterator[tuple[Display, Windows]]":
        """A connection of its own, and the windows that it shows."""
        from handeye.envs.desktop.x11.link import connect, hang_up
        from handeye.envs.desktop.x11.windows import Windows

        with put_off():
            link = connect(self.name, self.key_file)
            try:
                yield link, Windows(link)
            finally:
                hang_up(link)


def missing_programs() -> tuple[str, ...]:
    """What a private display needs and this machine lacks."""
    if sys.platform != "linux":
        return ("Linux",)
    return tuple(name for name in PROGRAMS if shutil.which(name) is None)


def needed_programs() -> None:
    """Raises DisplayError where this machine lacks what a private display needs."""
    if sys.platform != "linux":
        raise DisplayError(
            "A private display needs Linux with Xvfb.", "Leave out --display for this desktop."
        )
    if missing := missing_programs():
        raise DisplayError(
            f"A private display needs {' and '.join(missing)}, not installed here.",
            "Run as root: apt-get install xvfb openbox",
        )


def _start_keeper() -> "subprocess.Popen[bytes]":
    """In a session of its own: Ctrl-C at the terminal is handeye's."""
    keeper = files("handeye.envs.desktop").joinpath("keeper.py")
    return subprocess.Popen(
        [sys.executable, "-I", str(keeper)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _write_key(path: Path, key: bytes, number: str = "") -> None:
    """An Xauthority file: one entry for the display of that number on this machine.

    The server takes any number, as it has none yet when it reads the file. An entry is family,
    address, number, name and key, each but the first with its length.
    """
    local = 256
    parts = (socket.gethostname().encode(), number.encode(), b"MIT-MAGIC-COOKIE-1", key)
    entry = struct.pack(">H", local)
    entry += b"".join(struct.pack(">H", len(part)) + part for part in parts)
    path.touch(mode=0o600)
    path.write_bytes(entry)
