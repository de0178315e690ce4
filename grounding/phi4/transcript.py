"""Token ids as they are decoded, taken apart into the thought and the answer.

Prevents: tags and halves of characters in what a user sees while the model writes.
"""

from dataclasses import dataclass, field
from typing import Literal

from handeye.grounding.chat.types import Heard
from handeye.grounding.phi4.prompt import Mode
from handeye.grounding.phi4.tokens import NOTHINK, THINK, THOUGHT_END, ChatTokenizer

Section = Literal["thought", "text"]


@dataclass(frozen=True)
class Answer:
    """What the model answered. `thought` and `text` are without tags and without white space
    around them; a thought that is never closed leaves the text empty.

    tokens: how many were generated. finish: "length" when `max_new_tokens` cut the answer. The
    prompt is counted in positions, one for each token and each patch of an image; `cached_tokens`
    of them had been worked through for an earlier prompt.
    """

    thought: str
    text: str
    tokens: int
    seconds: float
    finish: Literal["stop", "length"]
    prompt_tokens: int
    cached_tokens: int


@dataclass
class Transcript:
    """The answer to a prompt of `mode`, so far. `heard` gets every piece when it is whole: put
    together they are `thought` and `text`, both without white space around them.

    A thought that is never closed leaves the text empty.
    """

    tokenizer: ChatTokenizer
    mode: Mode
    heard: Heard | None = None
    written: dict[Section, str] = field(default_factory=lambda: {"thought": "", "text": ""})

    def __post_init__(self) -> None:
        self._section: Section = "thought" if self.mode == "think" else "text"
        self._sections: dict[int, Section] = {
            self.tokenizer.id_of(THINK): "thought",
            self.tokenizer.id_of(THOUGHT_END): "text",
            self.tokenizer.id_of(NOTHINK): "text",
        }
        self._pending: list[int] = []  # of a character that is not whole yet
        self._space = ""  # shown only when something follows

    def take(self, token: int) -> None:
        """The next token."""
        if token in self._sections:
            self.end()
            self._section = self._sections[token]
            return
        self._pending.append(token)
        if not self.tokenizer.decode(self._pending).endswith("\N{REPLACEMENT CHARACTER}"):
            self._write()

    def end(self) -> None:
        """Nothing follows in this section: a character that is not whole is shown as U+FFFD."""
        self._write()
        self._space = ""

    def _write(self) -> None:
        section = self._section
        piece = self._space + self.tokenizer.decode(self._pending)
        self._pending = []
        if not self.written[section]:
            piece = piece.lstrip()
        shown = piece.rstrip()
        self._space = piece[len(shown) :]
        if shown:
            self.written[section] += shown
            if self.heard is not None:
                self.heard(shown, section)
