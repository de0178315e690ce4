"""The command line: `main` is the outermost boundary, where errors become a line and an exit code.

Exit codes: 0 done, 1 the task was not done, 2 the input cannot be used, 3 browser, display or
network, 4 episode or disk, 5 model or backend, 130 interrupted. Prevents: a traceback for what a
person did (Ctrl-C while the commands load, a closed pipe, a full disk behind stdout).
"""

import io
import logging
import os
import signal
import sys
import threading
from functools import partial

_AGAIN_SECONDS = 0.05


def main() -> None:
    """Run the command line and exit with the documented code."""
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        sys.unraisablehook = _interrupt_again
        # Playwright's driver may get the same signal; asyncio would tell of its end as an error.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        # It tells an error in a listener, and then raises it from the next call as well.
        logging.getLogger("playwright").setLevel(logging.CRITICAL)
        _print_any_text()
        from handeye.cli.app import start

        start()
    except KeyboardInterrupt:
        sys.exit(130)


def _print_any_text() -> None:
    """Escape what the terminal's encoding lacks instead of failing at it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> None:
    """Python drops what is raised while it tidies up, Ctrl-C as well: that one comes anew."""
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    # Sent to the process, it wakes the main thread; raised, it would only reach this timer's.
    send = signal.raise_signal if os.name == "nt" else partial(os.kill, os.getpid())
    again = threading.Timer(_AGAIN_SECONDS, send, [signal.SIGINT])
    again.daemon = True
    again.start()
