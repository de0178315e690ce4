"""handeye's own client against handeye's own server: nothing is lost on the way."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from handeye.actions.errors import BackendError
from handeye.grounding.calls import Usage
from handeye.grounding.chat import Message
from handeye.grounding.chat.backends import make_model
from handeye.grounding.images import decode_screenshot


@pytest.fixture
def remote(serving: Callable[..., Any], parrot: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HANDEYE_API_KEY", "secret")
    return make_model(f"remote:{parrot.name}@{serving(parrot, key='secret').url}")


def test_messages_and_replies_arrive_whole(remote: Any, parrot: Any) -> None:
    packed = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(packed, "PNG")
    shot = decode_screenshot(packed.getvalue(), "picture")
    sent = [Message("system", ("Be brief.",)), Message("user", ("think of", shot))]
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    heard = []
    reply = remote.complete(
        sent, schema=schema, max_tokens=40, heard=lambda text, kind: heard.append((kind, text))
    )
    assert reply.text == "Be brief. think of [64x48]"
    assert reply.thought == "Let me think."
    assert reply.usage == Usage(prompt_tokens=5, cached_tokens=1, completion_tokens=2)
    assert (reply.finish, reply.attempts) == ("stop", 1)
    assert [text for kind, text in heard if kind == "thought"] == ["Let me think."]
    assert "".join(text for kind, text in heard if kind == "text") == reply.text
    (asked,) = parrot.asked
    assert (asked["schema"], asked["max_tokens"]) == (schema, 40)
    assert [message.role for message in asked["messages"]] == ["system", "user"]
    assert asked["messages"][1].parts[1].data == shot.data


def test_the_servers_words_come_back_as_an_error(remote: Any, parrot: Any) -> None:
    with pytest.raises(BackendError, match="max_tokens can be 16384 at most"):
        remote.complete([Message("user", ("x",))], max_tokens=10**6)
    assert parrot.asked == []
