"""Tokenizer files that cannot be used."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

for needed in ("torch", "tokenizers"):
    pytest.importorskip(needed)

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.config import read_config
from handeye.grounding.phi4.tokens import read_tokenizer

Damage = Callable[[dict[str, Any]], None]


def broken(folder: Path, text: str, vocab_size: int = 512) -> str:
    config = read_config(folder).model_copy(update={"vocab_size": vocab_size})
    place = folder / "tokens"
    place.mkdir(exist_ok=True)
    (place / "tokenizer.json").write_text(text)
    with pytest.raises(BackendError) as raised:
        read_tokenizer(place, config)
    assert "published" in raised.value.fix
    return raised.value.message


@pytest.mark.parametrize("text", ["", "<html>", "[]", "{}", '{"added_tokens": 5}', '{"added_tokens": []}'])  # fmt: skip
def test_no_tokenizer(chat_checkpoint: Path, text: str) -> None:
    assert "tokenizer.json" in broken(chat_checkpoint, text)


def test_a_damaged_tokenizer(chat_checkpoint: Path) -> None:
    whole = (chat_checkpoint / "tokenizer.json").read_text()
    assert "is no tokenizer" in broken(chat_checkpoint, whole[: len(whole) // 2])
    data = json.loads(whole)
    data["model"]["merges"].append(["not in", "the vocabulary"])
    assert "cannot be read" in broken(chat_checkpoint, json.dumps(data))


def test_a_tokenizer_of_another_model(chat_checkpoint: Path) -> None:
    whole = (chat_checkpoint / "tokenizer.json").read_text()
    assert "has 300 tokens" in broken(chat_checkpoint, whole, vocab_size=300)
    data = json.loads(whole)
    data["added_tokens"] = [each for each in data["added_tokens"] if "im_" not in each["content"]]
    said = broken(chat_checkpoint, json.dumps(data))
    assert "lacks the special tokens <|im_end|>, <|im_sep|>, <|im_start|>" in said


def test_a_checkpoint_without_one(checkpoint: Path) -> None:
    assert read_tokenizer(checkpoint, read_config(checkpoint)) is None
