"""A model that does what its messages say, and a client of a server of it."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from openai import OpenAI

from handeye.actions.errors import BackendError
from handeye.envs import Screenshot
from handeye.grounding.calls import Usage
from handeye.grounding.chat import Heard, Message, Reply


@dataclass
class Parrot:
    """Repeats what it was sent, word by word.

    "think": with a thought. "wait": not before `go` is set. "break": an error, after the words
    before it. "mute": the reply is not told in pieces.
    """

    name: str = "test/parrot"
    go: threading.Event = field(default_factory=threading.Event)
    asked: list[dict[str, Any]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        max_tokens: int = 1024,
        heard: Heard | None = None,
    ) -> Reply:
        self.asked.append({"messages": messages, "schema": schema, "max_tokens": max_tokens})
        text = " ".join(map(self._said, messages))
        try:
            return self._speak(text, max_tokens, heard)
        finally:
            self.ended.append(text)

    def _speak(self, text: str, most: int, heard: Heard | None) -> Reply:
        thought = "Let me think." if "think" in text else ""
        if heard is not None and thought:
            heard(thought, "thought")
        words = text.split()
        for number, word in enumerate(words[:most]):
            if word == "wait" and not self.go.wait(10):
                raise TimeoutError
            if word == "break":
                raise BackendError("The parrot flew away.", "Close the window.")
            if heard is not None and "mute" not in words:
                heard(word if number == 0 else f" {word}", "text")
        return Reply(
            text=" ".join(words[:most]),
            thought=thought,
            usage=Usage(prompt_tokens=len(words), cached_tokens=1, completion_tokens=2),
            finish="length" if len(words) > most else "stop",
        )

    def _said(self, message: Message) -> str:
        return " ".join(
            f"[{part.space.size.width}x{part.space.size.height}]"
            if isinstance(part, Screenshot)
            else part
            for part in message.parts
        )


@pytest.fixture
def parrot() -> Parrot:
    return Parrot()


@pytest.fixture
def client(serving: Callable[..., Any], parrot: Parrot) -> Iterator[OpenAI]:
    """A client of a server of `parrot`, which needs no key."""
    with serving(parrot).client() as made:
        yield made
