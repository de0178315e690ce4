"""Questions to the person behind a client, by elicitation; where it cannot ask, the answer is no.

Prevents: an action that the guard asks about and that is done because nobody could be asked.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import TimeoutError as Late
from typing import Any, TypeVar

from mcp import MCPError
from mcp.server.mcpserver import Context
from pydantic import BaseModel

from handeye.actions import Action, describe
from handeye.episodes.result import Verdict

PATIENCE_SECONDS = 300.0
"""A person who has not answered after this long says no."""

T = TypeVar("T", bound=BaseModel)


class Approval(BaseModel):
    """Whether it may be done."""

    allow: bool


class Reply(BaseModel):
    """What the person answers."""

    reply: str


class Person:
    """Whoever sits at the client whose request is being answered."""

    def __init__(self) -> None:
        self._context: Context[Any, Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def listens_to(self, context: Context[Any, Any]) -> None:
        """The request that is answered now. Call it in the event loop."""
        self._context, self._loop = context, asyncio.get_running_loop()

    def approve(self, action: Action, verdict: Verdict) -> bool:
        """Called in the thread of the run."""
        said = self._asked(f"Allow “{describe(action)}”? {verdict.reason}".strip(), Approval)
        return said is not None and said.allow

    def ask(self, question: str) -> str | None:
        """Called in the thread of the run."""
        said = self._asked(question, Reply)
        return said.reply if said is not None else None

    def _asked(self, message: str, form: type[T]) -> T | None:
        if self._context is None or self._loop is None:
            return None
        question = _question(self._context, message, form)
        try:
            return asyncio.run_coroutine_threadsafe(question, self._loop).result(PATIENCE_SECONDS)
        except (Late, MCPError):
            return None


def _question(
    context: Context[Any, Any], message: str, form: type[T]
) -> Coroutine[Any, Any, T | None]:
    async def ask() -> T | None:
        answer = await context.elicit(message, form)
        return answer.data if answer.action == "accept" else None

    return ask()
