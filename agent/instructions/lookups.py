"""Sentences about what is on the page: find, copy, solve, reply; with the makers of their steps.

The patterns are as in `grammar`, and stand before those. Prevents: a sentence that wants judgement
("find the cheapest flight") taken for one that only wants a look.
"""

import re
from collections.abc import Callable

from handeye.agent.instructions.commands import JUDGING
from handeye.agent.instructions.looked import (
    Derived,
    Enter,
    Locate,
    Message,
    Note,
    Through,
    Transcribe,
)
from handeye.agent.instructions.program import Fill, Instruction
from handeye.agent.instructions.words import Words
from handeye.grounding.elements.vocabulary import ORDINALS

Match = re.Match[str]
_INTO = r"(?:into|in|to|inside|on)"
_TYPE = r"(?:type|enter|write|input|put|paste|copy|insert)(?: in)?"
_NOTED = r"(?:it|that|this|the (?:word|text|answer|result|value|number|solution|total)|your answer)"
_KEPT_BY = (
    r"by|from|of|called|named|titled|labell?ed|with(?: the)?(?: name| title| subject)?|about"
    r"|that contains?|containing|sent by|written by"
)
_WAYS = {"tab": "tabs", "section": "sections", "panel": "sections", "accordion": "sections",
         "page": "pages", "result": "pages"}  # fmt: skip

SENTENCES: list[tuple[str, str]] = [
    (
        "through",
        r"(?:switch|change|click|go|look|search|browse|navigate|page|flip)"
        r" (?:between|through|in)(?: all)?(?: of)?(?: the)?"
        r" (?:\w+ )?(?P<over>tabs|pages|results|tree|folders|sections|panels)(?: below| above)?",
    ),
    (
        "through",
        r"(?:expand|open|unfold|look in)(?: all)?(?: of)?(?: the)?"
        r" (?P<over>sections|panels|folders|accordions?)(?: below| above)?",
    ),
    (
        "type_word",
        rf"{_TYPE} (?:the )?(?P<nth>\w+(?: to last)?) word (?:in|of|from) (?P<what>.+) (?:into|in)"
        r" (?P<field>.+)",
    ),
    (
        "word",
        r"(?:find|get|take|copy|read|note) (?:the )?(?P<nth>\w+(?: to last)?) word"
        r" (?:in|of|from) (?P<what>.+)",
    ),
    ("copy", r"copy (?:the )?(?:text|contents?|value) (?:in|of|from|inside) (?P<what>.+)"),
    ("copy", r"copy (?:what (?:is|stands) in|everything in) (?P<what>.+)"),
    ("solve", r"(?:solve|work out|calculate|compute|evaluate) (?:for )?(?P<what>.+)"),
    ("enter", rf"{_TYPE} {_NOTED} (?:into|in|to|inside) (?P<field>.+)"),
    (
        "type_cased",
        rf"{_TYPE} (?P<text>[\U000F0000-\U000FFFFD] in (?:upper|lower)case)"
        r" (?:into|in) (?P<field>.+)",
    ),
    (
        "enter_value",
        rf"{_TYPE} the value (?:of|for|beside|next to) (?P<what>.+?) (?:into|in) (?P<field>.+)",
    ),
    (
        "enter_shown",
        rf"{_TYPE} the (?:text|words?|code|letters|characters) (?:that is )?(?:below|above|shown"
        r"|displayed|on the (?:page|screen)) (?:into|in) (?P<field>.+)",
    ),
    (
        "transcribe",
        rf"(?:{_TYPE}|fill in) (?:the )?values? (?:that (?:corresponds?|belongs?|goes|go)"
        r" (?:with|to)|for|of|beside) (?:each|every|all) (?:labels?|fields?)"
        r"(?: (?:into|in) the (?:form|fields))?",
    ),
    (
        "transcribe",
        r"fill (?:in|out)?(?: ?all)? ?the (?:form|fields?|boxes) (?:with|from|using)"
        r" (?:all )?(?:the )?(?:(?:matching|corresponding|right) )?(?:values?|data|entries)"
        r"(?: (?:from|in|of) (?:the |this )?(?:table|list)| (?:above|below|shown))?",
    ),
    (
        "transcribe",
        rf"{_TYPE} (?:each|every|all(?: the)?|the (?:matching|corresponding|right)) values?"
        r"(?: (?:from|of|in) (?:the |this )?(?:table|list))?"
        r" (?:into|in|to|for) (?:(?:its|their|the|each|every|all)(?: the)?)"
        r"(?: (?:own|matching|corresponding|right))? (?:fields?|labels?|box(?:es)?)"
        r"(?: with the same (?:label|name))?",
    ),
    (
        "reply",
        r"(?:reply|respond)(?: to)?(?: (?:it|them|him|her|that \w+|this \w+|the \w+))?"
        r" with (?:the )?(?:text|message|words?)?:? ?(?P<text>[\U000F0000-\U000FFFFD])",
    ),
    (
        "forward",
        r"(?:forward|send|pass)(?: on)? (?:it|them|that \w+|this \w+|the \w+)(?: on)?"
        r" to (?P<to>.+)",
    ),
    (
        "locate",
        rf"(?:find|locate|look for|look up) (?:the |an? |all )?\w+(?: \w+)? (?:{_KEPT_BY})"
        r" (?P<what>.+?)(?: (?:in|on) (?:the|this|your|my) .+)?",
    ),
    (
        "locate",
        r"(?:find|locate|look for) (?:the )?\w+(?: \w+)? that (?P<what>\w+) (?:wrote|sent)"
        r"(?: you)?(?: (?:in|on) (?:the|this) .+)?",
    ),
    ("locate", r"(?:find|locate|look for) (?P<what>[\U000F0000-\U000FFFFD]|\w+)['’]s \w+"),
    (
        "locate",
        r"(?:find|locate|look for) (?P<what>[A-Z@\U000F0000-\U000FFFFD]\S*) (?:in|on|among)"
        r" (?:the|this|your|my) .+",
    ),
]


