"""Reads conditions: "you see X", "there is no X", "X is gone", "X is checked"."""

import re

from handeye.agent.instructions.program import Condition
from handeye.agent.instructions.words import Words, not_understood

_NOT = r"(?: not|n['’]t| no longer)"
_BLANK = r"(?:do not|don['’]t|cannot|can['’]t|can not|no longer|never)"
_SEE = r"(?:see|find|notice|spot|get|are shown|encounter|reach)"

_SEEN = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"you (?P<no>{_BLANK}) {_SEE} (?P<what>.+)",
        rf"you (?:can |do )?{_SEE} (?P<what>.+)",
        r"there(?:['’]s| is| are)(?P<no> no| not|n['’]t(?: an?y?)?) (?P<what>.+)",
        r"there(?:['’]s| is| are) (?P<what>.+)",
        r"(?:the (?:page|screen)|it) (?P<no>does not|doesn['’]t) (?:show|contain|say|have|display)"
        r" (?P<what>.+)",
        r"(?:the (?:page|screen)|it) (?:shows|contains|says|has|displays) (?P<what>.+)",
        r"(?P<what>.+) (?P<no>does not|doesn['’]t) (?:appear|exist|show(?: up)?|pop up)",
        r"(?P<what>.+) (?:appears?|shows? up|pops? up|exists?|comes? up|opens|is found)",
        r"(?P<what>.+) (?P<no>disappears?|vanish(?:es)?|goes away|closes|has gone|is closed)",
        r"(?P<what>.+?) (?:is|are) (?P<no>gone|missing|absent|hidden|not there|no longer there)",
        rf"(?P<what>.+?) (?:is|are)(?P<no>{_NOT})? (?:visible|shown|displayed|there|present"
        r"|on the (?:page|screen)|in view)(?: any ?more)?",
    )
]
_STATE = re.compile(
    rf"(?P<what>.+?) (?:is|are)(?P<no>{_NOT})? (?:already )?"
    r"(?P<un>un|dis|de)?(?P<state>checked|ticked|selected|enabled|activated|on|off|abled)",
    re.IGNORECASE,
)


def condition(text: str, words: Words) -> Condition:
    """The condition that a text states. Raises InstructionError when it is not understood."""
    text = text.strip().rstrip(":,").strip()
    state = _STATE.fullmatch(text)
    if state is not None:
        word = state["state"].lower()
        negated = bool(state["no"]) != bool(state["un"] or word == "off")
        kind = "enabled" if word in ("enabled", "abled") else "checked"
        what = words.phrase(state["what"])
        return Condition.model_validate({"phrase": what, "state": kind, "negated": negated})
    for pattern in _SEEN:
        match = pattern.fullmatch(text)
        if match is not None:
            negated = bool(match.groupdict().get("no"))
            return Condition(phrase=words.phrase(match["what"]), negated=negated)
    raise not_understood(words.quotes.raw(text))
