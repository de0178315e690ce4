"""Talking to a model: messages of text and pictures in, one reply out.

Prevents: planners and grounders that know whether a model runs here or behind a server.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import field_validator

from handeye.actions import Value
from handeye.envs import Screenshot
from handeye.grounding.calls import ModelCall, Usage


@dataclass(frozen=True)
class Message:
    """One turn: texts and pictures in the order in which the model reads them."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[str | Screenshot, ...]

    @property
    def text(self) -> str:
        return "".join(part for part in self.parts if isinstance(part, str))


class Reply(Value):
    """What the model answered. `thought` is its reasoning, taken out of the text.

    length: the answer was cut at `max_tokens`.
    """

    text: str
    thought: str = ""
    usage: Usage = Usage()
    seconds: float = 0.0
    attempts: int = 1
    finish: Literal["stop", "length"] = "stop"

    @field_validator("text", "thought")
    @classmethod
    def _whole_characters(cls, text: str) -> str:
        return text.encode("utf-8", "replace").decode()  # half a character cannot be recorded

    def call(
        self,
        purpose: Literal["plan", "ground", "repair", "check"],
        model: str,
        problem: str = "",
    ) -> ModelCall:
        """The record of this reply."""
        return ModelCall(purpose=purpose, model=model, problem=problem, **dict(self))


Heard = Callable[[str, Literal["thought", "text"]], None]
"""Hears a reply piece by piece while it is written. What it raises ends the reply and comes out of
`complete` as it is."""


class ChatModel(Protocol):
    """A model that answers, in this process or behind a server."""

    name: str
    """As it is recorded: "phi4:path", "remote:qwen2.5-vl-7b"."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        max_tokens: int = 1024,
        heard: Heard | None = None,
    ) -> Reply:
        """One answer, greedy (temperature 0).

        `schema` is a JSON Schema that the text has to follow; a model that cannot be held to it
        answers freely, so the caller checks. Raises BackendError when there is no usable answer
        (no server, no permission, garbage, no memory); UsageError for messages that do not fit.
        """
