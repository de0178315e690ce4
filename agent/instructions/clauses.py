"""From pieces to clauses: what is only the rest of a text, list or label goes back to its step.

Prevents: "type hello, world into the box" taken for two steps, and "figure out the best one"
swallowed by the step before it.
"""

import re

from handeye.actions import Value
from handeye.actions.keys import parse_chord
from handeye.agent.instructions.commands import COMMAND_HEAD, begins_command
from handeye.agent.instructions.split import Joint, Piece, has_quotes, is_quoted

_LIST = r"select|choose|pick|check|tick|uncheck|untick|deselect|unselect|mark"
_POINT = r"(?:double|triple|right|middle|left)[ -]?click|click|tap|press|hit|push|open|hover|drag"
_SET = r"fill|set|change|update"
_TEXT = r"type|enter|write|input|put|append|answer"
_OTHER = (
    r"strike|go|navigate|visit|browse|clear|empty|erase|hold|scroll|page (?:up|down)|move the|point"
    r"|upload|attach|download|wait|reload|refresh|switch|turn|enable|disable|activate|deactivate"
    r"|read|tell me|report|say|what(?:'s|’s| is| are| does)|note down|stop|do nothing"
    r"|look up|return|use|find|locate|look for|copy|paste|focus|solve|highlight|reply|respond"
    r"|forward"
    r"|mark|sort|arrange|expand|through|(?:ctrl|control|shift|alt|cmd|meta)\+ ?click"
)
_CONTROL = (
    r"if|unless|otherwise|else|until|while|when|once|as soon as|keep|repeat|do|in case|for (?:each"
    r"|every|all)|\d+ times|(?:two|three|four|five|six|seven|eight|nine|ten) times|twice"
)
CORE = re.compile(rf"(?:{_LIST}|{_POINT}|{_SET}|{_TEXT}|{_OTHER}|search)\b", re.IGNORECASE)
_CONTROL_HEAD = re.compile(rf"(?:{_CONTROL})\b", re.IGNORECASE)
_FILLER = re.compile(
    r"\A(?:(?:then|and then|and|please|kindly|now|just|next|first|second|third"
    r"|finally|lastly|also|again|simply|afterwards|after that|can you|could you|would you"
    r"|i want you to|i'd like you to|you should"
    r"|you need to|let's|let us|make sure to|be sure to|go ahead and|try to|proceed to|don't forget"
    r" to|remember to|use the mouse to|start by|begin by)(?:,\s*|\s+))+"
    rf"(?={CORE.pattern}|{_CONTROL_HEAD.pattern}|[a-z]+ing\b|{COMMAND_HEAD})",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?:please|now|next|first|second|third|finally|lastly|also|afterwards|after that)", re.I
)
_SEEKING = re.compile(r"(?:find|locate)(?: it)?", re.IGNORECASE)
_GIVEN = r"(?:the |a |an |your )?\w+(?: \w+)? [\U000F0000-\U000FFFFD]"
_PLACE = re.compile(r"(?:in|into|inside|under|on|from) .+", re.IGNORECASE)
_ROLE_END = re.compile(
    r"\b(?:button|link|tab|checkbox|box|option|field|icon|menu|item|page|section|label|image)s?$",
    re.IGNORECASE,
)
_GERUND = re.compile(
    r"(click|press|tap|hit|scroll|reload|refresh|check|go|type|select|hold|delet|remov|pag)ing\b",
    re.IGNORECASE,
)


class Clause(Value):
    """One step in the user's words, without filler; quotes are still marks."""

    text: str
    joint: Joint


def clean(text: str) -> str:
    """The clause without courtesy and filler, in the imperative."""
    text = _FILLER.sub("", text.strip())
    text = _GERUND.sub(_imperative, text, count=1) if _GERUND.match(text) else text
    return re.sub(r"[\s,]+(?:please|now)$", "", text, flags=re.IGNORECASE).strip()


def _imperative(match: re.Match[str]) -> str:
    stem = match[1]
    return stem + "e" if stem.lower() in ("delet", "remov", "pag") else stem


def begins_clause(text: str) -> bool:
    """Whether a step may begin here."""
    text = clean(text)
    return any(head(text) for head in (CORE.match, _CONTROL_HEAD.match, begins_command))


