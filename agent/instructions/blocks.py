"""The words that open blocks ("if", "repeat", "until", "for each"), and how far a block reaches."""

import re

from handeye.agent.instructions.clauses import CORE, Clause, begins_clause, clean
from handeye.agent.instructions.program import Condition, Do, Instruction, WaitFor
from handeye.agent.instructions.split import Sentence
from handeye.agent.instructions.words import NUMBER, number

_I = re.IGNORECASE | re.DOTALL
IF = re.compile(r"(?P<word>if|unless|in case)\b (?P<rest>.+)", _I)
IF_TAIL = re.compile(r"(?P<body>.+?) (?P<word>if|unless) (?P<rest>.+)", _I)
ELSE = re.compile(r"(?:otherwise|else|or else|if not)\b[\s,:]*(?P<rest>.*)", _I)
WHEN = re.compile(r"(?:when|once|as soon as) (?P<rest>.+)", _I)
WAIT_FOR = re.compile(r"wait (?:until|till|for) (?P<rest>.+)", _I)
UNTIL_HEAD = re.compile(r"(?:repeat )?(?P<word>until|while|as long as) (?P<rest>.+)", _I)
UNTIL = re.compile(r"(?:keep |repeat )?(?P<body>.+?),? (?P<word>until|while) (?P<rest>.+)", _I)
_TIMES = rf"(?P<n>{NUMBER}) times|(?P<few>twice|thrice)"
REPEAT_HEAD = re.compile(
    r"(?:(?:repeat|do)(?: (?:this|the following|these|these steps|it|that))? )?"
    rf"(?:{_TIMES})\s*[:,]?\s*(?P<rest>.*)",
    _I,
)
REPEAT = re.compile(rf"(?:repeat |do )?(?P<body>.+?) (?:{_TIMES})", _I)
_THINGS = (
    r"rows?|items?|results?|products?|cards?|entry|entries|lines?|records?|elements?"
    r"|posts?|messages?|comments?"
)
_NOUN = rf"{_THINGS}|\w+s"
EACH = re.compile(
    rf"for (?:each|every|all)(?: of)?(?: the)? (?P<noun>(?:{_NOUN}|\w+))"
    r"(?: (?:in|of|on) (?P<inside>.+?))?"
    r"(?: (?:that |which )?(?:contain(?:s|ing)?|has|have|say(?:s|ing)?|show(?:s|ing)?|with"
    r"|includ(?:es|ing)) (?P<with>.+?))?\s*(?::\s*(?P<rest>.*))?",
    _I,
)
EACH_TAIL = re.compile(
    rf"(?P<body>.+?) (?:(?:in|for|on|of) (?:each|every|all)(?: the)? (?P<noun>{_NOUN})"
    rf"|(?:in|on|of) (?P<most>{NUMBER})(?: of the)? (?P<counted>{_THINGS}))"
    r"(?: (?:in|of) (?P<inside>.+?))?"
    r"(?: (?:that |which )?(?:contain(?:s|ing)?|has|say(?:s|ing)?|with|by|from) (?P<with>.+?))?",
    _I,
)


def cause(made: list[Instruction]) -> int:
    """The place of the last step that can open a dialog; waiting does not."""
    for position in range(len(made) - 1, -1, -1):
        step = made[position]
        if not isinstance(step, WaitFor) and not (
            isinstance(step, Do) and step.action.kind == "wait"
        ):
            return position
    return 0


def with_first(clauses: list[Clause], text: str) -> list[Clause]:
    """The clauses with the first one's text replaced, or without it when nothing is left of it."""
    first = [Clause(text=clean(text), joint="start")] if text.strip(" :,") else []
    return first + clauses[1:]


def is_below(line: Sentence, head: Sentence) -> bool:
    return line.indent > head.indent or (line.item and not head.item)


def until_then(clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    for position, clause in enumerate(clauses[1:], start=1):
        if clause.joint == "then":
            return clauses[:position], clauses[position:]
    return clauses, []


def split_else(clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    for position, clause in enumerate(clauses):
        match = ELSE.fullmatch(clause.text)
        if match is not None:
            return clauses[:position], with_first(clauses[position:], match["rest"])
    return clauses, []


def verb_in(text: str) -> int:
    """Where the first verb begins after the first word; 0 when there is none."""
    starts = [match.start() for match in re.finditer(r"(?<!\ba)(?<!\ban)(?<!\bthe)\s+(?=\S)", text)]
    starts = [text.index(text[at:].lstrip(), at) for at in starts][1:]
    sure = [at for at in starts if CORE.match(text[at:]) and " " in text[at:]]
    maybe = [at for at in starts if begins_clause(text[at:])]
    return sure[0] if sure else maybe[-1] if maybe else 0


def flipped(seen: Condition, word: str) -> Condition:
    """ "while X" repeats until X does not hold."""
    return (
        seen if word.lower() == "until" else seen.model_copy(update={"negated": not seen.negated})
    )


def count_of(match: re.Match[str]) -> int:
    return int(number(match["n"] or match["few"]))
