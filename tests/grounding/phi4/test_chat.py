"""The model as a ChatModel, by its name: a real tiny checkpoint answers."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest

for needed in ("torch", "transformers", "tokenizers", "llguidance"):
    pytest.importorskip(needed)

from PIL import Image
from pydantic import BaseModel

from handeye.actions import ScreenSpace, Size
from handeye.actions.errors import BackendError, UsageError
from handeye.envs import Observation, Screenshot
from handeye.grounding.chat import Message, Reply
from handeye.grounding.chat.backends import ModelOptions, make_model
from handeye.grounding.phi4.chat import Phi4Chat
from handeye.grounding.phi4.grounder import Phi4Grounder

Draw = Callable[..., Image.Image]


class Choice(BaseModel):
    action: Literal["click", "wait"]
    sure: bool


@pytest.fixture(scope="module")
def open_as(chat_checkpoint: Path) -> Callable[..., Any]:
    def opened(mode: Any = "hybrid") -> Any:
        options = ModelOptions(mode=mode, dtype="fp32", device="cpu")
        return make_model(f"phi4:{chat_checkpoint}", options)

    return opened


@pytest.fixture
def shot(draw: Draw) -> Screenshot:
    packed = BytesIO()
    draw(120, 90).save(packed, "PNG")
    return Screenshot(data=packed.getvalue(), space=ScreenSpace(size=Size(width=120, height=90)))


def asked(shot: Screenshot) -> list[Message]:
    return [
        Message("system", ("Say what to do.",)),
        Message("user", ("Now: ", shot, "\nNext?")),
    ]


def test_a_reply_says_what_it_took(open_as: Any, shot: Screenshot, chat_checkpoint: Path) -> None:
    model = open_as("nothink")
    assert model.name == f"phi4:{chat_checkpoint}"
    heard: list[tuple[str, str]] = []
    first = model.complete(
        asked(shot), max_tokens=6, heard=lambda piece, section: heard.append((section, piece))
    )
    again = model.complete(asked(shot), max_tokens=6)
    assert isinstance(first, Reply)
    assert first.text == "".join(piece for _, piece in heard)
    assert {section for section, _ in heard} <= {"text"}
    assert first.text == again.text
    assert first.usage.cached_tokens == 0
    assert again.usage.cached_tokens > 64
    assert first.usage.prompt_tokens == again.usage.prompt_tokens > again.usage.cached_tokens
    assert first.usage.completion_tokens <= 6
    assert first.finish == ("length" if first.usage.completion_tokens == 6 else "stop")


def test_a_planner_and_a_grounder_read_a_screen_once(open_as: Any, shot: Screenshot) -> None:
    model = open_as("nothink")
    plan = [Message("system", ("Say what to do.",)), Message("user", (shot, "\nNext?"))]
    model.complete(plan, max_tokens=2)
    found = Phi4Grounder(model.model).ground(Observation(screenshot=shot), "the Save button")
    (call,) = found.calls
    assert call.usage.cached_tokens > call.usage.prompt_tokens / 2


def test_a_reply_follows_the_schema(open_as: Any, shot: Screenshot) -> None:
    reply = open_as("nothink").complete(
        asked(shot), schema=Choice.model_json_schema(), max_tokens=60
    )
    assert reply.finish == "stop"
    assert Choice.model_validate(json.loads(reply.text))


@pytest.mark.parametrize("mode", ["think", "hybrid"])
def test_a_thought_before_the_schema_is_free(open_as: Any, shot: Screenshot, mode: Any) -> None:
    """Random weights may think to the end; what is no thought follows the schema."""
    model = open_as(mode)
    reply = model.complete(asked(shot), schema=Choice.model_json_schema(), max_tokens=60)
    if reply.finish == "length":
        assert reply.thought
        assert reply.text == ""
    else:
        assert Choice.model_validate(json.loads(reply.text))


def test_requests_that_cannot_be_answered(open_as: Any, shot: Screenshot, checkpoint: Path) -> None:
    model = open_as()
    with pytest.raises(UsageError, match="without a question"):
        model.complete([])
    with pytest.raises(UsageError, match="without a question"):
        model.complete([*asked(shot), Message("assistant", ("Click.",))])
    with pytest.raises(UsageError, match="schema cannot be followed"):
        model.complete(asked(shot), schema={"type": "nonsense"})
    with pytest.raises(BackendError, match=r"no tokenizer\.json"):
        make_model(f"phi4:{checkpoint}", ModelOptions(dtype="fp32", device="cpu"))


def test_a_screen_is_shown_in_the_resolution_asked_for(chat_model: Any, shot: Screenshot) -> None:
    read = []
    for resolution in ("naflex:16", "naflex:48"):
        chat = Phi4Chat(chat_model, resolution=resolution)
        reply = chat.complete([Message("user", (shot, "What is it?"))], max_tokens=2)
        read.append(reply.usage.prompt_tokens)
    assert read[1] - read[0] > 16
    with pytest.raises(UsageError, match="multi-crop"):
        Phi4Chat(chat_model, resolution="multi-crop")
