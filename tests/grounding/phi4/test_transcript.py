"""The thought and the text of an answer, whole and piece by piece."""

from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "tokenizers"):
    pytest.importorskip(needed)

from hypothesis import given, settings
from hypothesis import strategies as st

from handeye.grounding.phi4.config import read_config
from handeye.grounding.phi4.tokens import ChatTokenizer, Marker, read_tokenizer
from handeye.grounding.phi4.transcript import Transcript

THINK, CLOSE, NOTHINK, END = map(Marker, ("<think>", "</think>", "<|dummy_84|>", "<|im_end|>"))


@pytest.fixture(scope="module")
def tokenizer(chat_checkpoint: Path) -> ChatTokenizer:
    made = read_tokenizer(chat_checkpoint, read_config(chat_checkpoint))
    assert made is not None
    return made


def read(
    tokenizer: ChatTokenizer, mode: Any, *pieces: Marker | str
) -> tuple[str, str, list[tuple[str, str]]]:
    """Thought, text, and the pieces that were heard."""
    pairs: list[tuple[str, str]] = []
    transcript = Transcript(tokenizer, mode, lambda piece, section: pairs.append((section, piece)))
    for token in tokenizer.encode(pieces):
        transcript.take(token)
    transcript.end()
    for section, whole in transcript.written.items():
        assert "".join(piece for where, piece in pairs if where == section) == whole
    assert not any(tag.token in piece for _, piece in pairs for tag in (THINK, CLOSE, NOTHINK, END))
    return transcript.written["thought"], transcript.written["text"], pairs


@pytest.mark.parametrize(
    ("mode", "pieces", "thought", "text"),
    [
        ("think", ("Left. ", CLOSE, "\n\n[0, 1]", END), "Left.", "[0, 1]"),
        ("think", ("Left of the",), "Left of the", ""),  # cut
        ("think", ("Left.", END), "Left.", ""),
        ("nothink", (" [0, 1] ", END), "", "[0, 1]"),
        ("hybrid", (THINK, " a b ", CLOSE, " c", END), "a b", "c"),
        ("hybrid", (THINK, "a b"), "a b", ""),
        ("hybrid", (NOTHINK, " c ", END), "", "c"),
        ("hybrid", ("c", END), "", "c"),
        ("hybrid", (END,), "", ""),
    ],
)
def test_the_thought_is_taken_out(
    tokenizer: ChatTokenizer, mode: Any, pieces: Any, thought: str, text: str
) -> None:
    assert read(tokenizer, mode, *pieces)[:2] == (thought, text)


@settings(max_examples=100)
@given(thought=st.text(), text=st.text())
def test_pieces_are_the_whole(tokenizer: ChatTokenizer, thought: str, text: str) -> None:
    """Also of characters whose bytes are spread over several tokens."""
    got = read(tokenizer, "hybrid", THINK, thought, CLOSE, text, END)
    assert got[:2] == (thought.strip(), text.strip())


def test_characters_are_heard_whole(tokenizer: ChatTokenizer) -> None:
    assert len(tokenizer.encode(["👋🏽"])) > 2
    _, _, pairs = read(tokenizer, "nothink", "a 👋🏽 é", END)
    assert [piece for _, piece in pairs] == ["a", " 👋", "🏽", " é"]


def test_a_character_that_is_cut_is_shown_as_such(tokenizer: ChatTokenizer) -> None:
    transcript = Transcript(tokenizer, "nothink")
    for token in tokenizer.encode(["ok 👋"])[:-1]:
        transcript.take(token)
    transcript.end()
    assert transcript.written["text"].rstrip("\N{REPLACEMENT CHARACTER}") == "ok "
    assert transcript.written["text"] != "ok "
