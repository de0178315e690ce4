"""Where output goes: results to stdout, everything else to stderr."""

from rich.console import Console

from handeye.actions import HandeyeError

out = Console()
err = Console(stderr=True)


def show_error(error: HandeyeError) -> None:
    """One line that names the cause and the fix."""
    err.print(f"[bold red]{error.title}:[/] ", end="")
    err.print(str(error), markup=False, highlight=False, soft_wrap=True)
