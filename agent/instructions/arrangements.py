"""Sentences about order, place and looks: the greatest, ascending, up by one, all the red ones.

The patterns are as in `grammar`, and stand before those.
"""

import re
from collections.abc import Callable

from handeye.agent.instructions.appearance import describes_looks
from handeye.agent.instructions.looked import (
    ChooseAlike,
    InOrder,
    Mark,
    Move,
    Pick,
    ScrollInside,
    Unfold,
)
from handeye.agent.instructions.program import Instruction
from handeye.agent.instructions.words import Words
from handeye.grounding.elements.vocabulary import ORDINALS, PLACES

Match = re.Match[str]
_MOST = ("greatest", "highest", "largest", "biggest", "longest", "most", "maximum", "latest")
_LEAST = ("lowest", "smallest", "least", "cheapest", "shortest", "fewest", "minimum", "earliest")
_LOW = r"(?:low|small|smallest|lowest|least)"
_HIGH = r"(?:high|large|largest|highest|greatest|biggest)"
_UP = rf"in (?:ascending|increasing|rising|numerical|counting) order|from {_LOW} to {_HIGH}"
_DOWN = rf"in (?:descending|decreasing|falling) order|from {_HIGH} to {_LOW}"
_NUMBERS = r"(?:the |all |these |of )*(?:numbers?|digits?|values?|figures?|tiles|cards)"
_ORDER = rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))"
_THING = r"(?:section|panel|menu|accordion|details|part|list|folder)"
_WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_PLACE = r"(?:place|step|position|cell|row|column)"
_SIDE = r"(?:top|bottom|upper|lower|left|right|center|centre|middle)"

SENTENCES: list[tuple[str, str]] = [
    (
        "pick",
        r"(?:click|pick|select|choose|buy|book|take|open|order)(?: on)? (?:the |an? )?(?P<noun>\w+)"
        rf" (?:with|that has|which has|having) the (?P<end>{'|'.join((*_MOST, *_LEAST))})"
        r" (?P<measure>\w+)",
    ),
    ("in_order", rf"(?:click|tap|press|select)(?: on)? {_NUMBERS} {_ORDER}"),
    ("sort", rf"(?:sort|arrange|order|put|drag|line up) {_NUMBERS} {_ORDER}"),
    (
        "move",
        rf"(?:drag|move) (?P<what>.+?)(?: (?:one|1|a) {_PLACE})? (?:to the )?"
        rf"(?P<way>left|right|up|down)(?:wards?)?(?: by (?P<by>one|1|a)(?: {_PLACE})?)?",
    ),
    (
        "move_to",
        r"(?:drag|move|put|place) (?P<what>.+?) (?:to|in|into|at) (?:the )?(?P<nth>\w+)"
        r" (?:position|place|spot|slot)",
    ),
    (
        "move_side",
        rf"(?:drag|move) (?P<what>.+?) to the (?P<side>{_SIDE}(?:[ -]{_SIDE})?)"
        r"(?: (?:cell|corner))?",
    ),
    ("mark", r"(?:highlight|mark|select) (?:all )?(?:of )?the text (?:in|of|inside) (?P<what>.+)"),
    ("mark", r"highlight (?P<what>.+)"),
    (
        "scroll_inside",
        r"scroll (?:inside |in |down |up )?(?P<what>(?:the )?.+?) to (?:the |its )?"
        r"(?P<edge>bottom|end|top|start)"
        r"(?: of (?:the |its )?(?:text|content|contents|list))?",
    ),
    (
        "alike",
        r"(?:select|click|choose|check|tick|pick)(?: on)? "
        r"(?P<what>(?:all|every|each)(?: of)?(?: the)?"
        r" .*\b(?:shades?|items|shapes|boxes|squares|tiles|ones)\b.*)",
    ),
    (
        "unfold",
        rf"(?:expand|open|unfold) (?:the |this |that )?(?P<what>(?:\w+ )?{_THING})"
        r"(?: below| above| here)?",
    ),
]


def _pick(match: Match, _: Words) -> Instruction:
    return Pick(noun=match["noun"], measure=match["measure"], most=match["end"].lower() in _MOST)


def _in_order(match: Match, _: Words) -> Instruction:
    return InOrder(descending=match["down"] is not None)


def _sort(match: Match, _: Words) -> Instruction:
    return InOrder(descending=match["down"] is not None, drag=True)


def _is_thing(what: str) -> bool:
    """Not the pointer, and not a thing with a place behind it: "A to the bottom" and "right"."""
    return not re.search(r"\b(?:mouse|cursor|pointer)\b| to the ", what, re.IGNORECASE)


def _move(match: Match, words: Words) -> Instruction | None:
    if not _is_thing(match["what"]):
        return None
    return Move(phrase=words.phrase(match["what"]), way=_WAYS[match["way"].lower()])


def _move_to(match: Match, words: Words) -> Instruction | None:
    word = match["nth"].lower()
    counted = re.fullmatch(r"(\d{1,3})(?:st|nd|rd|th)", word)
    position = int(counted[1]) if counted else ORDINALS.get(word, 0)
    return Move(phrase=words.phrase(match["what"]), position=position) if position > 0 else None


def _move_side(match: Match, words: Words) -> Instruction | None:
    if not _is_thing(match["what"]):
        return None
    side = " ".join(re.split(r"[ -]", match["side"].lower()))
    side = re.sub(r"^(top|bottom|upper|lower) (?:center|centre|middle)$", r"\1", side)
    side = re.sub(r"^(?:center|centre|middle) (left|right)$", r"\1", side)
    return Move(phrase=words.phrase(match["what"]), side=side) if side in PLACES else None


def _mark(match: Match, words: Words) -> Instruction:
    return Mark(phrase=words.phrase(match["what"]))


def _scroll_inside(match: Match, words: Words) -> Instruction | None:
    if re.fullmatch(r"(?:all the way|(?:the |this )?page)?(?: down| up)?", match["what"].strip()):
        return None
    up = match["edge"].lower() in ("top", "start")
    return ScrollInside(phrase=words.phrase(match["what"]), up=up)


def _alike(match: Match, words: Words) -> Instruction | None:
    if not describes_looks(match["what"]):
        return None
    return ChooseAlike(phrase=words.phrase(match["what"]))


MAKERS: dict[str, Callable[[Match, Words], Instruction | None]] = {
    "pick": _pick,
    "in_order": _in_order,
    "sort": _sort,
    "move": _move,
    "move_to": _move_to,
    "move_side": _move_side,
    "mark": _mark,
    "scroll_inside": _scroll_inside,
    "alike": _alike,
    "unfold": lambda match, words: Unfold(phrase=words.phrase(match["what"])),
}
