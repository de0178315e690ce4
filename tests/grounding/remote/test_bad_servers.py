"""Servers that misbehave, each in its way: a typed error with the cause and what to do."""

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from handeye.actions.errors import BackendError
from handeye.grounding.chat import Message
from handeye.grounding.remote import RemoteModel, open_remote
from handeye.grounding.remote.server import Server

from .conftest import ChatServer, Sent, event, refuse, stream

Start = Callable[..., ChatServer]
ASK = [Message("user", ("Where?",))]
HALF = event({"choices": [{"delta": {"content": "ha"}}]})


def as_json(value: Any) -> Sent:
    return Sent([json.dumps(value).encode()], kind="application/json")


@pytest.mark.parametrize(
    ("sent", "message", "attempts"),
    [
        (Sent([b"<html>Welcome</html>"], kind="text/html"), "answers with a web page", 1),
        (Sent([b"{oh"], kind="application/json"), "no JSON", 4),
        (Sent([b"\xff\xfe\x00"], kind="application/json"), "no JSON", 4),
        (Sent([b""], kind="application/json"), "an empty answer", 4),
        (as_json({"choices": []}), "an empty answer", 4),
        (as_json([1, 2]), "no chat completion", 4),
        (as_json({"choices": "x"}), "no chat completion", 4),
        (as_json({"hello": 1}), "no chat completion", 4),
        (Sent([event(b"{oh")]), "no JSON", 4),
        (Sent([event(5)]), "no chat completion", 4),
        (Sent([event({"choices": [{"delta": 7}]})]), "no chat completion", 4),
        (Sent([event(b"[DONE]")]), "an empty answer", 4),
        (Sent([]), "an empty answer", 4),
        (Sent([HALF]), "half an answer", 4),
        (Sent([HALF], cut=True), "broke off", 4),
        (Sent([HALF, event({"error": {"message": "CUDA out of memory"}})]), "CUDA out of memory", 4),
        (refuse(401, "bad key"), "401: bad key", 1),
        (refuse(403, "no"), "403: no", 1),
        (refuse(404, "model 'tiny' not found"), "404: model 'tiny' not found", 1),
        (refuse(400, "context length exceeded"), "400: context length exceeded", 1),
        (refuse(413, "too large"), "413", 1),
        (refuse(429, "slow down"), "429: slow down", 4),
        (refuse(429, "insufficient_quota"), "429", 1),
        (refuse(500, "image input is not supported"), "500: image input", 1),
        (refuse(503, "loading model"), "503: loading model", 4),
        (Sent([b"<html><h1>Bad gateway</h1>"], 502, "text/html"), "502: a web page", 4),
        (Sent([b"x" * 5000], 418, "text/plain"), "418: xxx", 1),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_each_is_an_error_with_the_cause(
    chat_server: Start, sent: Sent, message: str, attempts: int
) -> None:
    server = chat_server(sent)
    with pytest.raises(BackendError) as caught:
        server.model().complete(ASK)
    assert message in caught.value.message
    assert caught.value.fix
    assert len(caught.value.message) < 400
    assert len(server.asked) == attempts


def test_a_wrong_path_is_told_from_a_wrong_model(chat_server: Start) -> None:
    server = chat_server(Sent([]))
    model = RemoteModel(Server(model="tiny", url=server.url.replace("/v1", "/v2")))
    with pytest.raises(BackendError, match="404: a web page") as caught:
        model.complete(ASK)
    assert "/v1" in caught.value.fix


def test_nobody_there_is_said_at_once() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(
        BackendError, match=f"No server answers at http://127.0.0.1:{port}/v1"
    ) as caught:
        open_remote(f"tiny@http://127.0.0.1:{port}").complete(ASK)
    assert "Start it" in caught.value.fix


def test_a_server_that_was_there_before_is_waited_for(chat_server: Start) -> None:
    server = chat_server(stream("yes"))
    model = server.model(pause=0.2)
    model.complete(ASK)
    server.close()
    start = time.monotonic()
    with pytest.raises(BackendError, match="No server answers"):
        model.complete(ASK)
    assert time.monotonic() - start > 0.75 * (0.2 + 0.4 + 0.8)


def test_a_server_that_says_nothing_is_given_up(chat_server: Start) -> None:
    server = chat_server(Sent([HALF], delay=30))
    with pytest.raises(BackendError, match="sent nothing for"):
        server.model(silence=0.1).complete(ASK)
    assert len(server.asked) == 4


def test_a_port_that_accepts_and_is_silent_is_given_up() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        model = RemoteModel(Server(model="tiny", url=url), silence=0.1, pause=0.001)
        with pytest.raises(BackendError, match="sent nothing for"):
            model.complete(ASK)


@pytest.mark.parametrize("piece", [HALF, b": still working\n\n"], ids=["words", "comments"])
def test_a_server_that_never_comes_to_an_end_is_cut_off(chat_server: Start, piece: bytes) -> None:
    server = chat_server(Sent([piece] * 1000, delay=0.05))
    with pytest.raises(BackendError, match="did not come to an end"):
        server.model(patience=0.5).complete(ASK)
    assert len(server.asked) == 1


def test_a_wait_longer_than_the_patience_is_not_begun(chat_server: Start) -> None:
    server = chat_server(refuse(429, "come back tomorrow", Retry_After="86400"))
    with pytest.raises(BackendError, match="come back tomorrow"):
        server.model().complete(ASK)
    assert len(server.asked) == 1
