"""From a text to sentences and pieces; what is in quotes is set aside first and never split.

Prevents: a comma or an "and" inside a quoted text read as the end of a step.
"""

import re
from typing import Literal

from handeye.actions import Value

Joint = Literal["start", "then", "comma", "and"]

_FIRST_MARK = 0xF0000
_OPEN = r"(?<![^\s(\[,;:=/])"
_CLOSE = r"(?![^\s.,;:!?)\]])"
_TYPED = "(?:(?<=[Tt]ype )|(?<=[Ee]nter )|(?<=[Ww]rite ))"
"""Behind these words a text may begin with a space."""
_QUOTED = re.compile(
    rf"""{_OPEN}"[^"]*"|“[^”]*”|{_OPEN}‘.*?’{_CLOSE}|«[^»]*»|`[^`]*`"""
    rf"""|{_OPEN}'(?=\S).*?'{_CLOSE}|{_TYPED}'.*?'{_CLOSE}|[\U000F0000-\U000FFFFD]""",
    re.DOTALL,
)
_MARK = r"[\U000F0000-\U000FFFFD]"
_SENTENCE = re.compile(
    rf"\s*;\s*|(?<=[.!?])\s+(?=[A-Z“\"•-]|{_MARK}|\d+[.)]\s)|(?<=[,])\s+(?=\d+[.)]\s)"
)
_ITEM = re.compile(r"(?:[-*•–]|\(?\d{1,3}[.)]|\(?[a-z]\)|step \d+\s*[:.)-])\s+", re.IGNORECASE)
_JOINTS = re.compile(
    r"(?P<then>[\s,]+(?:and\s+)?(?:then|after that|afterwards)\b[\s,]*)"
    r"|(?P<stop>(?<=\w)[.!?]\s+(?=[a-z]))|(?P<and>[\s,]+and\s+)|(?P<comma>\s*,\s+|\s+(?=otherwise\b))",
    re.IGNORECASE,
)


class Quotes:
    """Texts in quotes, each replaced by one private character.

    `masked` is the text with the marks. A mark stands for the quotes and what is between them.
    """

    def __init__(self, text: str) -> None:
        self._kept: list[str] = []
        self.masked = _QUOTED.sub(self._keep, text)

    def _keep(self, match: re.Match[str]) -> str:
        self._kept.append(match[0])
        return chr(_FIRST_MARK + len(self._kept) - 1)

    def raw(self, piece: str) -> str:
        """The piece as it was written."""
        return re.sub(_MARK, lambda match: self._at(match[0]), piece)

    def text(self, piece: str) -> str:
        """The piece as a text to type: without its quotes when it is one quoted text."""
        whole = self._at(piece) if re.fullmatch(_MARK, piece) else ""
        return whole[1:-1] if len(whole) > 1 else self.raw(piece)

    def phrase(self, piece: str) -> str:
        """The piece as a phrase to find: every kind of quote becomes a straight double quote."""
        return re.sub(_MARK, lambda match: self._straight(self._at(match[0])), piece).strip()

    def _at(self, mark: str) -> str:
        return self._kept[ord(mark) - _FIRST_MARK]

    @staticmethod
    def _straight(kept: str) -> str:
        return f'"{kept[1:-1]}"' if len(kept) > 1 and '"' not in kept[1:-1] else kept


class Sentence(Value):
    """`indent` and `item` (a line with a bullet or number) say what stands below what."""

    text: str
    indent: int = 0
    item: bool = False


class Piece(Value):
    """What stands between two joints, and the joint before it; `glue` is the joint as written."""

    text: str
    joint: Joint
    glue: str = ""


def sentences(masked: str) -> list[Sentence]:
    """The sentences, lines and list items of a text, without numbers and bullets."""
    found = []
    for line in masked.splitlines():
        indent = len(line) - len(line.lstrip())
        start = _ITEM.match(line.strip())
        rest = line.strip()[start.end() :] if start else line.strip()
        for part in _SENTENCE.split(rest):
            text = _ITEM.sub("", part.strip()) if _ITEM.match(part.strip()) else part
            if text.strip(" .,!?-*•"):
                found.append(
                    Sentence(
                        text=re.sub(r"\s+", " ", text.strip()),
                        indent=indent,
                        item=start is not None,
                    )
                )
    return found


def pieces(sentence: str) -> list[Piece]:
    """The sentence cut at every "then", "and" and comma that is not in quotes."""
    found: list[Piece] = []
    joint: Joint = "start"
    glue, start = "", 0
    for match in _JOINTS.finditer(sentence):
        _add(found, sentence[start : match.start()], joint, glue)
        joint = "then" if match["then"] or match["stop"] else "and" if match["and"] else "comma"
        glue, start = match[0], match.end()
    _add(found, sentence[start:].rstrip().rstrip(".!?,"), joint, glue)
    return found


def _add(found: list[Piece], text: str, joint: Joint, glue: str) -> None:
    if text.strip():
        found.append(Piece(text=text.strip(), joint=joint, glue=glue))


def is_quoted(piece: str) -> bool:
    """Whether the piece is one quoted text."""
    return re.fullmatch(_MARK, piece) is not None


def has_quotes(piece: str) -> bool:
    return re.search(_MARK, piece) is not None
