"""What is asked of a server, in the words of the chat API, and in fewer of them where it objects.

Prevents: runs that fail because a server refuses one field that it does not know.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handeye.grounding.chat.types import Message

# What a server may refuse: words of its complaint → the feature to do without.
_COMPLAINTS = (
    ("max_completion_tokens", "max_tokens"),
    ("max_tokens", "max_tokens"),
    ("temperature", "temperature"),
    ("stream_options", "stream_options"),
    *(
        (words, "schema")
        for words in ("response_format", "schema", "strict", "grammar", "structured")
    ),
)


def body(
    model: str,
    messages: Sequence[Message],
    schema: Mapping[str, Any] | None,
    max_tokens: int,
    refused: Iterable[str],
) -> dict[str, Any]:
    """The arguments of one request, without the features that the server has `refused`."""
    asked: dict[str, Any] = {
        "model": model,
        "messages": [_message(message) for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": max_tokens,
    }
    gone = set(refused)
    if "max_tokens" in gone:  # the name that OpenAI's newer models want
        asked["max_completion_tokens"] = asked["max_tokens"]
    if schema is not None and "schema" not in gone:
        wanted = {"name": "answer", "schema": dict(schema)}
        strict = {} if "strict" in gone else {"strict": True}
        asked["response_format"] = {"type": "json_schema", "json_schema": wanted | strict}
    return {name: value for name, value in asked.items() if name not in gone}


def refusal(complaint: str, asked: Mapping[str, Any], refused: Iterable[str]) -> str:
    """The feature that a complaint is about, "" when it is about something else.

    A schema is first tried without "strict": OpenAI holds strict ones to rules of their own.
    """
    low, gone = complaint.lower(), set(refused)
    for words, feature in _COMPLAINTS:
        used = "response_format" if feature == "schema" else feature
        if words in low and used in asked:
            return "strict" if feature == "schema" and "strict" not in gone else feature
    return ""


def _message(message: Message) -> dict[str, Any]:
    """A text alone is sent as one: servers of models without eyes take nothing else."""
    if all(isinstance(part, str) for part in message.parts):
        return {"role": message.role, "content": message.text}
    content: list[dict[str, Any]] = []
    for part in message.parts:
        if isinstance(part, str):
            content.append({"type": "text", "text": part})
        else:
            data = base64.b64encode(part.data).decode("ascii")
            url = f"data:image/{part.format};base64,{data}"
            content.append({"type": "image_url", "image_url": {"url": url}})
    return {"role": message.role, "content": content}
