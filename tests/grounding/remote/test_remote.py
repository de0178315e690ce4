"""The remote model against real servers on loopback: what is sent, and what becomes of answers."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from handeye.envs import Screenshot
from handeye.grounding.chat import Message
from handeye.grounding.images import encode_screenshot
from handeye.grounding.remote import RemoteModel, open_remote
from handeye.grounding.remote.server import Price

from .conftest import ChatServer, Sent, event, refuse, stream

Start = Callable[..., ChatServer]
ASK = [Message("user", ("Where?",))]


@pytest.fixture
def picture() -> Screenshot:
    return encode_screenshot(Image.new("RGB", (40, 30), "red"))


def test_texts_and_pictures_go_out_in_their_order(chat_server: Start, picture: Screenshot) -> None:
    server = chat_server(stream("[1, 2]"))
    messages = [Message("system", ("Be brief.",)), Message("user", ("Look:", picture, "Where?"))]
    reply = server.model("qwen").complete(messages, max_tokens=99)
    assert (reply.text, reply.thought, reply.finish, reply.attempts) == ("[1, 2]", "", "stop", 1)
    (asked,) = server.asked
    assert (asked["model"], asked["temperature"], asked["max_tokens"]) == ("qwen", 0, 99)
    system, user = asked["messages"]
    assert system == {"role": "system", "content": "Be brief."}
    assert [part["type"] for part in user["content"]] == ["text", "image_url", "text"]
    head, data = user["content"][1]["image_url"]["url"].split(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(data) == picture.data


def test_a_reply_is_heard_while_it_comes_and_its_thought_apart(chat_server: Start) -> None:
    server = chat_server(stream("<thi", "nk>\nhm", "m</th", "ink>", "[1,", " 2]"))
    heard: list[tuple[str, str]] = []
    reply = server.model().complete(ASK, heard=lambda piece, kind: heard.append((kind, piece)))
    assert (reply.thought, reply.text) == ("hmm", "[1, 2]")
    assert "".join(piece for kind, piece in heard if kind == "text") == "[1, 2]"
    assert len(heard) > 3


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_a_thought_in_a_field_of_its_own(chat_server: Start, field: str) -> None:
    pieces = [{field: "h"}, {field: "m"}, {"content": "yes"}]
    chunks = [{"choices": [{"delta": piece}]} for piece in pieces]
    end = {"choices": [{"delta": {}, "finish_reason": "length"}]}
    reply = chat_server(Sent([event(each) for each in (*chunks, end)])).model().complete(ASK)
    assert (reply.thought, reply.text, reply.finish) == ("hm", "yes", "length")


def test_tokens_are_counted_and_paid(chat_server: Start) -> None:
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 600},
    }
    server = chat_server(stream("yes", usage=usage))
    free = server.model().complete(ASK).usage
    assert (free.prompt_tokens, free.cached_tokens, free.completion_tokens) == (1000, 600, 100)
    assert free.cost is None
    price = Price(prompt=2, cached=0.5, completion=10)
    paid = server.model(server={"price": price}).complete(ASK).usage
    assert paid.cost == pytest.approx((400 * 2 + 600 * 0.5 + 100 * 10) / 1e6)


def test_a_server_that_does_not_stream_is_understood(chat_server: Start) -> None:
    whole = {
        "choices": [{"message": {"content": "<think>a</think>b"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 1, "prompt_tokens_details": None},
    }
    server = chat_server(Sent([json.dumps(whole).encode()], kind="application/json"))
    reply = server.model().complete(ASK)
    assert (reply.thought, reply.text, reply.usage.prompt_tokens) == ("a", "b", 3)


SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}}


def test_a_schema_is_sent_along(chat_server: Start) -> None:
    server = chat_server(stream("{}"))
    server.model().complete(ASK, schema=SCHEMA)
    wanted = server.asked[0]["response_format"]
    assert wanted["type"] == "json_schema"
    assert (wanted["json_schema"]["schema"], wanted["json_schema"]["strict"]) == (SCHEMA, True)


@pytest.mark.parametrize(
    ("field", "message", "left"),
    [
        ("response_format", "response_format json_schema is not supported", None),
        ("temperature", "Unsupported value: 'temperature' does not support 0", None),
        ("max_tokens", "Use 'max_completion_tokens' instead of 'max_tokens'", "max_completion_tokens"),
        ("stream_options", "unknown field: stream_options", None),
    ],
)  # fmt: skip
def test_what_a_server_refuses_is_left_out_from_then_on(
    chat_server: Start, field: str, message: str, left: str | None
) -> None:
    server = chat_server(lambda body: refuse(400, message) if field in body else stream("yes"))
    model = server.model()
    first = model.complete(ASK, schema=SCHEMA)
    assert (first.text, first.attempts) == ("yes", len(server.asked))
    before = len(server.asked)
    assert model.complete(ASK, schema=SCHEMA).attempts == 1
    assert len(server.asked) == before + 1
    assert left is None or left in server.asked[-1]


def test_only_strict_is_given_up_where_that_is_enough(chat_server: Start) -> None:
    def script(body: dict[str, Any]) -> Sent:
        strict = "strict" in body["response_format"]["json_schema"]
        message = "Invalid schema for response_format: 'additionalProperties' is required"
        return refuse(400, message) if strict else stream("{}")

    server = chat_server(script)
    assert server.model().complete(ASK, schema=SCHEMA).attempts == 2
    assert "response_format" in server.asked[-1]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_what_passes_is_asked_again(chat_server: Start, status: int) -> None:
    server = chat_server(refuse(status, "busy"), refuse(status, "busy"), stream("yes"))
    reply = server.model().complete(ASK)
    assert (reply.text, reply.attempts) == ("yes", 3)


def test_the_server_says_how_long_to_wait(chat_server: Start) -> None:
    server = chat_server(refuse(429, "slow", Retry_After="0.3"), stream("yes"))
    assert server.model().complete(ASK).seconds >= 0.3


def test_half_a_stream_is_asked_again_from_the_beginning(chat_server: Start) -> None:
    broken = Sent([event({"choices": [{"delta": {"content": "ha"}}]})], cut=True)
    reply = chat_server(broken, stream("whole")).model().complete(ASK)
    assert (reply.text, reply.attempts) == ("whole", 2)


def test_proxies_of_the_environment_do_not_get_between_this_machine_and_itself(
    chat_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert chat_server(stream("yes")).model().complete(ASK).text == "yes"


def test_the_key_and_headers_are_sent_and_kept_secret(
    chat_server: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    key, extra = "sk-very-secret", "my-deployment"
    monkeypatch.setenv("HANDEYE_API_KEY", key)
    monkeypatch.setenv("HANDEYE_HEADERS", f"azureml-model-deployment: {extra}")
    caplog.set_level("DEBUG")
    server = chat_server(
        lambda _: refuse(401, f"The key {key} of {extra} is wrong."),
    )
    model = open_remote(f"tiny@{server.url}")
    with pytest.raises(Exception, match="answers 401: The key … of … is wrong") as caught:
        model.complete(ASK)
    assert server.headers[0]["authorization"] == f"Bearer {key}"
    assert server.headers[0]["azureml-model-deployment"] == extra
    for text in (repr(model._server), model.name, str(caught.value), caplog.text):
        assert key not in text
        assert extra not in text


def test_without_a_key_none_is_sent(chat_server: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also not OpenAI's, which is not for other servers."""
    monkeypatch.delenv("HANDEYE_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-openai")
    server = chat_server(stream("yes"))
    model = open_remote(f"tiny@{server.url}")
    assert isinstance(model, RemoteModel)
    assert model.complete(ASK).text == "yes"
    assert "authorization" not in server.headers[0]
    assert "sk-for-openai" not in str(server.headers)
