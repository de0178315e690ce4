"""Compiles a task in plain English to a program, or says which part it does not understand.

How far a block reaches: "if", "repeat", "until" and "for each" take the rest of their sentence;
an "if" in the middle of a sentence ends at the next "then". A head that ends with a colon takes
the list below it.
"""

import re

from handeye.actions import Dialog
from handeye.actions.errors import InstructionError
from handeye.agent.instructions.clauses import CORE, Clause, assemble, begins_clause, clean
from handeye.agent.instructions.conditions import condition
from handeye.agent.instructions.program import (
    AnswerDialog,
    Condition,
    Do,
    ForEach,
    If,
    Instruction,
    Program,
    Repeat,
    ScrollTo,
    Until,
    WaitFor,
)
from handeye.agent.instructions.split import Quotes, Sentence, pieces, sentences
from handeye.agent.instructions.verbs import instruction
from handeye.agent.instructions.words import FIX, NUMBER, Words, not_understood, number

MAX_LENGTH = 10_000
_NEST = 8

_I = re.IGNORECASE | re.DOTALL
_IF = re.compile(r"(?P<word>if|unless|in case)\b (?P<rest>.+)", _I)
_IF_TAIL = re.compile(r"(?P<body>.+?) (?P<word>if|unless) (?P<rest>.+)", _I)
_ELSE = re.compile(r"(?:otherwise|else|or else|if not)\b[\s,:]*(?P<rest>.*)", _I)
_WHEN = re.compile(r"(?:when|once|as soon as) (?P<rest>.+)", _I)
_WAIT_FOR = re.compile(r"wait (?:until|till|for) (?P<rest>.+)", _I)
_UNTIL_HEAD = re.compile(r"(?:repeat )?(?P<word>until|while|as long as) (?P<rest>.+)", _I)
_UNTIL = re.compile(r"(?:keep |repeat )?(?P<body>.+?),? (?P<word>until|while) (?P<rest>.+)", _I)
_TIMES = rf"(?P<n>{NUMBER}) times|(?P<few>twice|thrice)"
_REPEAT_HEAD = re.compile(
    r"(?:(?:repeat|do)(?: (?:this|the following|these|these steps|it|that))? )?"
    rf"(?:{_TIMES})\s*[:,]?\s*(?P<rest>.*)",
    _I,
)
_REPEAT = re.compile(rf"(?:repeat |do )?(?P<body>.+?) (?:{_TIMES})", _I)
_NOUN = r"rows?|items?|results?|products?|cards?|entry|entries|lines?|records?|elements?|\w+s"
_EACH = re.compile(
    rf"for (?:each|every|all)(?: of)?(?: the)? (?P<noun>(?:{_NOUN}|\w+))"
    r"(?: (?:in|of|on) (?P<inside>.+?))?"
    r"(?: (?:that |which )?(?:contain(?:s|ing)?|has|have|say(?:s|ing)?|show(?:s|ing)?|with"
    r"|includ(?:es|ing)) (?P<with>.+?))?\s*(?::\s*(?P<rest>.*))?",
    _I,
)
_EACH_TAIL = re.compile(
    rf"(?P<body>.+?) (?:in|for|on|of) (?:each|every) (?P<noun>{_NOUN})(?: (?:in|of) (?P<inside>.+?))?"
    r"(?: (?:that |which )?(?:contain(?:s|ing)?|has|say(?:s|ing)?|with) (?P<with>.+?))?",
    _I,
)


def compile_task(text: str) -> Program:
    """Raises InstructionError for an empty or too long text, and for what is not understood."""
    if not text.strip():
        raise InstructionError("The instruction is empty.", "Say what to do, step by step.")
    if len(text) > MAX_LENGTH or len(text.encode(errors="replace")) > 2 * MAX_LENGTH:
        raise InstructionError(
            f"The instruction has {len(text):,} characters; at most {MAX_LENGTH:,} are read.",
            "Give the steps in several runs.",
        )
    quotes = Quotes(text)
    compiler = _Compiler(Words(quotes))
    program = compiler.block(sentences(quotes.masked), 0)
    if not program:
        raise InstructionError("The instruction names nothing to do.", FIX, part=text.strip()[:200])
    return program


