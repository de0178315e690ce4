"""Who is let in, how much may be sent, who waits for whom, and what happens when somebody leaves."""

import http.client
import json
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from openai import APIStatusError, AuthenticationError, InternalServerError, OpenAI

from handeye.actions.errors import EnvError, UsageError
from handeye.grounding.serve import Limits, listen

MODEL = "test/parrot"
LONG = "A" * 200_000

Headers = dict[str, str]


def user(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def ask(client: OpenAI, text: str) -> str | None:
    reply = client.chat.completions.create(model=MODEL, messages=user(text))
    return reply.choices[0].message.content


def send(
    url: str, body: bytes, headers: Headers, path: str = "/v1/chat/completions"
) -> tuple[int, Any]:
    """Status and JSON that a bare request is answered with."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)
    try:
        connection.request("POST" if body else "GET", path, body or None, headers)
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read())
    finally:
        connection.close()


def test_health_needs_no_key(serving: Callable[..., Any], parrot: Any) -> None:
    running = serving(parrot, key="secret")
    assert send(running.url, b"", {}, "/health") == (200, {"status": "ok"})


def test_the_key(serving: Callable[..., Any], parrot: Any) -> None:
    running = serving(parrot, key="secret")
    with running.client("secret") as client:
        assert ask(client, "hello") == "hello"
    for wrong in ("secre", "secrets", "Secret"):
        with running.client(wrong) as client:
            with pytest.raises(AuthenticationError, match="missing or wrong") as caught:
                ask(client, LONG)
            assert (caught.value.status_code, caught.value.code) == (401, "invalid_api_key")
            with pytest.raises(AuthenticationError):
                client.models.list()
    assert len(parrot.asked) == 1


@pytest.mark.parametrize("sent", [{}, {"Authorization": "secret"}, {"Authorization": "Bearer "}])
def test_no_key_is_a_wrong_key(serving: Callable[..., Any], parrot: Any, sent: Headers) -> None:
    status, answer = send(serving(parrot, key="secret").url, b"", sent, "/v1/models")
    assert (status, answer["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(
    ("body", "kind", "status", "says"),
    [
        (b"{", "application/json", 400, "The body: Invalid JSON"),
        (b"[]", "application/json", 400, "The body"),
        (b"\xff\xfe", "application/json", 400, "The body: Invalid JSON"),
        (b'{"model": 3}', "application/json; charset=utf-8", 400, "model: Input should be"),
        (b"{}", "text/plain", 415, "application/json"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "application/json"),
    ],
)
def test_garbage(
    serving: Callable[..., Any], parrot: Any, body: bytes, kind: str, status: int, says: str
) -> None:
    answered, answer = send(serving(parrot).url, body, {"Content-Type": kind})
    assert answered == status
    assert says in answer["error"]["message"]
    assert answer["error"]["type"] == "invalid_request_error"


def test_no_such_path_and_no_such_method(serving: Callable[..., Any], parrot: Any) -> None:
    url = serving(parrot).url
    assert send(url, b"", {}, "/v1/nothing") == (
        404,
        {
            "error": {
                "message": "Not Found",
                "type": "invalid_request_error",
                "param": None,
                "code": None,
            }
        },
    )
    assert send(url, b"", {})[0] == 405


def test_without_a_key_only_this_machine_is_answered(
    serving: Callable[..., Any], parrot: Any
) -> None:
    """A page that gave its own name the address 127.0.0.1 sends that name as Host."""
    connection = http.client.HTTPConnection(serving(parrot).url.removeprefix("http://"))
    connection.request("GET", "/v1/models", headers={"Host": "attacker.example"})
    assert connection.getresponse().status == 400
    connection.close()


def test_a_body_that_is_too_large(serving: Callable[..., Any], parrot: Any) -> None:
    running = serving(parrot, limits=Limits(body=10_000))
    with running.client() as client:
        with pytest.raises(APIStatusError, match="10,000 bytes") as caught:
            ask(client, LONG)
        assert caught.value.status_code == 413
        assert ask(client, "short") == "short"


def test_too_many_and_too_large_pictures(serving: Callable[..., Any], parrot: Any) -> None:
    pixel = (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
        "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    image: Any = {"type": "image_url", "image_url": {"url": pixel}}
    for limits, most in ((Limits(images=2), "are 2"), (Limits(pixels=2), "2 pixels")):
        with serving(parrot, limits=limits).client() as client:
            for number in (2, 3):
                messages: Any = [{"role": "user", "content": [image] * number}]
                if number == 2:
                    client.chat.completions.create(model=MODEL, messages=messages)
                    continue
                with pytest.raises(APIStatusError, match=most) as caught:
                    client.chat.completions.create(model=MODEL, messages=messages)
                assert caught.value.status_code == 413


def test_requests_are_answered_one_by_one_in_their_order(
    client: OpenAI, parrot: Any, until: Callable[..., bool]
) -> None:
    with ThreadPoolExecutor() as pool:
        answers = [pool.submit(ask, client, "wait first")]
        assert until(lambda: len(parrot.asked) == 1)
        for text in ("second", "third"):
            answers.append(pool.submit(ask, client, text))
            assert not until(lambda: len(parrot.asked) > 1, seconds=0.2)
        parrot.go.set()
        assert [answer.result() for answer in answers] == ["wait first", "second", "third"]
    assert parrot.ended == ["wait first", "second", "third"]


def test_who_would_wait_behind_too_many_is_sent_away(
    serving: Callable[..., Any], parrot: Any, until: Callable[..., bool]
) -> None:
    running = serving(parrot, limits=Limits(waiting=0))
    with running.client() as client, ThreadPoolExecutor() as pool:
        first = pool.submit(ask, client, "wait first")
        assert until(lambda: len(parrot.asked) == 1)
        with pytest.raises(InternalServerError, match="waiting already") as caught:
            ask(client, "second")
        assert (caught.value.status_code, caught.value.code) == (503, "overloaded")
        assert int(caught.value.response.headers["retry-after"]) > 0
        parrot.go.set()
        assert first.result() == "wait first"
        assert ask(client, "second") == "second"


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_leaves_ends_its_answer_and_no_other(
    serving: Callable[..., Any], parrot: Any, until: Callable[..., bool], stream: bool
) -> None:
    running = serving(parrot)
    host, port = running.url.removeprefix("http://").split(":")
    request = json.dumps(
        {"model": MODEL, "messages": user("a wait b c d"), "stream": stream}
    ).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(request)}\r\n\r\n"
    )
    with running.client() as client, ThreadPoolExecutor() as pool:
        with socket.create_connection((host, int(port))) as leaver:
            leaver.sendall(head.encode() + request)
            assert until(lambda: len(parrot.asked) == 1)
            if stream:
                assert leaver.recv(100).startswith(b"HTTP/1.1 200")
            stayer = pool.submit(ask, client, "I stay")
        assert not until(lambda: bool(parrot.ended), seconds=0.3)
        parrot.go.set()
        assert stayer.result() == "I stay"
    assert parrot.ended == ["a wait b c d", "I stay"]


def test_a_client_that_leaves_the_queue_never_reaches_the_model(
    serving: Callable[..., Any], parrot: Any, until: Callable[..., bool]
) -> None:
    running = serving(parrot, limits=Limits(waiting=1))
    with running.client() as client, ThreadPoolExecutor() as pool:
        first = pool.submit(ask, client, "wait first")
        assert until(lambda: len(parrot.asked) == 1)
        hasty = running.client().with_options(timeout=0.3)
        with hasty, pytest.raises(Exception, match="timed out"):
            ask(hasty, "hasty")
        assert until(lambda: len(running.server.server_state.connections) == 1)
        late = pool.submit(ask, client, "late")
        parrot.go.set()
        assert (first.result(), late.result()) == ("wait first", "late")
    assert parrot.ended == ["wait first", "late"]


def test_a_server_that_stops_tells_who_waits(
    serving: Callable[..., Any], parrot: Any, until: Callable[..., bool]
) -> None:
    running = serving(parrot)
    with running.client() as client, ThreadPoolExecutor() as pool:
        answers = [pool.submit(ask, client, "wait first")]
        assert until(lambda: len(parrot.asked) == 1)
        answers.append(pool.submit(ask, client, "second"))
        parrot.go.wait(0.2)
        running.server.config.app.state.turns.stop()
        with pytest.raises(InternalServerError, match="stopping"):
            answers[0].result()
        parrot.go.set()
        with pytest.raises(InternalServerError, match="stopping"):
            answers[1].result()
    assert [str(asked["messages"][0].text) for asked in parrot.asked] == ["wait first"]


def test_an_error_that_nobody_foresaw_is_answered_and_printed(
    serving: Callable[..., Any],
) -> None:
    printed = []
    hook, threading.excepthook = threading.excepthook, printed.append
    try:
        with serving(Broken()).client() as client:
            for _ in range(2):
                with pytest.raises(InternalServerError, match="The server's log says how"):
                    ask(client, "hello")
    finally:
        threading.excepthook = hook
    assert [each.exc_type for each in printed] == [ZeroDivisionError, ZeroDivisionError]


class Broken:
    name = MODEL

    def complete(self, *_: Any, **__: Any) -> Any:
        return 1 / 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_are_not_let_in_without_a_key(host: str) -> None:
    with pytest.raises(UsageError, match="HANDEYE_SERVE_KEY"):
        listen(host, 0, key="")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1"])
def test_loopback_needs_no_key(host: str) -> None:
    with listen(host, 0, key="") as listener:
        assert listener.getsockname()[1] > 0


def test_an_address_that_cannot_be_had() -> None:
    with listen("127.0.0.1", 0, key="") as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EnvError, match=f"Port {port} of 127.0.0.1 cannot be used"):
            listen("127.0.0.1", port, key="")
    with pytest.raises(EnvError, match=r"no\.such\.host\.invalid cannot be used"):
        listen("no.such.host.invalid", 0, key="")
    with pytest.raises(EnvError, match=r"192\.0\.2\.1 cannot be used"):
        listen("192.0.2.1", 0, key="secret")
