"""Words of an interface that are labels themselves: "sign in", "add it to the cart", "save".

The table is closed: a sentence whose verb is not here and not in `verbs` is not understood, so
that "figure out the best one" is refused before anything is clicked.
"""

import re

from handeye.agent.instructions.program import Command, Instruction, Submit

_VERBS = """
accept add agree apply approve archive assign back book buy cancel check-in check-out
checkout close collapse comment confirm connect continue copy create decline delete deny
disconnect discard dismiss duplicate edit enroll exit expand export favorite favourite
filter finish flag follow forward get-started group hide import install invite join launch
leave like log-in log-on log-off log-out login logout maximize merge minimize mute next ok
okay order pause pay pin place play post preview previous print proceed publish purchase
redo register reject remove rename reopen reply report-a reserve reset restart restore
resume retry return-to-cart rotate save see-more send share show sign-in sign-out sign-up
skip sort star start stop-sharing subscribe undo unfollow unlike unmute unpin unstar
unsubscribe update upgrade verify view zoom-in zoom-out select-all deselect-all clear-all
"""

COMMAND_HEAD = r"(?:" + "|".join(_VERBS.split()[::-1]).replace("-", "[ -]?") + r")\b"
_HEAD = re.compile(COMMAND_HEAD, re.IGNORECASE)
_DROPPED = re.compile(
    r"\b(?:it|them|this|that|these|those|your|my|the|a|an|please|now|there|to continue)\b",
    re.IGNORECASE,
)
WINDOWS = re.compile(
    r"(?:dialog|dialogue|popup|pop-up|window|modal|banner|menu|panel|message|box|notification"
    r"|overlay|drawer|sidebar|alert|toast|notice)(?: (?:box|window|dialog))?",
    re.IGNORECASE,
)
JUDGING = re.compile(
    r"\b(?:best|cheapest|most|least|highest|lowest|nearest|fastest|biggest|largest|smallest|good"
    r"|better|suitable|appropriate|relevant|which|whether|how|why|about)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"(?P<verb>sort|filter|order|group)(?: \w+)? by (?P<what>.+)", re.IGNORECASE)
_SUBMIT = re.compile(r"submit(?: it)?(?: (?:the|this|your) \w+(?: form)?| form)?", re.IGNORECASE)
_MAX_WORDS = 5


def begins_command(clause: str) -> bool:
    return _HEAD.match(clause) is not None or _SUBMIT.match(clause) is not None


def command(clause: str) -> Instruction | None:
    """The command that a clause without quotes stands for; None when it is none."""
    if _SUBMIT.fullmatch(clause):
        return Submit()
    if not _HEAD.match(clause) or JUDGING.search(clause):
        return None
    label = " ".join(_DROPPED.sub(" ", clause).split())
    by = _BY.fullmatch(label)
    if by is not None:
        return Command(labels=(label, f"{by['verb']} {by['what']}", by["what"]))
    verb, _, rest = label.partition(" ")
    if verb.lower() in ("close", "dismiss", "hide") and WINDOWS.search(rest):
        return Command(labels=("close", label))
    if len(label.split()) > _MAX_WORDS:
        return None
    return Command(labels=(label,))
