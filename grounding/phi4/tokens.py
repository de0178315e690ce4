"""The checkpoint's tokenizer: text to ids in which nothing becomes a special token, and back.

Prevents: a page or a caller that writes `<|im_end|>` or `<think>` and thereby ends a turn or opens
a thought.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tokenizers import AddedToken, Tokenizer

from handeye.actions.errors import BackendError
from handeye.grounding.phi4.checkpoint import TOKENIZER, listed
from handeye.grounding.phi4.config import Phi4Config

THINK, THOUGHT_END, NOTHINK = "<think>", "</think>", "<|dummy_84|>"
NEEDED = ("<|im_start|>", "<|im_sep|>", "<|im_end|>", THINK, THOUGHT_END, NOTHINK)

# What the tokenizers library strips beside a special token: Unicode's White_Space.
SPACE = "[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
FIX = "Use the tokenizer.json that was published with the weights."


class Marker(NamedTuple):
    """A special token in a prompt."""

    token: str


@dataclass(frozen=True)
class ChatTokenizer:
    """`tokenizer` has all added tokens marked as special, and encodes text without them.

    vocab_size: that of the model, which may be larger than the tokenizer's.
    """

    tokenizer: Tokenizer
    vocab_size: int

    @cached_property
    def markers(self) -> dict[str, AddedToken]:
        """The special tokens as they are written."""
        added = self.tokenizer.get_added_tokens_decoder()
        return {token.content: token for token in added.values()}

    @cached_property
    def _ids(self) -> dict[str, int]:
        added = self.tokenizer.get_added_tokens_decoder()
        return {token.content: number for number, token in added.items()}

    def id_of(self, marker: str) -> int:
        """The id of one of the special tokens."""
        return self._ids[marker]

    def split(self, text: str) -> list[Marker | str]:
        """`text` of the template in markers, the longest first, and what lies between them."""
        longest_first = sorted(self.markers, key=len, reverse=True)
        pieces = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
        return [Marker(piece) if piece in self.markers else piece for piece in pieces if piece]

    def encode(self, pieces: Sequence[Marker | str]) -> list[int]:
        """The ids of markers and texts. No text follows another, as tokens may span the two.

        A marker takes the white space beside it where its definition says so (lstrip, rstrip).
        """
        ids: list[int] = []
        for place, piece in enumerate(pieces):
            if isinstance(piece, Marker):
                ids.append(self.id_of(piece.token))
                continue
            before = pieces[place - 1] if place else None
            after = pieces[place + 1] if place + 1 < len(pieces) else None
            if isinstance(before, Marker) and self.markers[before.token].rstrip:
                piece = re.sub(f"^{SPACE}", "", piece)
            if isinstance(after, Marker) and self.markers[after.token].lstrip:
                piece = re.sub(f"{SPACE}$", "", piece)
            text = piece.encode("utf-8", "replace").decode()  # pages hold halves of characters
            ids += self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids` without special tokens; bytes that are no text become U+FFFD."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=True))


def read_tokenizer(folder: Path, config: Phi4Config) -> ChatTokenizer | None:
    """The tokenizer.json of the checkpoint in `folder`, None where there is none.

    Raises BackendError: it is damaged, lacks a token of the chat template, or has ids that the
    model has not.
    """
    path = folder / TOKENIZER
    if not path.is_file():
        return None
    tokenizer = _read(path)
    added = tokenizer.get_added_tokens_decoder()
    missing = set(NEEDED) - {token.content for token in added.values()}
    if missing:
        raise BackendError(f"{path} lacks the special tokens {listed(sorted(missing))}.", FIX)
    highest = max(tokenizer.get_vocab(with_added_tokens=True).values())
    if highest >= config.vocab_size:
        raise BackendError(
            f"{path} has ids up to {highest:,}; the model has {config.vocab_size:,} tokens.", FIX
        )
    return ChatTokenizer(tokenizer, config.vocab_size)


def _read(path: Path) -> Tokenizer:
    """The tokenizer in `path` with every added token marked as special and none of them matched."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        for token in data["added_tokens"]:
            token["special"] = True
        tokenizer = Tokenizer.from_str(json.dumps(data))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackendError(f"{path} is no tokenizer: {error!r}.", FIX) from error
    except Exception as error:
        if type(error) is not Exception:  # what the tokenizers library raises for all that it finds
            raise
        raise BackendError(f"{path} cannot be read: {error}.", FIX) from error
    tokenizer.encode_special_tokens = True
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
