"""Text that others wrote, made harmless before it stands in a prompt.

Servers turn a whole prompt into tokens at once, so that `<|im_end|>` or `</think>` on a page would
end a turn; and characters that nobody sees carry words that nobody should obey.
Prevents: a page that speaks to the model with the voice of the system or of the user.
"""

import re
import unicodedata

_MARKUP = re.compile(r"<([|｜/!]{0,2}[A-Za-z_][^<>\n]{0,60})>")
_BRACKETED = re.compile(r"\[(/?[A-Z][A-Z_]{2,30})\]")  # Mistral's tokens: [INST], [/TOOL_CALLS]
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # parts of words in Persian, and of emoji


def inert(text: str, most: int = 200) -> str:
    """One line of at most `most` characters, in which nothing is a token or a delimiter.

    `<word>` becomes `‹word›`, `[WORD]` becomes `(WORD)`; control, format and private characters
    (direction marks, tags, surrogates) become spaces.
    """
    seen = text[: 4 * most]
    if not seen.isprintable():
        seen = "".join(" " if _unseen(character) else character for character in seen)
    line = _BRACKETED.sub(r"(\1)", _MARKUP.sub(r"‹\1›", " ".join(seen.split())))
    return line if len(line) <= most else line[: most - 1] + "…"


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN and character not in _JOINERS
