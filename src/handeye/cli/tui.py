"""`handeye tui`: the terminal interface.

Prevents: a traceback where there is no terminal, or where the interface is not installed.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handeye.actions.errors import BackendError, UsageError

if TYPE_CHECKING:
    from handeye.tui.app import HandeyeApp


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
    application(home, episode).run()


def load() -> "type[HandeyeApp]":
    """The application. Raises where it cannot run, saying what to do."""
    in_browser = "TEXTUAL_DRIVER" in os.environ  # the process of a visitor of --web
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
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