class _Compiler:
    def __init__(self, words: Words) -> None:
        self.words = words

    def block(self, lines: list[Sentence], depth: int) -> Program:
        """The program of sentences that stand at one level."""
        made: list[Instruction] = []
        at = 0
        while at < len(lines):
            line = lines[at]
            at += 1
            below: list[Sentence] = []
            if line.text.rstrip().endswith(":"):
                while at < len(lines) and _is_below(lines[at], line):
                    below.append(lines[at])
                    at += 1
            clauses = assemble(pieces(line.text))
            otherwise = _ELSE.fullmatch(clauses[0].text) if clauses else None
            if otherwise and made and isinstance(made[-1], If):
                clauses = _with_first(clauses, otherwise["rest"])
                body = self._body(clauses, below, depth)
                made[-1] = made[-1].model_copy(update={"otherwise": body})
                continue
            made += self.sequence(clauses, below, depth)
        return tuple(made)

    def sequence(self, clauses: list[Clause], below: list[Sentence], depth: int) -> Program:
        """The program of one sentence. Dialogs are armed before the step that opens them."""
        if depth > _NEST:
            raise not_understood(self.words.quotes.raw(clauses[0].text if clauses else ""))
        made: list[Instruction] = []
        while clauses:
            clause, rest = clauses[0], clauses[1:]
            block, clauses = self._head(clause, rest, below, depth, first=not made)
            steps = block if block is not None else self._simple(clause.text, depth)
            if block is None:
                clauses = rest
            for step in steps:
                if isinstance(step, AnswerDialog):
                    arm = Do(source=step.source, action=Dialog(accept=step.accept, text=step.text))
                    made.insert(_cause(made), arm)
                made.append(step)
        return tuple(made)

    def _head(
        self, clause: Clause, rest: list[Clause], below: list[Sentence], depth: int, *, first: bool
    ) -> tuple[Program | None, list[Clause]]:
        """The block that a clause opens and the clauses after it; None when it opens none."""
        text, raw = clause.text, self.words.quotes.raw
        if match := _WHEN.fullmatch(text):
            wait, rest = self._condition(match["rest"], rest)
            return (WaitFor(source=raw(text), condition=wait),), rest
        if match := _IF.fullmatch(text):
            seen, body = self._condition(match["rest"], rest, bool(below))
            if match["word"].lower() == "unless":
                seen = seen.model_copy(update={"negated": not seen.negated})
            mine, after = (body, []) if first else _until_then(body)
            then, other = _split_else(mine)
            made = If(
                source=raw(text),
                condition=seen,
                then=self._body(then, below, depth),
                otherwise=self._body(other, [], depth) if other else (),
            )
            return (made,), after
        if (match := _UNTIL_HEAD.fullmatch(text)) and (rest or below or ":" in text or first):
            seen, body = self._condition(match["rest"], rest, bool(below))
            seen = _flip(seen, match["word"])
            inner = self._body(body, below, depth)
            return (Until(source=raw(text), condition=seen, body=inner),), []
        if match := _REPEAT_HEAD.fullmatch(text):
            inner = self._body(_with_first([clause, *rest], match["rest"]), below, depth)
            return (Repeat(source=raw(text), count=_count(match), body=inner),), []
        if match := self._each(text):
            return (self._for_each(text, match, rest, below, depth),), []
        return None, rest

    def _for_each(
        self, text: str, match: re.Match[str], rest: list[Clause], below: list[Sentence], depth: int
    ) -> ForEach:
        head = match.groupdict()
        self.words.it = "first link"
        inside = self.words.quotes.phrase(head["inside"] or "").rstrip(":")
        body = _with_first([Clause(text=text, joint="start"), *rest], head.get("rest") or "")
        return ForEach(
            source=self.words.quotes.raw(text),
            noun=head["noun"].lower(),
            inside="" if re.fullmatch(r"(?:the |this )?(?:page|screen)", inside) else inside,
            containing=self.words.text(head["with"] or "").rstrip(":"),
            body=self._body(body, below, depth),
        )

    def _each(self, text: str) -> re.Match[str] | None:
        """The head "for each row …"; without a comma its body begins at the first verb."""
        if not re.match(r"for (?:each|every|all)\b", text, re.IGNORECASE):
            return None
        at = _verb_in(text)
        if at and ":" not in text:
            text = f"{text[:at].rstrip()}: {text[at:]}"
        return _EACH.fullmatch(text)

    def _condition(
        self, text: str, rest: list[Clause], below: bool = False
    ) -> tuple[Condition, list[Clause]]:
        """The condition and what follows it, where no comma stands between them as well."""
        stated, colon, action = text.partition(": ")
        if colon:
            return condition(stated, self.words), [Clause(text=clean(action), joint="start"), *rest]
        at = _verb_in(text)
        if (rest or below) and not re.search(r"\b(?:it|them)$", text):
            at = 0
        if at:
            seen = condition(text[:at], self.words)
            return seen, [Clause(text=clean(text[at:]), joint="start"), *rest]
        return condition(text, self.words), rest

    def _body(self, clauses: list[Clause], below: list[Sentence], depth: int) -> Program:
        body = self.sequence(clauses, [], depth + 1) + self.block(below, depth + 1)
        if not body:
            raise not_understood("a condition or repetition without anything to do")
        return body

    def _simple(self, text: str, depth: int) -> Program:
        """One clause: an instruction, or one that says at its end how often."""
        raw = self.words.quotes.raw(text)
        if (match := _EACH_TAIL.fullmatch(text)) and begins_clause(match["body"]):
            body = [Clause(text=text, joint="start"), Clause(text=match["body"], joint="start")]
            return (self._for_each(text, match, body[1:], [], depth),)
        if match := _REPEAT.fullmatch(text):
            inner = self.sequence([Clause(text=match["body"], joint="start")], [], depth + 1)
            return (Repeat(source=raw, count=_count(match), body=inner),)
        if (match := _IF_TAIL.fullmatch(text)) and begins_clause(match["body"]):
            return (self._if_tail(raw, match, depth),)
        if match := _WAIT_FOR.fullmatch(text):
            waited = self._waited(match["rest"])
            if waited is not None:
                return (WaitFor(source=raw, condition=waited),)
        if (match := _UNTIL.fullmatch(text)) and not text.lower().startswith("wait"):
            return (self._until(raw, match, depth),)
        made = instruction(text, self.words)
        return (made.model_copy(update={"source": raw}),)

    def _if_tail(self, raw: str, match: re.Match[str], depth: int) -> If:
        """ "close the popup if there is one": the body comes first, so that "one" is known."""
        body = self.sequence([Clause(text=match["body"], joint="start")], [], depth + 1)
        seen = condition(match["rest"], self.words)
        if match["word"].lower() == "unless":
            seen = seen.model_copy(update={"negated": not seen.negated})
        return If(source=raw, condition=seen, then=body)

    def _until(self, raw: str, match: re.Match[str], depth: int) -> Instruction:
        seen = _flip(condition(match["rest"], self.words), match["word"])
        if re.fullmatch(r"scroll(?: down| up)?", match["body"], _I) and not seen.negated:
            return ScrollTo(source=raw, phrase=seen.phrase)
        body = self.sequence([Clause(text=clean(match["body"]), joint="start")], [], depth + 1)
        return Until(source=raw, condition=seen, body=body)

    def _waited(self, text: str) -> Condition | None:
        """What to wait for; None when the words mean a time or a quiet page."""
        try:
            return condition(text, self.words)
        except InstructionError:
            unit = rf"(?:about )?{NUMBER} ?(?:m?s\b|m?secs?\b|milli|seconds?|min|minutes?).*"
            page = r"(?:the |this )?(?:page|screen|site|everything|it)(?: to .+| .*load.*| is .+)?"
            if re.fullmatch(rf"{unit}|{page}", text, _I):
                return None
            what = re.sub(
                r" to (?:appear|load|be (?:visible|shown|there|present)|show up)$", "", text
            )
            gone = re.sub(r" to (?:disappear|go away|be gone|vanish|close)$", "", what)
            return Condition(phrase=self.words.phrase(gone), negated=gone != what)


