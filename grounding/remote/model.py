"""`RemoteModel`: a ChatModel behind a server that speaks the OpenAI chat API.

Prevents: runs that hang on a server that is dead or never comes to an end, and runs that end
because it was busy for a moment.
"""

import random
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from handeye.actions.errors import BackendError
from handeye.grounding.chat.types import Heard, Message, Reply
from handeye.grounding.remote.answer import Garbled, plain_pieces, read_pieces, read_whole
from handeye.grounding.remote.failures import Failure, explain, no_model_there
from handeye.grounding.remote.request import body, refusal
from handeye.grounding.remote.server import Price, Server

if TYPE_CHECKING:
    import openai

_ATTEMPTS = 4


class RemoteModel:
    """silence: the seconds that the server may send nothing. patience: the seconds for one reply
    with all attempts. pause: the seconds before the second attempt; doubled before each further
    one, unless the server says how long to wait.
    """

    def __init__(
        self, server: Server, *, silence: float = 180, patience: float = 900, pause: float = 0.5
    ) -> None:
        self.name = f"remote:{server.model}"
        self._server = server
        self._silence, self._patience, self._pause = silence, patience, pause
        self._refused: frozenset[str] = frozenset()
        self._met = False
        self._hung_up = threading.Event()
        self._connections: deque[Any] = deque(maxlen=4)

    @property
    def price(self) -> Price | None:
        """What its tokens cost, where that is known."""
        return self._server.price

    def hang_up(self) -> None:
        """End the answer under way; `complete` raises BackendError. From any thread."""
        self._hung_up.set()
        for connection in tuple(self._connections):
            with suppress(OSError, AttributeError):  # ended by itself in this moment
                connection.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        max_tokens: int = 1024,
        heard: Heard | None = None,
    ) -> Reply:
        """One answer. After a broken attempt `heard` is told the next one from the beginning.

        Where the server refuses `schema` or another field, it is asked without, and from then on.
        Raises BackendError with the server's own words.
        """
        import openai

        self._hung_up.clear()
        start = time.monotonic()
        failures, sent, refused = 0, 0, self._refused
        while True:
            asked = body(self._server.model, messages, schema, max_tokens, refused)
            sent += 1
            try:
                reply = self._ask(asked, start + self._patience, heard)
            except (openai.OpenAIError, Garbled) as error:
                feature = refusal(_complaint(error), asked, refused)
                if feature:
                    refused |= {feature}
                    continue
                failures += 1
                if self._hung_up.is_set():
                    raise BackendError(f"{self._server.url} was hung up on.") from error
                failure = explain(error, self._server, self._silence, met=self._met)
                delay = self._delay(failure, failures)
                left = start + self._patience - time.monotonic()
                if not failure.again or failures == _ATTEMPTS or delay > left:
                    raise failure.error from error
                self._hung_up.wait(delay)
                continue
            self._refused, self._met = refused, True
            price = self.price
            return reply.model_copy(
                update={
                    "seconds": time.monotonic() - start,
                    "attempts": sent,
                    "usage": reply.usage.model_copy(
                        update={"cost": price.of(reply.usage) if price else None}
                    ),
                }
            )

    def _ask(self, asked: Mapping[str, Any], deadline: float, heard: Heard | None) -> Reply:
        """One request. Raises what the client raises, Garbled, or BackendError at the deadline."""
        import openai

        quiet = max(0.01, min(self._silence, deadline - time.monotonic()))
        timeout = openai.Timeout(quiet, connect=min(10.0, quiet))
        completions = self._client.chat.completions.with_streaming_response
        with (
            completions.create(**asked, timeout=timeout, extra_headers=self._headers()) as response,
            self._cut_off(response, deadline),
        ):
            kind = response.headers.get("content-type", "")
            if "html" in kind:
                raise no_model_there(self._server)
            if "event-stream" in kind:
                return read_pieces(plain_pieces(response.parse()), heard)
            return read_whole(response.read(), heard)

    @contextmanager
    def _cut_off(self, response: Any, deadline: float) -> Iterator[None]:
        """End the connection at the deadline: a server that trickles is never quiet."""
        late = threading.Event()

        def end() -> None:
            late.set()
            with suppress(OSError, AttributeError):  # ended by itself in this moment
                stream = response.http_response.extensions["network_stream"]
                stream.get_extra_info("socket").shutdown(2)

        timer = threading.Timer(max(0.0, deadline - time.monotonic()), end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if late.is_set():
                text = f"{self._server.url} did not come to an end in {self._patience:.0f} seconds."
                raise BackendError(text, "Use a faster model or server.") from error
            raise
        finally:
            timer.cancel()

    def _note_connection(self, request: Any) -> None:
        """Remember the connection that a request opens, so that it can be ended from outside."""
        opened = ("connection.connect_tcp.complete", "connection.start_tls.complete")

        def note(event: str, about: Mapping[str, Any]) -> None:
            if event in opened:
                self._connections.append(about["return_value"])

        request.extensions["trace"] = note

    def _headers(self) -> dict[str, Any]:
        """The client writes the key's itself; where there is no key it must be told to leave it."""
        import openai

        unkeyed = {} if self._server.key else {"Authorization": openai.Omit()}
        return unkeyed | dict(self._server.headers)

    def _delay(self, failure: Failure, failures: int) -> float:
        """Half a second, one, two …, a little shorter by chance so that clients spread."""
        if failure.after is not None:
            return failure.after
        return self._pause * 2.0 ** (failures - 1) * random.uniform(0.75, 1)

    @cached_property
    def _client(self) -> "openai.OpenAI":
        import openai

        server = self._server
        client = openai.OpenAI(
            base_url=server.url,
            api_key=server.key or "none",
            max_retries=0,
            # The proxies of the environment are for the world outside.
            http_client=openai.DefaultHttpxClient(
                trust_env=not server.local, event_hooks={"request": [self._note_connection]}
            ),
        )
        weakref.finalize(self, client.close)
        return client


def _complaint(error: Exception) -> str:
    """What the server says about the request, "" when it is not about the request."""
    status = getattr(error, "status_code", 0)
    return str(error) if status in (400, 422, 500, 501) else ""
