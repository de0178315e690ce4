"""`handeye tui`: the terminal interface.

Prevents: a traceback where there is no terminal, or where the interface is not installed.
"""

import sys
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
) -> None:
    """Look through recordings, watch and steer runs, try grounding, run benchmarks."""
    application = load()
    from handeye.episodes import episodes_home, find_episode
    from handeye.episodes.envelope import EVENTS_FILE

    home, episode = folder or episodes_home(), None
    if folder is not None and not folder.is_dir():
        folder = find_episode(folder)
    if folder is not None and (folder / EVENTS_FILE).is_file():
        home, episode = folder.parent, folder
    application(home, episode).run()


def load() -> "type[HandeyeApp]":
    """The application. Raises where it cannot run, saying what to do."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The terminal interface needs a terminal.",
            "For scripts: handeye episodes list, and handeye show EPISODE --json.",
        )
    try:
        from handeye.tui.app import HandeyeApp
    except ModuleNotFoundError as error:
        raise BackendError(
            f"The terminal interface needs the package {error.name}.",
            "Install it: pip install 'handeye[tui]'",
        ) from error
    return HandeyeApp
