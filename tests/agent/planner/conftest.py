"""A model whose answers are written down beforehand, and which keeps what it was asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from handeye.actions import Box, Size
from handeye.actions.geometry import ScreenSpace
from handeye.envs import Element, Observation, Screenshot
from handeye.grounding.chat import Heard, Message, Reply
from handeye.grounding.chat.scripted import ScriptedModel


class Asked(ScriptedModel):
    """A scripted model that remembers each question and its schema."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.questions: list[tuple[Message, ...]] = []
        self.schemas: list[Mapping[str, Any] | None] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,
        max_tokens: int = 1024,
        heard: Heard | None = None,
    ) -> Reply:
        self.questions.append(tuple(messages))
        self.schemas.append(schema)
        return super().complete(messages, schema=schema, max_tokens=max_tokens, heard=heard)

    def told(self, number: int) -> str:
        """All words of a question."""
        return "\n".join(message.text for message in self.questions[number])


@pytest.fixture
def model(tmp_path: Path) -> Callable[..., Asked]:
    """Makes a model that gives these answers in order: texts as they are, moves as JSON."""

    def make(*answers: str | dict[str, Any] | list[dict[str, Any]]) -> Asked:
        file = tmp_path / "answers.json"
        file.write_text(json.dumps([written(answer) for answer in answers]), encoding="utf-8")
        return Asked(file)

    return make


def written(answer: str | dict[str, Any] | list[dict[str, Any]]) -> str:
    if isinstance(answer, str):
        return answer
    moves = answer if isinstance(answer, list) else [answer]
    return json.dumps({"thought": f"Now {moves[0]['kind']}.", "actions": moves})


@pytest.fixture
def look() -> Callable[..., Observation]:
    """An observation of 200 × 100 pixels with these elements."""

    def make(*elements: Element, url: str = "http://a.test/", **more: Any) -> Observation:
        space = ScreenSpace(size=Size(width=200, height=100))
        shot = Screenshot(data=b"", space=space)
        return Observation(screenshot=shot, url=url, elements=elements, **more)

    return make


@pytest.fixture
def element() -> Callable[..., Element]:
    def make(role: str, name: str = "", **more: Any) -> Element:
        return Element(**{"role": role, "name": name, "box": Box(x1=0, y1=0, x2=9, y2=9), **more})

    return make
