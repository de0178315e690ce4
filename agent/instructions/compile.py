"""Compiles a task in plain English to a program, or says which part it does not understand.

How far a block reaches: "if", "repeat", "until" and "for each" take the rest of their sentence;
an "if" in the middle of a sentence ends at the next "then". A head that ends with a colon takes
the list below it.
"""

import re

from handeye.actions import Dialog
from handeye.actions.errors import InstructionError
from handeye.agent.instructions.blocks import (
    EACH,
    EACH_TAIL,
    ELSE,
    IF,
    IF_TAIL,
    REPEAT,
    REPEAT_HEAD,
    UNTIL,
    UNTIL_HEAD,
    WAIT_FOR,
    WHEN,
    cause,
    count_of,
    flipped,
    is_below,
    split_else,
    until_then,
    verb_in,
    with_first,
)
from handeye.agent.instructions.clauses import Clause, assemble, begins_clause, clean
from handeye.agent.instructions.conditions import condition
from handeye.agent.instructions.paraphrase import paraphrased
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


def compile_task(text: str) -> Program:
    """Raises InstructionError for an empty or too long text, and for what is not understood."""
    if not text.strip():
        raise InstructionError("The instruction is empty.", "Say what to do, step by step.")
    if len(text) > MAX_LENGTH:
        raise InstructionError(
            f"The instruction has {len(text):,} characters; at most {MAX_LENGTH:,} are read.",
            "Give the steps in several runs.",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InstructionError(
            f"The instruction has no valid character at place {error.start + 1}.",
            "Read it from its file as UTF-8.",
        ) from error
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
                while at < len(lines) and is_below(lines[at], line):
                    below.append(lines[at])
                    at += 1
            clauses = assemble(pieces(paraphrased(line.text)))
            otherwise = ELSE.fullmatch(clauses[0].text) if clauses else None
            if otherwise and made and isinstance(made[-1], If):
                clauses = with_first(clauses, otherwise["rest"])
                body = self._body(line.text, clauses, below, depth)
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
                    made.insert(cause(made), arm)
                made.append(step)
        return tuple(made)

    def _head(
        self, clause: Clause, rest: list[Clause], below: list[Sentence], depth: int, *, first: bool
    ) -> tuple[Program | None, list[Clause]]:
        """The block that a clause opens and the clauses after it; None when it opens none."""
        text, raw = clause.text, self.words.quotes.raw
        if match := WHEN.fullmatch(text):
            wait, rest = self._condition(match["rest"], rest)
            return (WaitFor(source=raw(text), condition=wait),), rest
        if match := IF.fullmatch(text):
            seen, body = self._condition(match["rest"], rest, bool(below))
            if match["word"].lower() == "unless":
                seen = seen.model_copy(update={"negated": not seen.negated})
            mine, after = (body, []) if first else until_then(body)
            then, other = split_else(mine)
            made = If(
                source=raw(text),
                condition=seen,
                then=self._body(text, then, below, depth),
                otherwise=self._body(text, other, [], depth) if other else (),
            )
            return (made,), after
        if (match := UNTIL_HEAD.fullmatch(text)) and (rest or below or ":" in text or first):
            seen, body = self._condition(match["rest"], rest, bool(below))
            seen = flipped(seen, match["word"])
            inner = self._body(text, body, below, depth)
            return (Until(source=raw(text), condition=seen, body=inner),), []
        if match := REPEAT_HEAD.fullmatch(text):
            inner = self._body(text, with_first([clause, *rest], match["rest"]), below, depth)
            return (Repeat(source=raw(text), count=count_of(match), body=inner),), []
        if match := self._each(text):
            return (self._for_each(text, match, rest, below, depth),), []
        return None, rest

    def _for_each(
        self, text: str, match: re.Match[str], rest: list[Clause], below: list[Sentence], depth: int
    ) -> ForEach:
        head = match.groupdict()
        self.words.it = "first link"
        inside = self.words.quotes.phrase(head["inside"] or "").rstrip(":")
        body = with_first([Clause(text=text, joint="start"), *rest], head.get("rest") or "")
        return ForEach(
            source=self.words.quotes.raw(text),
            noun=(head["noun"] or head["counted"]).lower(),
            inside="" if re.fullmatch(r"(?:the |this )?(?:page|screen)", inside) else inside,
            containing=self.words.text(head["with"] or "").rstrip(":"),
            most=int(number(head["most"])) if head.get("most") else 0,
            body=self._body(text, body, below, depth),
        )

    def _each(self, text: str) -> re.Match[str] | None:
        """The head "for each row …"; without a comma its body begins at the first verb."""
        if not re.match(r"for (?:each|every|all)\b", text, re.IGNORECASE):
            return None
        at = verb_in(text)
        if at and ":" not in text:
            text = f"{text[:at].rstrip()}: {text[at:]}"
        return EACH.fullmatch(text)

    def _condition(
        self, text: str, rest: list[Clause], below: bool = False
    ) -> tuple[Condition, list[Clause]]:
        """The condition and what follows it, where no comma stands between them as well."""
        stated, colon, action = text.partition(": ")
        if colon:
            return condition(stated, self.words), [Clause(text=clean(action), joint="start"), *rest]
        at = verb_in(text)
        if (rest or below) and not re.search(r"\b(?:it|them)$", text):
            at = 0
        if at:
            seen = condition(text[:at], self.words)
            return seen, [Clause(text=clean(text[at:]), joint="start"), *rest]
        return condition(text, self.words), rest

    def _body(self, head: str, clauses: list[Clause], below: list[Sentence], depth: int) -> Program:
        """What a head is about. Raises InstructionError when nothing follows it."""
        body = self.sequence(clauses, [], depth + 1) + self.block(below, depth + 1)
        if not body:
            raise not_understood(self.words.quotes.raw(head))
        return body

    def _simple(self, text: str, depth: int) -> Program:
        """One clause: an instruction, or one that says at its end how often."""
        raw = self.words.quotes.raw(text)
        if (match := EACH_TAIL.fullmatch(text)) and begins_clause(match["body"]):
            body = [Clause(text=text, joint="start"), Clause(text=match["body"], joint="start")]
            return (self._for_each(text, match, body[1:], [], depth),)
        if match := REPEAT.fullmatch(text):
            inner = self.sequence([Clause(text=match["body"], joint="start")], [], depth + 1)
            return (Repeat(source=raw, count=count_of(match), body=inner),)
        if (match := IF_TAIL.fullmatch(text)) and begins_clause(match["body"]):
            return (self._if_tail(raw, match, depth),)
        if match := WAIT_FOR.fullmatch(text):
            waited = self._waited(match["rest"])
            if waited is not None:
                return (WaitFor(source=raw, condition=waited),)
        if (match := UNTIL.fullmatch(text)) and not text.lower().startswith("wait"):
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
        seen = flipped(condition(match["rest"], self.words), match["word"])
        if re.fullmatch(r"scroll(?: down| up)?", match["body"], re.IGNORECASE) and not seen.negated:
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
            if re.fullmatch(rf"{unit}|{page}", text, re.IGNORECASE):
                return None
            what = re.sub(
                r" to (?:appear|load|be (?:visible|shown|there|present)|show up)$", "", text
            )
            gone = re.sub(r" to (?:disappear|go away|be gone|vanish|close)$", "", what)
            return Condition(phrase=self.words.phrase(gone), negated=gone != what)
