"""The commands, and what becomes of their errors. Each command has a module of its own here."""

import os
import sys
from typing import Annotated

import typer

from handeye.actions import HandeyeError
from handeye.actions.errors import EpisodeError
from handeye.cli.commands import Commands
from handeye.cli.console import show_error

_EXIT_CODES = (
    "Exit codes: 0 done; 1 not done, not found; 2 wrong input; 3 browser, display or network; "
    "4 episode or disk; 5 model or backend; 130 interrupted."
)

app = typer.Typer(
    name="handeye",
    cls=Commands,
    help="See the screen, find what a phrase means, act, record, replay.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"handeye {version('handeye')}")
        raise typer.Exit


@app.callback()
def handeye(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """See the screen, find what a phrase means, act, record, replay."""


def start() -> None:
    """Run the command that was asked for; an error becomes one line and the documented code."""
    try:
        try:
            app()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except HandeyeError as error:
        show_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        _discard_output()
        sys.exit(1)
    except OSError as error:
        _discard_output()
        reason = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        taken = isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError)
        fix = "Name another place for it." if taken else "Check the disk that it is written to."
        show_error(HandeyeError(f"{reason or error}.", fix))
        sys.exit(EpisodeError.exit_code if error.filename else 1)


def _discard_output() -> None:
    """Python flushes stdout when it ends, and would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
