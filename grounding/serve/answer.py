"""Completions and their chunks, as JSON.

Source: https://platform.openai.com/docs/api-reference/chat/object and …/chat/streaming. The thought
is in `reasoning_content`, as servers of open models (vLLM, llama.cpp) have it. Prevents: clients
that break at a field which is missing or that has another shape.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from handeye.grounding.calls import Usage
from handeye.grounding.chat import Reply
from handeye.grounding.serve.turns import Piece

DONE = "data: [DONE]\n\n"
_FIELDS = {"thought": "reasoning_content", "text": "content"}


def event(value: Any) -> str:
    """One server-sent event."""
    return f"data: {json.dumps(value)}\n\n"


@dataclass(frozen=True)
class Answer:
    """The parts of one answer that all of its chunks share."""

    model: str
    with_usage: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, reply: Reply) -> dict[str, Any]:
        message = {"role": "assistant", "content": reply.text}
        if reply.thought:
            message["reasoning_content"] = reply.thought
        choice = {"message": message, "finish_reason": reply.finish, "logprobs": None}
        return self._object("chat.completion", choice) | {"usage": _usage(reply.usage)}

    def first(self) -> dict[str, Any]:
        return self._chunk({"role": "assistant", "content": ""})

    def piece(self, piece: Piece) -> dict[str, Any]:
        return self._chunk({_FIELDS[piece.kind]: piece.text})

    def last(self, reply: Reply) -> dict[str, Any]:
        return self._chunk({}, reply.finish)

    def usage(self, reply: Reply) -> dict[str, Any]:
        """The chunk without a choice that says what the answer took."""
        return self._chunk({}) | {"choices": [], "usage": _usage(reply.usage)}

    def _chunk(self, delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
        choice = {"delta": delta, "finish_reason": finish, "logprobs": None}
        chunk = self._object("chat.completion.chunk", choice)
        return chunk | ({"usage": None} if self.with_usage else {})

    def _object(self, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": [{"index": 0, **choice}],
        }


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
    }
