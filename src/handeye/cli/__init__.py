"""The command line. Each command has a module of its own here; this one is the outermost boundary.

Exit codes: 0 done, 1 the task was not done, 2 the input cannot be used, 3 browser, display or
network, 4 episode or disk, 5 model or backend, 130 interrupted.
"""

import sys

import typer

from handeye.actions import HandeyeError
from handeye.cli.console import err, show_error
from handeye.cli.demo import demo
from handeye.cli.doctor import doctor
from handeye.cli.ground import ground
from handeye.cli.replay import replay
from handeye.cli.run import run
from handeye.cli.show import show

app = typer.Typer(
    name="handeye",
    help="See the screen, find what a phrase means, act, record, replay.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

for command in (run, replay, show, ground, demo, doctor):
    app.command()(command)


def main() -> None:
    """Run the command line and exit with the documented code."""
    try:
        app()
    except HandeyeError as error:
        show_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("Interrupted.")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
