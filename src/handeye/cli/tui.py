"""`handeye tui`: the terminal interface.

Prevents: a traceback where there is no terminal, or where the interface is not installed.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handeye.actions.errors import BackendError, UsageError
from handeye.cli.console import err

if TYPE_CHECKING:
    from handeye.tui.app import HandeyeApp

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


def tui(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="An episode, or a folder of episodes.", show_default="the user's episodes"
        ),
    ] = None,
    web: Annotated[
        bool, typer.Option("--web", help="Serve it to a browser on this machine, with a token.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="For --web; 0: any.")] = 0,
) -> None:
    """Look through recordings, watch and steer runs, try grounding, run benchmarks."""
    from handeye.episodes import episodes_home, find_episode
    from handeye.episodes.envelope import EVENTS_FILE

    if web:
        with installed():
            from handeye.tui.web import served
        served(folder or episodes_home(), port, lambda address: print(address, flush=True))
        return
    application = load()
    home, episode = folder or episodes_home(), None
    if folder is not None and not folder.is_dir():
        folder = find_episode(folder)
    if folder is not None and (folder / EVENTS_FILE).is_file():
        home, episode = folder.parent, folder
    watch(application(home, episode))


def watch(app: "HandeyeApp") -> None:
    """Show it until it is left or fails; a run that goes on is waited for. What ends the command
    (Ctrl-C, SIGTERM, a terminal that is closed) stops the run, and its recording has its end."""

    def end(*_: object) -> None:
        session = app.run_screen.session
        if session is not None:  # first: what puts the terminal in order can fail
            session.control.stop()
        raise KeyboardInterrupt

    def closed(*_: object) -> None:
        threading.Thread(target=_finish, args=(app,)).start()

    for name in _ENDING:
        number = getattr(signal, name, None)  # Windows lacks one
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, closed if name == "SIGHUP" else end)
    try:
        app.run()
        session = app.run_screen.session
        if session is not None and session.running:
            session.control.detach()
            if not session.control.stopped:
                err.print("The run goes on; Ctrl-C stops it …", highlight=False)
            session.wait()
    finally:
        session = app.run_screen.session
        if session is not None:
            session.control.detach()
            session.wait()


def _finish(app: "HandeyeApp") -> None:
    """The terminal is gone, and textual can wait for it for ever: only what goes on is ended."""
    session, playing = app.run_screen.session, app.bench_screen.playing
    if playing is not None:
        playing.stop()
    if session is not None:
        session.control.stop()
        session.wait()
    if playing is not None:
        playing.wait()
    os._exit(130)


def load() -> "type[HandeyeApp]":
    """The application. Raises where it cannot run, saying what to do."""
    in_browser = "TEXTUAL_DRIVER" in os.environ  # the process of a visitor of --web
    able = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if not in_browser and not able:
        raise UsageError(
            "The terminal interface needs a terminal.",
            "For scripts: handeye episodes list, and handeye show EPISODE --json.",
        )
    with installed():
        from handeye.tui.app import HandeyeApp
    return HandeyeApp


@contextmanager
def installed() -> Iterator[None]:
    """An import of what the extra brings; raises BackendError where it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise BackendError(
            f"The terminal interface needs the package {error.name}.",
            "Install it: pip install 'handeye[tui]'",
        ) from error
