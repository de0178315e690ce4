"""Reads the arguments of a clause: phrases, texts, addresses, keys, numbers.

Prevents: "it" left for the grounder to guess, and "example.com" opened as a label.
"""

import re

from handeye.actions.errors import InstructionError
from handeye.actions.keys import parse_chord
from handeye.agent.instructions.split import Quotes, has_quotes, is_quoted

_PRONOUNS = frozenset(
    ("it", "that", "this", "them", "there", "these", "those", "that one", "one", "him", "her")
)
_SCHEME = re.compile(
    r"(?:https?|file|about|data|javascript|ftp|chrome|view-source|blob):\S+", re.IGNORECASE
)
_HOST = re.compile(
    r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[\w-]+\.)+[a-z]{2,24})(?::\d+)?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"(?:localhost|[\d.]+)(?:[:/?#]|$)", re.IGNORECASE)
_FILE = re.compile(
    r"[^/]+\.(?:txt|pdf|csv|tsv|md|png|jpe?g|gif|svg|zip|gz|tar|py|js|json|xml|html?|docx?|xlsx?"
    r"|pptx?|mp[34]|log|ini|ya?ml|toml)",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"(?<=\w) (?:(?:that is )?(?:shown )?(?:below|above)|on the (?:page|screen))$", re.I
)
_MARK = r"[\U000F0000-\U000FFFFD]"
_CASED = re.compile(rf"(?P<text>{_MARK}|\S+) in (?P<case>upper|lower)case", re.IGNORECASE)
_OF_A_KIND = re.compile(
    rf"(?:the |a |an |your |my )?(?:\w+ )?(?:text|word|number|name|value|password|code|username)"
    rf" (?P<text>{_MARK})",
    re.IGNORECASE,
)
_NUMBERS = {
    "a": 1, "an": 1, "once": 1, "one": 1, "twice": 2, "two": 2, "thrice": 3, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip

NUMBER = r"(?:\d{1,6}(?:\.\d{1,3})?|" + "|".join(_NUMBERS) + r")"

FIX = (
    "Write it as explicit steps (click, type, select, check, press, scroll, wait, read …), with "
    "quotes around texts and names that have commas or “and” in them, "
    "or let a model plan it (--model)."
)


def not_understood(part: str) -> InstructionError:
    shown = part if len(part) <= 200 else part[:199] + "…"
    return InstructionError(f"This part is not understood: “{shown}”.", FIX, part=part)


class Words:
    """The quotes of a task, and what "it" stands for at this point of it."""

    def __init__(self, quotes: Quotes) -> None:
        self.quotes = quotes
        self.it = ""
        self.noted = False

    def phrase(self, piece: str) -> str:
        """A phrase to find on the screen; a pronoun means the phrase before."""
        piece = piece.strip().strip(",").strip()
        if piece.lower() in _PRONOUNS:
            if not self.it:
                raise not_understood(piece)
            return self.it
        found = _POINTING.sub("", self.quotes.phrase(piece))
        if not re.search(r"[^\W_]|[^\s\w\"'.,;:!?]", found):
            raise not_understood(self.quotes.raw(piece) or piece)
        self.it = found
        return found

    def text(self, piece: str) -> str:
        """A text to type, without its quotes; words behind the quotes are not part of it."""
        cased = _CASED.fullmatch(piece.strip())
        if cased is not None:
            text = self.quotes.text(cased["text"])
            return text.upper() if cased["case"].lower() == "upper" else text.lower()
        kind = _OF_A_KIND.fullmatch(piece.strip())
        if kind is not None:
            return self.quotes.text(kind["text"])
        if has_quotes(piece.strip()[:1]) and not is_quoted(piece.strip()):
            raise not_understood(self.quotes.raw(piece.strip()))
        return self.quotes.text(piece.strip())

    def listed(self, piece: str) -> tuple[str, ...]:
        """The members of "a, b and c" as texts."""
        parts = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+", piece.strip())
        texts = tuple(self.text(part) for part in parts if part.strip())
        if not all(text.strip() for text in texts):
            raise not_understood(self.quotes.raw(piece))
        return texts

    def phrases(self, piece: str) -> tuple[str, ...]:
        """The members of "a, b and c" as phrases."""
        parts = re.split(r"\s*,\s*(?:and\s+|or\s+)?|\s+and\s+", piece.strip())
        return tuple(self.phrase(part) for part in parts if part.strip())

    def url(self, piece: str) -> str:
        """The address that a piece stands for, or "" when it is none."""
        text = self.text(re.sub(r"^(?:the )?(?:url|address|website|site|page) ", "", piece.strip()))
        if _SCHEME.fullmatch(text):
            return text
        if not _HOST.fullmatch(text) or _FILE.fullmatch(text):
            return ""
        return ("http://" if _LOCAL.match(text) else "https://") + text

    def keys(self, piece: str) -> tuple[str, ...]:
        """The chord that a piece names, or () when it names none."""
        named = re.sub(r"^the (.+) keys?$|^(.+) keys?$", r"\1\2", piece.strip(), flags=re.I)
        if has_quotes(named):
            named = self.quotes.text(named)
            # A quoted single character is a button, as on a calculator.
            if len(named) == 1:
                return ()
        try:
            return parse_chord(re.sub(r"\s*\+\s*(?=\S)", "+", named))
        except ValueError:
            return ()


def number(word: str) -> float:
    """ "3", "1.5" or "three" as a number."""
    named = _NUMBERS.get(word.lower())
    return float(word) if named is None else float(named)
