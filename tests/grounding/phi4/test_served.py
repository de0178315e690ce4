"""The model behind the server: what a client gets is what the model says."""

import base64
import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

for needed in ("torch", "transformers", "tokenizers"):
    pytest.importorskip(needed)

from handeye.grounding.chat import Message
from handeye.grounding.images import encode_screenshot
from handeye.grounding.phi4.chat import Phi4Chat


def asking(draw: Callable[..., Any], question: str) -> Any:
    packed = BytesIO()
    draw(160, 96).save(packed, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()}"
    image = {"type": "image_url", "image_url": {"url": url}}
    return [{"role": "user", "content": [image, {"type": "text", "text": question}]}]


def test_a_client_gets_what_the_model_says(
    serving: Callable[..., Any], chat_model: Any, draw: Callable[..., Any]
) -> None:
    phi4 = Phi4Chat(chat_model, mode="nothink")
    shot = encode_screenshot(draw(160, 96))
    said = phi4.complete([Message("user", (shot, "What is here?"))], max_tokens=12)
    with serving(phi4).client() as client:
        create = client.chat.completions.create
        whole = create(model="phi4", messages=asking(draw, "What is here?"), max_tokens=12)
        pieces = create(
            model="phi4", messages=asking(draw, "What is here?"), max_tokens=12, stream=True
        )
        assert "".join(each.choices[0].delta.content or "" for each in pieces) == said.text
    assert (whole.choices[0].message.content, whole.choices[0].finish_reason) == (
        said.text,
        said.finish,
    )
    assert whole.usage is not None
    assert whole.usage.prompt_tokens == said.usage.prompt_tokens
    assert whole.usage.prompt_tokens_details is not None
    # The screen was read before.
    assert (whole.usage.prompt_tokens_details.cached_tokens or 0) > 60
    assert said.usage.cached_tokens == 0


def test_an_answer_follows_its_schema(serving: Callable[..., Any], chat_model: Any) -> None:
    pytest.importorskip("llguidance")
    schema = {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}
    schema["additionalProperties"] = False
    with serving(Phi4Chat(chat_model, mode="nothink")).client() as client:
        reply = client.chat.completions.create(
            model="phi4",
            messages=[{"role": "user", "content": "Are you sure?"}],
            max_tokens=50,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema},
            },
        )
    assert isinstance(json.loads(reply.choices[0].message.content or "")["sure"], bool)


def test_a_client_that_leaves_does_not_harm_the_next_answer(
    serving: Callable[..., Any], chat_model: Any, draw: Callable[..., Any]
) -> None:
    phi4 = Phi4Chat(chat_model, mode="nothink")
    with serving(phi4).client() as client:
        create = client.chat.completions.create
        with create(
            model="phi4", messages=asking(draw, "Tell all"), max_tokens=2000, stream=True
        ) as left:
            next(iter(left))
        after = create(model="phi4", messages=asking(draw, "What is here?"), max_tokens=12)
    chat_model.cache.clear()
    shot = encode_screenshot(draw(160, 96))
    said = phi4.complete([Message("user", (shot, "What is here?"))], max_tokens=12)
    assert after.choices[0].message.content == said.text
