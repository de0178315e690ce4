"""Texts that stand on the page, or follow from what stands there: words, values, sums.

Prevents: "the last word" typed instead of the word.
"""

import re
from fractions import Fraction

from handeye.agent.instructions import fields
from handeye.agent.instructions.looked import Derived, Enter, Note, Transcribe
from handeye.agent.instructions.program import Fill
from handeye.agent.instructions.reading import read
from handeye.agent.instructions.stage import GaveUp, Script, Stage, at
from handeye.envs import Element

_SUM = re.compile(r"[\d\s.,+\-−–×*÷/()=?a-z]*\d[\d\s.,+\-−–×*÷/()=?a-z]*", re.IGNORECASE)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[-+−–×*÷/()=?]|[a-z]", re.IGNORECASE)
_TIMES, _MINUS, _OVER = "×*", "-−–", "÷/"

Linear = tuple[Fraction, Fraction]
"""A number and how often the unknown is added to it."""


def note(stage: Stage, step: Note) -> Script[None]:
    stage.noted = yield from derive(stage, step.value)


def enter(stage: Stage, step: Enter) -> Script[None]:
    text = yield from derive(stage, step.value)
    yield from fields.fill(stage, Fill(source=step.source, field=step.field, text=text))


def transcribe(stage: Stage, _: Transcribe) -> Script[None]:
    """Each field gets what stands beside the cell or text of the same name."""
    for field in [each for each in stage.elements if each.editable]:
        label = (field.name or _label_of(field, stage.elements)).rstrip(": ")
        value = _beside(label, stage.elements)
        if label and value:
            yield from fields.fill_found(stage, at(field, label), value)


def derive(stage: Stage, value: Derived) -> Script[str]:
    """The text that is meant. Gives up when it is not on the page."""
    if value.kind == "noted":
        return stage.noted
    if value.kind == "value":
        return (yield from read(stage, value.phrase))
    if value.kind == "solution":
        return _solution(stage)
    text = yield from _text_of(stage, value.phrase)
    if value.kind == "text":
        return text
    words = [word.strip('.,;:!?"“”()') for word in text.split()]
    place = value.ordinal - 1 if value.ordinal > 0 else len(words) + value.ordinal
    if not 0 <= place < len(words):
        raise GaveUp(f"“{value.phrase}” has {len(words)} words.")
    return words[place]


def _text_of(stage: Stage, phrase: str) -> Script[str]:
    if not phrase:
        return _only_text(stage)
    found = yield from stage.find(phrase)
    if found.status != "found":
        raise GaveUp(groundings=[found])
    element = found.element
    if element is None:
        return next((each.label for each in found.alternatives), "")
    return element.value or element.name


def _only_text(stage: Stage) -> str:
    """The text on the page that labels nothing, its parts in one line put together."""
    texts = [each for each in stage.elements if each.role in ("text", "heading", "img", "cell")]
    texts = [each for each in texts if each.name and not each.name.endswith(":")]
    if not texts:
        raise GaveUp("There is no text on the screen.")
    gap = "" if all(len(each.name) == 1 for each in texts) else " "
    return gap.join(each.name for each in texts)


def _label_of(field: Element, elements: tuple[Element, ...]) -> str:
    """The text left of a field, on its line."""
    left = [
        each
        for each in elements
        if each.role in ("text", "label", "cell")
        and each.box.x2 <= field.box.x1 + 4
        and abs(each.box.center.y - field.box.center.y) < field.box.height
    ]
    return max(left, key=lambda each: each.box.x2).name if left else ""


def _beside(label: str, elements: tuple[Element, ...]) -> str:
    """The text right of another text that is called like the label."""
    for each in elements:
        if each.role == "label" or each.name.rstrip(": ").casefold() != label.casefold():
            continue
        right = [
            other
            for other in elements
            if other.role in ("cell", "text", "gridcell")
            and other.box.x1 >= each.box.x2 - 2
            and abs(other.box.center.y - each.box.center.y) < each.box.height / 2
        ]
        if right:
            return min(right, key=lambda other: other.box.x1).name
    return ""


def _solution(stage: Stage) -> str:
    """The answer to the one sum or equation on the page."""
    sums = [
        each.name
        for each in stage.elements
        if _SUM.fullmatch(each.name) and re.search(r"\d\s*[-+−–×*÷/x]|=", each.name)
    ]
    for text in sums:
        answer = solved(text)
        if answer is not None:
            return str(answer)
    raise GaveUp("There is no sum on the screen that can be read.")


def solved(text: str) -> Fraction | None:
    """ "2 + x = 5" as 3, "4 × 2 =" as 8; None when it is no sum with one answer."""
    left, equals, right = text.partition("=")
    unknown = re.search(r"[a-z?]", text, re.IGNORECASE) is not None
    if unknown and not (equals and right.strip()):
        left, right = left.replace("?", ""), ""
    try:
        one = _Sum(left).value()
        other = _Sum(right).value() if right.strip(" ?") else (Fraction(0), Fraction(0))
    except (ValueError, ZeroDivisionError, IndexError):
        return None
    slope = one[1] - other[1]
    if right.strip(" ?") and slope:
        return (other[0] - one[0]) / slope
    return one[0] if not one[1] and not right.strip(" ?") else None


class _Sum:
    """Reads one side of an equation, products before sums."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.at = 0

    def value(self) -> Linear:
        total = self._product()
        while self._next() and self._next() in "+" + _MINUS:
            sign = -1 if self._take() in _MINUS else 1
            part = self._product()
            total = (total[0] + sign * part[0], total[1] + sign * part[1])
        if self._next() not in ("", ")"):
            raise ValueError
        return total

    def _next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        self.at += 1
        token: str = self.tokens[self.at - 1]
        return token

    def _product(self) -> Linear:
        result = self._factor()
        while (sign := self._next()) and (sign in _TIMES + _OVER or self._glued(sign)):
            if not self._glued(sign):
                self._take()
            part = self._factor()
            if sign in _OVER:
                if part[1]:
                    raise ValueError
                result = (result[0] / part[0], result[1] / part[0])
            elif result[1] and part[1]:
                raise ValueError
            else:
                constant = result[0] * part[0]
                result = (constant, result[0] * part[1] + result[1] * part[0])
        return result

    @staticmethod
    def _glued(sign: str) -> bool:
        """ "3x" is a product."""
        return sign.isalpha() or sign == "("

    def _factor(self) -> Linear:
        token = self._take()
        if token in _MINUS:
            part = self._factor()
            return (-part[0], -part[1])
        if token == "(":
            inside = self.value()
            self._take()
            return inside
        if token.isalpha() or token == "?":
            return (Fraction(0), Fraction(1))
        return (Fraction(token), Fraction(0))
