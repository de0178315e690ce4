"""Other words for what the grammar has one word for; applied to a sentence before it is split.

Each rule is about English, not about a page: "close it by clicking the x" says to click the x.
Quoted texts are single marks here.
"""

import re

from handeye.agent.instructions.clauses import CORE
from handeye.agent.instructions.commands import COMMAND_HEAD, JUDGING

_I = re.IGNORECASE
_Q = "[\U000f0000-\U000ffffd]"
_PRESS = r"(?:click|press|tap|hit|push)"
_SENDING = r"(?:submit|save|send|ok|okay|done|confirm|apply|continue|next|search|cancel|close)"
_MAIL = r"(?:e-?mail|message|mail|post|note|letter)s?"
_FROM = r"(?:from|by|of|sent by|written by)"
_NAME = rf"(?:{_Q}|[A-Z@][\w@.'-]*(?: [A-Z][\w.'-]*)*?)"
_PURPOSE = r"(?:it|them|that \w+|this \w+|the \w+)(?: as \w+| from \w+(?: \w+)?)?"
_POST = r"(?:user|account|person|contact|row|item|entry|product|post|e-?mail|message|order)"

_STEP = rf"(?:{CORE.pattern}|{COMMAND_HEAD})"
_LOW = r"(?:lowest|smallest|least)"
_HIGH = r"(?:highest|largest|greatest|biggest)"
_FORWARD = r"(?:[Ff]orward|[Ss]end|[Pp]ass)(?: on)?"
_PUT_AWAY = r"(?:[Dd]elete|[Rr]emove|[Aa]rchive|[Ss]tar|[Ff]lag)"
_ANSWER = r"(?:[Rr]eply to|[Rr]espond to|[Aa]nswer)"
_GIVEN = r"with (?:the (?:text|words?|message) )?"
_STARTING = r"(?:starting|beginning) with"
_AT = (
    r"(?: number| one)?(?: (?:at|on|from) (?:the )?\w+(?: of (?:the )?\w+)?)?"
    r"(?=\s*$|[,.;!]| and | then )"
)

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, replacement, flags in (
        # Means and ends: only the means is a step.
        (
            rf"^(?={_STEP})(?![^,]*?{JUDGING.pattern}[^,]* by {_PRESS}\w?ing)[^,]+?"
            rf" by ({_PRESS})[pt]?ing"
            r"(?: on)? ",
            r"\1 ",
            _I,
        ),
        (rf"\b({_PRESS}(?: on)? [^,]+?) to \w+ {_PURPOSE}(?=$|[,.;]| and | then )", r"\1", _I),
        # "…, to find and click X": the looking is one step, the click another.
        (
            r"(?<=\w),? (?:to|until you|and try to|in order to) find (?:and|then) ",
            ", find and ",
            _I,
        ),
        (r"\bwhen(?: you are| you're)? (?:done|finished|ready)\b", "", _I),
        # Run on: "… to the end press save".
        (
            rf"(?<=[a-z])(?<! and)(?<! then)(?<! to)(?<! or) ({_PRESS}) ({_SENDING})(?=[.!]?$)",
            r", \1 \2",
            _I,
        ),
        # "In order, the smallest first".
        (rf"\bin order, (?:the )?{_LOW} (?:one )?(?:first|at the top)", "in ascending order", _I),
        (rf"\bin order, (?:the )?{_HIGH} (?:one )?(?:first|at the top)", "in descending order", _I),
        # The first of an order says nothing new, where it is the first of that order.
        (rf"((?:ascending|increasing) order), {_STARTING} the (?:lowest|smallest){_AT}", r"\1", _I),
        (
            rf"((?:descending|decreasing) order), {_STARTING}"
            rf" the (?:highest|largest|greatest){_AT}",
            r"\1",
            _I,
        ),
        # Who and what, in any order.
        (
            rf"^(?:please )?(?:forward|send|pass(?: on)?)(?: on)? to ({_NAME}) the ({_MAIL})"
            rf" (?:that )?(?:you (?:got|received|have) )?{_FROM} ({_NAME})\b[\s,]*$",
            r"find the \2 by \3, forward it to \1",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?(?:[Gg]ive|[Ss]end|[Ff]orward|[Pp]ass)(?: on)? ({_NAME})"
            rf" the ({_MAIL}) (?:that )?(?:you (?:got|received|have) )?{_FROM} ({_NAME})\b[\s,]*$",
            r"find the \2 by \3, forward it to \1",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?(?:[Gg]ive|[Ss]end|[Ff]orward|[Pp]ass)(?: on)?(?: to)? ({_NAME})"
            rf" the ({_MAIL}) (?:that )?({_NAME}) (?:sent|wrote|gave)(?: to)?(?: you| me)?[\s,]*$",
            r"find the \2 by \3, forward it to \1",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?{_FORWARD} (?:the )?({_MAIL}) {_FROM} ({_NAME})"
            rf" (?:on )?to ({_NAME})[\s,]*$",
            r"find the \1 by \2, forward it to \3",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?{_FORWARD} ({_NAME})['’]s ({_MAIL}) (?:on )?to ({_NAME})[\s,]*$",
            r"find the \2 by \1, forward it to \3",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?{_ANSWER} (?:the )?({_MAIL}) {_FROM} ({_NAME}) {_GIVEN}({_Q})$",
            r"find the \1 by \2, reply to it with \3",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?{_ANSWER} ({_NAME})['’]s ({_MAIL}) {_GIVEN}({_Q})$",
            r"find the \2 by \1, reply to it with \3",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?({_PUT_AWAY}) (?:all|every|each)(?: of)?(?: the)? {_MAIL}"
            rf" {_FROM} ({_NAME})[\s,]*$",
            r"\1 it on all messages by \2",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?({_PUT_AWAY}) (?:the )?({_MAIL}) {_FROM} ({_NAME})[\s,]*$",
            r"find the \2 by \3, \1 it",
            0,
        ),
        (
            rf"^(?:[Pp]lease )?({_PUT_AWAY}) ({_NAME})['’]s"
            rf" ({_MAIL})[\s,]*$",
            r"find the \3 by \2, \1 it",
            0,
        ),
        # "For the user X, click B": first the thing, then what to do with it.
        (rf"^(?:for|on|at|under) (?:the )?({_POST}) ([^,]+), ", r"find the \1 called \2, ", _I),
        (
            rf"^((?i:{_PRESS})(?: on)? [^,]+?) (?:for|under|beside) (?:the )?({_POST})"
            r" ([@A-Z\U000F0000-\U000FFFFD][^\s,]*)$",
            r"find the \2 called \3, \1",
            0,
        ),
        (
            r"\b(?:will|would|could|can) you (?:please )?(?=find|click|select|look|enter)",
            "",
            _I,
        ),
        # Capitals asked for.
        (
            r"\b(in|using) (?:all )?(upper|lower)[ -]?case(?: letters| characters)?\b",
            r"in \2case",
            _I,
        ),
        (
            r"\b(in|using) (?:all )?(?:capitals|(?:capital|block) letters|caps)\b",
            "in uppercase",
            _I,
        ),
        (r"\b(in|using) (?:all )?small letters\b", "in lowercase", _I),
    )
)


def paraphrased(sentence: str) -> str:
    """The sentence in the words of the grammar."""
    for pattern, replacement in _RULES:
        sentence = pattern.sub(replacement, sentence)
    return sentence.strip()
