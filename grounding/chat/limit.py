"""Asking a model within what a run may still use: its time, its tokens, its money, and its stop.

A limit that is reached while a model writes ends the answer there, and one that is silent is hung
up on. Prevents: a run of ten minutes that hangs for an hour in one question, and a bill that is
read when it is paid.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from handeye.actions.errors import BackendError, SpentError
from handeye.grounding.calls import Usage
from handeye.grounding.chat.types import ChatModel, Heard, Message, Reply

TOKEN = 4
"""So many characters are taken for a token, until the model says how many there were."""

_POLL = 0.05  # seconds between looks at the limit while a model is silent


class Limit(Protocol):
    """What a run may still use."""

    def over(self, asking: Usage) -> bool:
        """Whether the run has to end, with a question of this size under way."""

    def used(self, usage: Usage) -> None:
        """A question is over and took this; or it was cut, and took about this."""

    def most_tokens(self) -> int | None:
        """The longest answer that is of use; None where it does not matter."""


@dataclass(frozen=True)
class Until:
    """A limit of time alone: `end` on the monotonic clock, in seconds."""

    end: float

    @classmethod
    def now_and(cls, seconds: float) -> "Until":
        return cls(time.monotonic() + seconds)

    def over(self, _asking: Usage) -> bool:
        return time.monotonic() > self.end

    def used(self, _usage: Usage) -> None:
        """Tokens do not matter here."""

    def most_tokens(self) -> int | None:
        return None


@runtime_checkable
class HangsUp(Protocol):
    """A model that waits for others. May be called from any thread, and when nothing is asked."""

    def hang_up(self) -> None:
        """End the answer under way: `complete` raises BackendError."""


class Priced(Protocol):
    """Money for tokens."""

    def of(self, usage: Usage) -> float: ...


_LIMIT: ContextVar[Limit | None] = ContextVar("limit", default=None)


@contextmanager
def limited(limit: Limit) -> Iterator[None]:
    """What is asked within this block keeps to the limit."""
    token = _LIMIT.set(limit)
    try:
        yield
    finally:
        _LIMIT.reset(token)


def ask(
    model: ChatModel,
    messages: Sequence[Message],
    *,
    schema: Mapping[str, Any] | None = None,
    max_tokens: int = 1024,
    heard: Heard | None = None,
) -> Reply:
    """What `model.complete` answers. Raises SpentError when the limit of the run is reached."""
    limit = _LIMIT.get()
    if limit is None:
        return model.complete(messages, schema=schema, max_tokens=max_tokens, heard=heard)
    most = limit.most_tokens()
    most = max_tokens if most is None else max(1, min(max_tokens, most))
    return _Question(model, limit, messages, heard).ask(schema, most)


class _Question:
    """One question to a model, and a watch over it."""

    def __init__(
        self, model: ChatModel, limit: Limit, messages: Sequence[Message], heard: Heard | None
    ) -> None:
        self._model, self._limit, self._messages, self._heard = model, limit, messages, heard
        self._prompt = sum(len(message.text) for message in messages) // TOKEN
        self._price: Priced | None = getattr(model, "price", None)
        self._written = 0
        self._cut = threading.Event()

    def ask(self, schema: Mapping[str, Any] | None, max_tokens: int) -> Reply:
        if self._limit.over(Usage()):
            raise SpentError("Nothing more may be asked.")
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watch.start()
        try:
            reply = self._model.complete(
                self._messages, schema=schema, max_tokens=max_tokens, heard=self._listen
            )
        except (BackendError, SpentError) as error:
            if not self._cut.is_set():
                raise
            self._limit.used(self._so_far())
            raise SpentError("The answer was cut.") from error
        finally:
            done.set()
            watch.join()
        self._limit.used(reply.usage)
        return reply

    def _listen(self, piece: str, kind: Literal["thought", "text"]) -> None:
        self._written += len(piece)
        if self._limit.over(self._so_far()):
            self._cut.set()
            raise SpentError("The answer was cut.")
        if self._heard is not None:
            self._heard(piece, kind)

    def _watch(self, done: threading.Event) -> None:
        """Hang up on a model that says nothing, or that does not listen, until it is done.

        Once is not enough: it may just be about to connect.
        """
        while not done.wait(_POLL):
            if self._limit.over(self._so_far()):
                self._cut.set()
                if isinstance(self._model, HangsUp):
                    self._model.hang_up()

    def _so_far(self) -> Usage:
        """About what the question took by now. It is not known before the first word comes."""
        if not self._written:
            return Usage()
        usage = Usage(prompt_tokens=self._prompt, completion_tokens=-(-self._written // TOKEN))
        price = self._price
        return usage if price is None else usage.model_copy(update={"cost": price.of(usage)})
