"""Whatever a server sends is an answer or is said to be none."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handeye.grounding.chat import Reply
from handeye.grounding.remote.answer import Garbled, read_pieces, read_whole

names = st.sampled_from(
    ["choices", "delta", "message", "content", "finish_reason", "usage", "prompt_tokens",
     "completion_tokens", "prompt_tokens_details", "cached_tokens", "reasoning", "other"]
)  # fmt: skip
anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
words = st.fixed_dictionaries(
    {}, optional={"content": st.text() | st.none(), "reasoning": st.text()}
)
choices = st.lists(
    st.fixed_dictionaries({"delta": words}, optional={"finish_reason": st.sampled_from(["stop", "length", None])}),
    max_size=2,
)  # fmt: skip


@given(st.lists(anything | st.fixed_dictionaries({"choices": choices}), max_size=4))
def test_pieces_are_a_reply_or_garbled(pieces: list[Any]) -> None:
    heard: list[tuple[str, str]] = []
    with suppress(Garbled):
        reply = read_pieces(pieces, lambda piece, kind: heard.append((kind, piece)))
        assert isinstance(reply, Reply)
        assert "".join(piece for kind, piece in heard if kind == "text").endswith(reply.text)


@given(st.binary())
def test_bytes_are_a_reply_or_garbled(body: bytes) -> None:
    with suppress(Garbled):
        assert isinstance(read_whole(body, None), Reply)


def test_brackets_without_an_end_are_garbled() -> None:
    with pytest.raises(Garbled, match="no JSON"):
        read_whole(b"[" * 200_000, None)


@given(st.lists(st.text(alphabet="abc <>/think\n"), max_size=6))
def test_the_text_of_a_stream_is_that_of_its_pieces(pieces: list[str]) -> None:
    chunks = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    reply = read_pieces([*chunks, {"choices": [{"finish_reason": "stop"}]}], None)
    whole = "".join(pieces)
    if "think>" not in whole:
        assert (reply.text, reply.thought) == (whole, "")
    assert reply.text in whole


def test_half_a_character_is_made_a_whole_one() -> None:
    """Servers cut an emoji in two; nothing could be written to the disk with a half in it."""
    choice = {"message": {"content": "a\ud83d", "reasoning": "\ude00"}, "finish_reason": "stop"}
    heard: list[str] = []
    reply = read_pieces([{"choices": [choice]}], lambda piece, _: heard.append(piece))
    assert (reply.text, reply.thought) == ("a?", "?")
    assert sorted(heard) == ["?", "a?"]
    assert Reply(text="\ud83d").text == "?"
