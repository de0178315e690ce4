"""Telling a model's thought from its text while it comes in, where both are in one stream.

Prevents: a thought that is read as the answer because a server leaves <think> tags in the text.
"""

from collections.abc import Iterator
from typing import Literal

Kind = Literal["thought", "text"]
_OPEN, _CLOSE = "<think>", "</think>"


class ThoughtSplitter:
    """Takes the pieces of one answer. A tag may be cut anywhere between two of them.

    A thought stands at the beginning of an answer; a later <think> is text. Some servers swallow
    the opening tag: at a closing one, all of the text before it turns out to be a thought.
    """

    def __init__(self) -> None:
        self.thought = ""
        self.text = ""
        self._held = ""
        self._thinking = False
        self._answering = False

    def feed(self, piece: str) -> Iterator[tuple[Kind, str]]:
        """What can be told apart by now."""
        self._held += piece
        if self._answering:
            yield from self.end()
            return
        if not self._thinking and not self.text:
            begin = self._held.lstrip()
            if _OPEN.startswith(begin[: len(_OPEN)]):
                if len(begin) < len(_OPEN):
                    return
                self._thinking, self._held = True, begin[len(_OPEN) :]
        before, tag, after = self._held.partition(_CLOSE)
        if tag:
            if not self._thinking:
                self.thought, self.text = self.text, ""
            self._thinking, self._answering, self._held = False, True, ""
            yield from self._say("thought", before)
            yield from self._say("text", after)
        else:
            kept = _overlap(self._held, _CLOSE)
            ready, self._held = (
                self._held[: len(self._held) - kept],
                self._held[len(self._held) - kept :],
            )
            yield from self._say("thought" if self._thinking else "text", ready)

    def end(self) -> Iterator[tuple[Kind, str]]:
        """What was held back."""
        held, self._held = self._held, ""
        yield from self._say("thought" if self._thinking else "text", held)

    def _say(self, kind: Kind, piece: str) -> Iterator[tuple[Kind, str]]:
        if not piece:
            return
        if kind == "thought":
            self.thought += piece
        else:
            self.text += piece
        yield kind, piece


def _overlap(text: str, tag: str) -> int:
    """How much of the end of `text` may be the beginning of `tag`."""
    return max(
        n for n in range(min(len(text), len(tag) - 1) + 1) if tag.startswith(text[len(text) - n :])
    )
