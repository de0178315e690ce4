"""The steps before a task and before its evaluation: starting, running, opening, waiting, windows.

They run as the user who named the task file, on the private display, in the task's own home folder.
Prevents: a fixed sleep; and a step that did not work, passed over in silence.
"""

import shlex
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from handeye.actions import Wait
from handeye.actions.errors import DisplayError, UsageError
from handeye.envs.desktop.osworld.applications import opener_of
from handeye.envs.interrupts import check

if TYPE_CHECKING:
    from handeye.envs.desktop.osworld.place import Place
    from handeye.envs.desktop.osworld.task import Config
    from handeye.envs.desktop.x11.windows import Window

WINDOW_SECONDS = 10.0
"""How long the window of what was launched is waited for; not everything shows one."""
_ATTEMPTS = 5
_POLL = 0.02


def take(place: "Place", step: "Config") -> None:
    """Raises UsageError, with the step's name, for one that cannot be taken as it is written."""
    try:
        STEPS[step.type](place, step.parameters)
    except DisplayError as error:
        raise UsageError(f"The step {step.type} failed: {error.message}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"The step {step.type} has unusable parameters: {error}.") from error


def words_of(command: str | list[str], *, shell: bool) -> list[str]:
    """What to start; a shell reads the command only where the file says so."""
    if not command:
        raise ValueError("the command is empty")
    if shell:
        return ["sh", "-c", command if isinstance(command, str) else shlex.join(command)]
    return shlex.split(command) if isinstance(command, str) else [str(word) for word in command]


def _launch(place: "Place", given: dict[str, Any]) -> None:
    words = words_of(given["command"], shell=bool(given.get("shell")))
    with place.windows() as windows:
        before = len(windows.all())
        pid = place.display.start(words, place.home)
        end = time.monotonic() + WINDOW_SECONDS
        while len(windows.all()) <= before and place.display.ended(pid) is None:
            if time.monotonic() > end:
                place.notes.append(f"{words[0]} showed no window within {WINDOW_SECONDS:g} s.")
                return
            check()
            time.sleep(_POLL)


def _execute(place: "Place", given: dict[str, Any]) -> None:
    """Once, or until its end is one of those that `until` names."""
    until = given.get("until") or {}
    for _ in range(_ATTEMPTS if until else 1):
        ran = place.run(given["command"], shell=bool(given.get("shell")))
        named = (
            ("returncode" in until and ran.code == until["returncode"])
            or ("stdout" in until and until["stdout"] in ran.output)
            or ("stderr" in until and until["stderr"] in ran.complaints)
        )
        if named or (not until and ran.code == 0):
            return
        place.rest()
    end = f"ended with code {ran.code}" if not until else "never ended as it should"
    said = f": {ran.complaints.strip().splitlines()[-1]}" if ran.complaints.strip() else "."
    place.notes.append(f"{given['command']!r} {end}{said}")


def _open(place: "Place", given: dict[str, Any]) -> None:
    path = place.path(given["path"])
    if not path.exists():
        raise UsageError(f"The step open failed: there is no {path}.")
    opener = opener_of(path)
    if opener is None:
        raise UsageError(f"The step open failed: no program is installed for {path.name}.")
    place.display.open([*opener, str(path)], place.home)


def _sleep(place: "Place", given: dict[str, Any]) -> None:
    """Until the screen is quiet, at the most as long as the file says."""
    place.env.act(Wait(until="quiet", seconds=float(given["seconds"])))


def _activate(place: "Place", given: dict[str, Any]) -> None:
    with place.windows() as windows:
        window = _window(place, given, windows.all())
        if window is not None:
            windows.activate(window)
            end = time.monotonic() + WINDOW_SECONDS
            while windows.active() != window.id and time.monotonic() < end:
                check()
                time.sleep(_POLL)


def _close(place: "Place", given: dict[str, Any]) -> None:
    with place.windows() as windows:
        window = _window(place, given, windows.all())
        if window is not None:
            windows.close(window)
            end = time.monotonic() + WINDOW_SECONDS
            while window.id in [each.id for each in windows.all()] and time.monotonic() < end:
                check()
                time.sleep(_POLL)


def _window(
    place: "Place", given: dict[str, Any], windows: "tuple[Window, ...]"
) -> "Window | None":
    """The newest window of that title, or whose title holds it; a note where there is none."""
    name = str(given["window_name"])
    strict = bool(given.get("strict"))
    for window in reversed(windows):
        if window.title == name or (not strict and name.casefold() in window.title.casefold()):
            return window
    place.notes.append(f"No window is called “{name}”.")
    return None


STEPS: dict[str, Callable[["Place", dict[str, Any]], None]] = {
    "launch": _launch,
    "execute": _execute,
    "command": _execute,
    "open": _open,
    "sleep": _sleep,
    "activate_window": _activate,
    "close_window": _close,
}