def _through(match: Match, _: Words) -> Instruction:
    over = match["over"].lower()
    return Through.model_validate({"over": _WAYS.get(over.rstrip("s"), "tree")})


def _nth(word: str) -> int:
    number = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word.lower())
    return int(number[1]) if number else ORDINALS.get(word.lower(), 0)


def _word(match: Match, words: Words) -> Instruction | None:
    ordinal = _nth(match["nth"])
    if not ordinal:
        return None
    words.noted = True
    return Note(value=Derived(kind="word", phrase=words.phrase(match["what"]), ordinal=ordinal))


def _type_word(match: Match, words: Words) -> Instruction | None:
    ordinal = _nth(match["nth"])
    if not ordinal:
        return None
    value = Derived(kind="word", phrase=words.phrase(match["what"]), ordinal=ordinal)
    return Enter(field=words.phrase(match["field"]), value=value)


def _copy(match: Match, words: Words) -> Instruction:
    words.noted = True
    return Note(value=Derived(kind="text", phrase=words.phrase(match["what"])))


def _solve(match: Match, words: Words) -> Instruction | None:
    kind = r"(?:(?:maths?|mathematical|arithmetic|simple|following) )?"
    sums = rf"(?:the |this )?{kind}(?:problem|sum|equation|expression|exercise|answer|[a-z])"
    if not re.fullmatch(sums + r"(?: below| above)?", match["what"], re.IGNORECASE):
        return None
    words.noted = True
    return Note(value=Derived(kind="solution"))


def _enter(match: Match, words: Words) -> Instruction | None:
    if not words.noted:
        return None
    return Enter(field=words.phrase(match["field"]), value=Derived(kind="noted"))


def _enter_value(match: Match, words: Words) -> Instruction:
    value = Derived(kind="value", phrase=words.phrase(match["what"]))
    return Enter(field=words.phrase(match["field"]), value=value)


def _type_cased(match: Match, words: Words) -> Instruction:
    return Fill(field=words.phrase(match["field"]), text=words.text(match["text"]))


def _enter_shown(match: Match, words: Words) -> Instruction:
    return Enter(field=words.phrase(match["field"]), value=Derived(kind="text"))


def _reply(match: Match, words: Words) -> Instruction:
    return Message(how="reply", text=words.text(match["text"]))


def _forward(match: Match, words: Words) -> Instruction | None:
    if not words.it:
        return None
    return Message(how="forward", to=words.text(match["to"]))


def _locate(match: Match, words: Words) -> Instruction | None:
    if JUDGING.search(match["what"]) or JUDGING.search(match[0]):
        return None
    return Locate(phrase=words.phrase(match["what"]))


MAKERS: dict[str, Callable[[Match, Words], Instruction | None]] = {
    "through": _through,
    "word": _word,
    "type_word": _type_word,
    "copy": _copy,
    "solve": _solve,
    "enter": _enter,
    "enter_value": _enter_value,
    "enter_shown": _enter_shown,
    "type_cased": _type_cased,
    "transcribe": lambda *_: Transcribe(),
    "reply": _reply,
    "forward": _forward,
    "locate": _locate,
}
