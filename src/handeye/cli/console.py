"""Where output goes: results to stdout, everything else to stderr; and what the exit code says."""

import json
from typing import TYPE_CHECKING, Any

from rich.console import Console

from handeye.actions import HandeyeError

if TYPE_CHECKING:
    from handeye.episodes.result import RunResult

out = Console(emoji=False)  # "10.0.0.1:1234: …" holds no :1234: that is a picture
err = Console(stderr=True, emoji=False)

_EXIT_CODES = {"env_lost": 3, "recording_failed": 4, "backend_failed": 5, "interrupted": 130}


def exit_code(result: "RunResult") -> int:
    """What the command line answers to a run: 0 when it is done."""
    return 0 if result.ok else _EXIT_CODES.get(result.reason.value, 1)


def print_json(value: Any) -> None:
    """One JSON value on one line of stdout, in ASCII: it is JSON in every encoding."""
    print(json.dumps(value), flush=True)


def show_error(error: HandeyeError) -> None:
    """One line that names the cause and the fix."""
    err.print(f"[bold red]{error.title}:[/] ", end="")
    line = " ".join(str(error).split())
    err.print(line, markup=False, highlight=False, soft_wrap=True)
