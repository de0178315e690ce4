"""Puts questions to the person at the terminal; where nobody is there, the answer is no or none."""

import sys
from collections.abc import Callable

from handeye.actions import Action, describe
from handeye.episodes.result import Verdict

Approver = Callable[[Action, Verdict], bool]
"""Says yes or no to an action that the guard asks about."""

Asker = Callable[[str], str | None]
"""Puts a question to the user; None when nobody is there."""


def ask_at_terminal(question: str) -> str | None:
    """The person's answer, or None when no terminal is there to answer from."""
    if not _somebody_there():
        return None
    print(f"{question} ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def approve_at_terminal(action: Action, verdict: Verdict) -> bool:
    """Whether the person says yes; no when no terminal is there to answer from."""
    reply = ask_at_terminal(f"Allow “{describe(action)}”? {verdict.reason} [y/N]")
    return reply is not None and reply.strip().lower() in ("y", "yes")


def _somebody_there() -> bool:
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()
