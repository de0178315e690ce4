"""What the user's own words ask for. They grant what a rule would ask about; nothing else does.

Prevents: a page that grants itself what it says, and a question about what was just asked for.
"""

import re
from collections.abc import Iterable

_QUOTED = re.compile(r"'(?:[^'\n]|(?<=\w)'(?=\w))*'|\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’")
_NOT = re.compile(
    r"\b(?:not|don't|dont|don’t|never|without|avoid|nor|stop|before)\s+(?:\w+\s+){0,2}$"
)
_BEFORE = (
    r"(?:^\s*|[,;.:!?\n(]\s*|\b(?:and|then|please|also|now)\s+"
    r"|(?<!how )(?<!whether )(?<!where )\bto\s+)"
)
_AFTER = (
    r"(?:\b|(?<=\}\}))"
    r"(?!['’]|\s+(?:number|numbers|history|status|date|dates|list|confirmation)\b)"
)
_CHOOSE = r"\b(?:click|press|tap|choose|check|tick|select|hit|push|use)\s+(?:on\s+)?(?:the\s+)?"


def commands(task: str, verbs: str) -> str:
    """The word by which the task tells to do one of `verbs` (a regular expression), outside quotes;
    "" where it does not."""
    plain = _QUOTED.sub(" ", task.casefold())
    pattern = re.compile(f"{_BEFORE}(?P<verb>{verbs}){_AFTER}", re.IGNORECASE)
    hits = (hit for hit in pattern.finditer(plain) if not _NOT.search(plain[: hit.start("verb")]))
    return next((hit["verb"] for hit in hits), "")


def names(task: str, shown: Iterable[str]) -> str:
    """What the task names by what stands on it, in quotes or to click it; "" where it does not."""
    words = task.casefold()
    quoted = {_plain(hit.group()[1:-1]): hit.start() for hit in _QUOTED.finditer(words)}
    plain = (_plain(name) for name in shown)
    return next((name for name in plain if name and _named(words, quoted, name)), "")


def _named(task: str, quoted: dict[str, int], name: str) -> bool:
    if name in quoted and not _NOT.search(_outside(task[: quoted[name]])):
        return True
    chosen = re.compile(_CHOOSE + re.escape(name) + r"(?!\w)")
    return any(not _NOT.search(task[: hit.start()]) for hit in chosen.finditer(task))


def _outside(before: str) -> str:
    """What stands before a quote, without the verb that goes with it: “do not click 'Buy'”."""
    return re.sub(r"\b(?:on|the)\s*$", "", before)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
