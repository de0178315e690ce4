"""The web application: who may ask, what is asked, and the answer, whole or in pieces.

Prevents: strangers, and pages in a browser, that use a model which runs here.
"""

import asyncio
import hmac
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect

from handeye.actions.errors import HandeyeError
from handeye.grounding.chat import ChatModel, Heard, Reply
from handeye.grounding.serve.answer import DONE, Answer, event
from handeye.grounding.serve.limits import Limits
from handeye.grounding.serve.refusals import answer_refusal, error_object, refusal
from handeye.grounding.serve.request import ChatRequest, messages, read
from handeye.grounding.serve.turns import Piece, Turns

_LOOPBACK = ["localhost", "127.0.0.1", "::1", "[::1]"]
_T = TypeVar("_T")


def create_app(model: ChatModel, *, key: str = "", limits: Limits = Limits()) -> FastAPI:  # noqa: B008
    """`model` as a web application. `app.state.turns.stop()` ends what it is doing.

    With a `key` requests need "Authorization: Bearer KEY". Without one only those are answered
    that are addressed to this machine (Host: localhost), so that no web page reaches the model
    through a name of its own.
    """
    service = _Service(model, key, limits)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await service.turns.ended()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.turns = service.turns
    if not key:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK)
    for error in (HTTPException, HandeyeError, Exception):
        app.add_exception_handler(error, answer_refusal)
    guarded = [Depends(service.authorize)]
    app.get("/health")(service.health)
    app.get("/v1/models", dependencies=guarded)(service.list_models)
    app.get("/v1/models/{name:path}", dependencies=guarded)(service.show_model)
    app.post("/v1/chat/completions", dependencies=guarded)(service.complete)
    return app


class _Service:
    """What the routes do."""

    def __init__(self, model: ChatModel, key: str, limits: Limits) -> None:
        self.turns = Turns(limits.waiting)
        self._model = model
        self._key = key
        self._limits = limits
        self._created = int(time.time())

    async def authorize(self, request: Request) -> None:
        """Refuse, with status 401, who does not send the key."""
        sent = request.headers.get("authorization", "")
        if self._key and not hmac.compare_digest(sent.encode(), f"Bearer {self._key}".encode()):
            raise refusal(
                401,
                "The API key is missing or wrong.",
                code="invalid_api_key",
                headers={"WWW-Authenticate": "Bearer"},
            )

    async def health(self) -> dict[str, str]:
        return {"status": "ok"}

    async def list_models(self) -> dict[str, Any]:
        return {"object": "list", "data": [self._described()]}

    async def show_model(self, name: str) -> dict[str, Any]:
        self._check_name(name)
        return self._described()

    async def complete(self, request: Request) -> Response:
        asked = read(await _body(request, self._limits.body), self._limits)
        self._check_name(asked.model)
        answer = Answer(self._model.name, with_usage=asked.wants_usage)
        headers = {"X-Handeye-Ignored": ", ".join(asked.ignored)} if asked.ignored else None
        pieces = self.turns.take(lambda heard: self._reply(asked, heard))
        if not asked.stream:
            reply = await _while_there(request, _last(pieces))
            return JSONResponse(answer.whole(reply), headers=headers)
        # The status is told with the first piece: until then an error is an answer of its own.
        first = await _while_there(request, anext(pieces))
        events = _events(answer, first, pieces)
        return StreamingResponse(events, headers=headers, media_type="text/event-stream")

    def _check_name(self, name: str) -> None:
        if name != self._model.name:
            message = f"There is no model {name!r} here, only {self._model.name!r}."
            raise refusal(404, message, param="model", code="model_not_found")

    def _described(self) -> dict[str, Any]:
        return {
            "id": self._model.name,
            "object": "model",
            "created": self._created,
            "owned_by": "handeye",
        }

    def _reply(self, asked: ChatRequest, heard: Heard) -> Reply:
        """Runs in the model's thread: pictures too are decoded for one request at a time."""
        return self._model.complete(
            messages(asked, self._limits),
            schema=asked.answer_schema,
            max_tokens=asked.answer_tokens(self._limits),
            heard=heard,
        )


async def _body(request: Request, most: int) -> bytes:
    """The body of a request. Raises refusals with status 413 and 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":  # what a form of a web page cannot send
        raise refusal(415, "Send JSON, with the header Content-Type: application/json.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise refusal(413, f"The body of a request may have {most:,} bytes.")
    except ClientDisconnect as error:
        raise _left() from error
    return bytes(body)


async def _while_there(request: Request, answer: Awaitable[_T]) -> _T:
    """The result of `answer`, which is cancelled when the client goes away."""
    answering = asyncio.ensure_future(answer)
    leaving = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            raise _left()
        return answering.result()
    finally:
        answering.cancel()
        leaving.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _left() -> HTTPException:
    """What a client is answered that is no longer there."""
    return refusal(499, "The client went away.")


async def _last(pieces: AsyncIterator[Piece | Reply]) -> Reply:
    async for piece in pieces:
        if isinstance(piece, Reply):
            return piece
    raise AssertionError("a turn ends with a reply")


async def _events(
    answer: Answer, piece: Piece | Reply, rest: AsyncGenerator[Piece | Reply, None]
) -> AsyncIterator[str]:
    """The server-sent events of an answer that begins with `piece`."""
    told = False
    yield event(answer.first())
    async with aclosing(rest):
        try:
            while isinstance(piece, Piece):
                told = told or piece.kind == "text"
                yield event(answer.piece(piece))
                piece = await anext(rest)
        except HTTPException as error:
            yield event(error_object(error))
            return
    if not told:  # a model need not tell its reply in pieces
        yield event(answer.piece(Piece(piece.text, "text")))
    yield event(answer.last(piece))
    if answer.with_usage:
        yield event(answer.usage(piece))
    yield DONE
