"""Reading what a server sends: a stream of pieces, or one piece where it does not stream.

Prevents: half an answer taken for a whole one, and anything at all taken for an answer.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, field_validator

from handeye.grounding.calls import Usage
from handeye.grounding.chat.types import Heard, Reply
from handeye.grounding.remote.thoughts import ThoughtSplitter


class Garbled(Exception):
    """The server sent something that is no answer; the message says what."""


class _Loose(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")


class _Words(_Loose):
    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None

    @field_validator("*")
    @classmethod
    def _whole_characters(cls, text: str | None) -> str | None:
        return None if text is None else text.encode("utf-8", "replace").decode()


class _Choice(_Loose):
    delta: _Words | None = None
    message: _Words | None = None
    finish_reason: str | None = None


class _Details(_Loose):
    cached_tokens: int | None = None


class _Usage(_Loose):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _Details | None = None


class _Chunk(_Loose):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None


def read_pieces(pieces: Iterable[Any], heard: Heard | None) -> Reply:
    """The reply in the pieces of a stream, told to `heard` as they come. Raises Garbled."""
    splitter, thought, finish, used = ThoughtSplitter(), "", "", Usage()
    begun = False
    for piece in pieces:
        chunk = _checked(piece)
        if chunk.usage is not None:
            used = _usage(chunk.usage)
        for choice in (chunk.choices or [])[:1]:
            begun = True
            words = choice.delta or choice.message or _Words()
            reasoning = words.reasoning_content or words.reasoning or ""
            thought += reasoning
            _tell(heard, [("thought", reasoning)] if reasoning else [])
            _tell(heard, splitter.feed(words.content or ""))
            finish = choice.finish_reason or finish
    if not finish:
        raise Garbled("half an answer" if begun else "an empty answer")
    _tell(heard, splitter.end())
    return Reply(
        text=splitter.text,
        thought=(thought + splitter.thought).strip(),
        usage=used,
        finish="length" if finish == "length" else "stop",
    )


def read_whole(body: bytes, heard: Heard | None) -> Reply:
    """The reply in the body of a server that does not stream. Raises Garbled."""
    if not body.strip():
        raise Garbled("an empty answer")
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Garbled("something that is no JSON") from error
    return read_pieces([whole], heard)


def plain_pieces(stream: Iterable[Any]) -> Iterator[Any]:
    """The pieces of the client's stream as plain values. Raises Garbled."""
    try:
        for piece in stream:
            yield piece.model_dump(warnings=False) if isinstance(piece, BaseModel) else piece
    except (ValueError, RecursionError) as error:
        raise Garbled("something that is no JSON") from error


def _checked(piece: Any) -> _Chunk:
    try:
        if not isinstance(piece, Mapping):
            raise ValueError
        chunk = _Chunk.model_validate(piece)
    except ValueError as error:
        raise Garbled("something that is no chat completion") from error
    if chunk.choices is None and chunk.usage is None:
        raise Garbled("something that is no chat completion")
    return chunk


def _usage(usage: _Usage) -> Usage:
    details = usage.prompt_tokens_details or _Details()
    return Usage(
        prompt_tokens=max(0, usage.prompt_tokens or 0),
        cached_tokens=max(0, details.cached_tokens or 0),
        completion_tokens=max(0, usage.completion_tokens or 0),
    )


def _tell(heard: Heard | None, said: Iterable[tuple[Any, str]]) -> None:
    for kind, piece in said:
        if heard is not None:
            heard(piece, kind)