def _cause(made: list[Instruction]) -> int:
    """The place of the last step that can open a dialog; waiting does not."""
    for position in range(len(made) - 1, -1, -1):
        step = made[position]
        if not isinstance(step, WaitFor) and not (
            isinstance(step, Do) and step.action.kind == "wait"
        ):
            return position
    return 0


def _with_first(clauses: list[Clause], text: str) -> list[Clause]:
    """The clauses with the first one's text replaced, or without it when nothing is left of it."""
    first = [Clause(text=clean(text), joint="start")] if text.strip(" :,") else []
    return first + clauses[1:]


def _is_below(line: Sentence, head: Sentence) -> bool:
    return line.indent > head.indent or (line.item and not head.item)


def _until_then(clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    for position, clause in enumerate(clauses[1:], start=1):
        if clause.joint == "then":
            return clauses[:position], clauses[position:]
    return clauses, []


def _split_else(clauses: list[Clause]) -> tuple[list[Clause], list[Clause]]:
    for position, clause in enumerate(clauses):
        match = _ELSE.fullmatch(clause.text)
        if match is not None:
            return clauses[:position], _with_first(clauses[position:], match["rest"])
    return clauses, []


def _verb_in(text: str) -> int:
    """Where the first verb begins after the first word; 0 when there is none."""
    starts = [match.start() for match in re.finditer(r"(?<!\ba)(?<!\ban)(?<!\bthe)\s+(?=\S)", text)]
    starts = [text.index(text[at:].lstrip(), at) for at in starts][1:]
    sure = [at for at in starts if CORE.match(text[at:]) and " " in text[at:]]
    maybe = [at for at in starts if begins_clause(text[at:])]
    return sure[0] if sure else maybe[-1] if maybe else 0


def _flip(seen: Condition, word: str) -> Condition:
    """ "while X" repeats until X does not hold."""
    return (
        seen if word.lower() == "until" else seen.model_copy(update={"negated": not seen.negated})
    )


def _count(match: re.Match[str]) -> int:
    return int(number(match["n"] or match["few"]))