def assemble(found: list[Piece]) -> list[Clause]:
    """The clauses of one sentence."""
    clauses: list[Clause] = []
    place, sought = "", False
    for position, piece in enumerate(found):
        text = clean(piece.text)
        following = clean(found[position + 1].text) if position + 1 < len(found) else ""
        if following and _is_lead_in(text, following, first=not clauses):
            sought = _SEEKING.fullmatch(text) is not None
            continue
        if following and _PLACE.fullmatch(text) and CORE.match(following):
            place = text
            continue
        text, place = _put(text, place), ""
        last = clauses[-1].text if clauses else ""
        if not last or (begins_clause(text) and not _label_goes_on(last, piece)):
            inherited = text
        elif (inherited := _inherit(last, text)) == "" and _belongs(last, piece):
            clauses[-1] = clauses[-1].model_copy(update={"text": last + piece.glue + piece.text})
            continue
        text = f"find and {text}" if sought else text
        clauses.append(Clause(text=inherited or text, joint=piece.joint))
        sought = False
    return clauses


def _is_lead_in(text: str, following: str, *, first: bool) -> bool:
    """Words that stand alone before a step and add nothing: "first, …", "find and click …"."""
    if _SEEKING.fullmatch(text):
        return CORE.match(following) is not None
    if re.fullmatch(r"finally|lastly|also|please|now|afterwards", text, re.IGNORECASE):
        return True
    return first and _ALONE.fullmatch(text) is not None


def _put(text: str, place: str) -> str:
    """ "in the search box, type lamp" as "type lamp into the search box"."""
    if not place:
        return text
    where = place.split(" ", 1)[1]
    if _starts(_TEXT, text):
        return f"{text} into {where}"
    return f"{text} from {where}" if _starts(_LIST, text) else f"{text} in {where}"


def _label_goes_on(last: str, piece: Piece) -> bool:
    """ "Save and Close": a capital after "and" goes on with a label."""
    if piece.joint == "then" or not piece.text[0].isupper():
        return False
    listed = piece.joint == "and" or _starts(_LIST, last)
    named = last.split()[-1][0].isupper() or _starts(_LIST, last)
    return listed and named and not has_quotes(last) and _starts(rf"{_POINT}|{_LIST}", last)


def _inherit(last: str, text: str) -> str:
    """The fragment with the verb of the step before: "set A to 1 and B to 2"."""
    if _starts(_SET, last) and re.search(r"\S (?:to|with|as) \S", text):
        return ("fill " if _starts("fill", last) else "set ") + text
    into = r"\S (?:into|in|to|as) \S"
    if _starts(_TEXT, last) and re.search(into, last) and re.search(into, text):
        return "type " + text
    if (
        is_quoted(last[-1])
        and _starts(_TEXT, last)
        and re.match(rf"{_GIVEN} (?:in|into|to) ", text)
    ):
        return "enter " + text
    if _starts("enter|type|input", last) and re.fullmatch(r".*[^\W_].* \S", text):
        return "enter " + text if is_quoted(text[-1]) and is_quoted(last[-1]) else ""
    if _starts("press|hit|strike", last) and _is_key(text) and _is_key(last.partition(" ")[2]):
        return "press " + text
    if _starts("tell me|read|report|what", last) and re.match(r"(?:the|its|my) \S", text, re.I):
        return "read " + text
    if _starts(_POINT, last) and is_quoted(text) and has_quotes(last):
        return last.split()[0] + " " + text
    return ""


def _belongs(last: str, piece: Piece) -> bool:
    """Whether a fragment without a verb may be the rest of the step before it."""
    text, count = piece.text, len(piece.text.split())
    if piece.joint == "then":
        return False
    if _starts("drag", last):
        return re.match(r"(?:drop|release)\b", text, re.IGNORECASE) is not None
    if _starts(_LIST, last):
        return count <= 6
    if _starts(rf"{_SET}|{_TEXT}", last):
        open_text = not re.search(r" (?:into|to|with) ", last) and " into " in f" {text}"
        return open_text or count <= 3 or text[0].isupper() or text[0].isdigit()
    if _starts("search|look up|if|unless|until|wait|scroll|while|for", last):
        return piece.joint == "and" and count <= 3
    named = count <= 4 and (text[0].isupper() or has_quotes(text))
    return named or (_ROLE_END.search(text) is not None and count <= 4)


def _starts(verbs: str, text: str) -> bool:
    return re.match(rf"(?:{verbs})\b", text, re.IGNORECASE) is not None


def _is_key(text: str) -> bool:
    try:
        parse_chord(re.sub(r"^the | key$", "", text.strip(), flags=re.IGNORECASE))
    except ValueError:
        return False
    return True
