"""From a phrase and the names on a screen to what the phrase means.

Every reading of the phrase is scored against every element that shares a word with it; a score is
the product of name, role, state, relation and place. Prevents: guessing. Two things that fit as
well as each other are both returned, and what fits badly is not returned at all.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from handeye.envs import Element
from handeye.grounding.elements.index import Anchors, Index
from handeye.grounding.elements.items import repeated
from handeye.grounding.elements.phrase import Reading, readings
from handeye.grounding.elements.relate import at_place, reading_order
from handeye.grounding.elements.relations import related
from handeye.grounding.elements.same import Scored, merged
from handeye.grounding.elements.vocabulary import CHECKED, CHOSEN, EDITED, PICTURES, STATIC, TEXTUAL

THRESHOLD = 0.6  # below this nothing is meant
MARGIN = 0.02  # closer than this, two candidates are as good as each other
FINE_MARGIN = 0.004  # … when the phrase says where it stands
ALIKE = 0.05  # closer than this, they are counted by one ordinal
_NAMELESS = 0.97
_MAX_DEPTH = 3
_PERFECT = 0.9999
_INPUTS = {*EDITED, *CHECKED, *CHOSEN, "slider", "list"}
_ONE_LINE = ("text field", "textfield", "text box", "textbox", "text input", "input", "input field")
_LONG_TEXT = ("text area", "textarea", "editor")  # has several lines, as no <input> has

Wanted = Callable[[Element], bool]
"""Whether an element can be what is meant at all: a text cannot be typed into a heading."""


class Match(NamedTuple):
    """`chosen` holds the one element that is meant, several that fit equally, or none.

    `scored` are (score, position), best first, each thing once; `note` says why nothing is chosen.
    """

    reading: Reading
    scored: list[Scored]
    chosen: list[int]
    note: str = ""

    @property
    def best(self) -> float:
        if not self.chosen:
            return 0.0
        return next(score for score, number in self.scored if number == self.chosen[0])


def match(index: Index, phrase: str, wanted: Wanted | None = None, depth: int = 0) -> Match:
    """The reading of `phrase` that fits the screen best, and what it chooses of the `wanted`."""
    best: Match | None = None
    for reading in readings(phrase):
        found = _choose(index, reading, _scores(index, reading, wanted, depth))
        if best is None or _merit(found) > _merit(best):
            best = found
        if best.best >= _PERFECT:
            break
    return best or Match(Reading(name=phrase), [], [])


def _merit(found: Match) -> tuple[float, float]:
    return found.best, found.scored[0][0] if found.scored else 0.0


def _choose(index: Index, reading: Reading, scores: dict[int, float]) -> Match:
    """What is meant among the scored: the best, the n-th of the best, or all that are as good."""
    top = max(scores.values(), default=0.0)
    if top < THRESHOLD:
        return Match(reading, sorted(((s, n) for n, s in scores.items()), reverse=True)[:8], [])
    near = [(score, number) for number, score in scores.items() if score >= top - 0.25]
    static = bool(set(reading.roles) & STATIC)
    scored = merged(near, index.elements, prefer_controls=not static)
    top = scored[0][0]
    if reading.ordinal is not None:
        return _count(index, reading, scored, [n for score, n in scored if score >= top - ALIKE])
    margin = FINE_MARGIN if reading.place or reading.relations else MARGIN
    chosen = [number for score, number in scored if score >= top - margin]
    controls = [n for n in chosen if index.elements[n].role not in STATIC]
    if controls and not static:
        chosen = controls
    return Match(reading, scored, chosen)


def _count(index: Index, reading: Reading, scored: list[Scored], alike: list[int]) -> Match:
    ordinal = reading.ordinal or 0
    if len(alike) < 2 and not reading.role_word:
        return Match(reading, scored, [])  # "last name" does not count anything
    order = reading_order([index.elements[number].box for number in alike])
    place = ordinal - 1 if ordinal > 0 else len(order) + ordinal
    if not 0 <= place < len(order):
        count = len(order)
        return Match(reading, scored, [], f"only {count} {'fits' if count == 1 else 'fit'}")
    return Match(reading, scored, [alike[order[place]]])


def _scores(index: Index, reading: Reading, wanted: Wanted | None, depth: int) -> dict[int, float]:
    if reading.item:
        base = repeated(index, reading, _NAMELESS)
    elif reading.name:
        base = index.scores(reading.name, reading.exact)
    else:
        base = _of_role(index, reading, wanted)
    found = {}
    for number, score in base.items():
        element = index.elements[number]
        if wanted is not None and not wanted(element):
            continue
        score *= reading.prior * _state(element, reading)
        if not reading.item:
            score *= _role(element, reading)
        if reading.place is not None and score:
            fit = at_place(element.box, reading.place, index.width, index.height)
            score *= 0.6 + 0.4 * fit if fit >= 0.5 else 0.3
        if score > 0.3:
            found[number] = score
    for relation in reading.relations:
        if not found or depth >= _MAX_DEPTH:
            return {}
        anchors = [_anchors(index, text, depth) for text in (relation.anchor, relation.other)]
        fits = related(index, relation, found, *anchors)
        found = {n: found[n] * (0.65 + 0.35 * fit) for n, fit in fits.items() if fit > 0}
    return found


def _anchors(index: Index, phrase: str, depth: int) -> Anchors:
    """What a relation refers to: the chosen, and texts on the screen that say the same."""
    if phrase not in index.anchors:
        index.anchors[phrase] = _find_anchors(index, phrase, depth)
    return index.anchors[phrase]


def _find_anchors(index: Index, phrase: str, depth: int) -> Anchors:
    found = match(index, phrase, depth=depth + 1)
    if not found.chosen:
        return Anchors(phrase, [], [])
    names = index.scores(found.reading.name, found.reading.exact) if found.reading.name else {}
    floor = max(THRESHOLD, max(names.values(), default=0.0) - MARGIN)
    texts = [n for n, score in names.items() if score >= floor]
    return Anchors(phrase, found.chosen, [n for n in texts if index.elements[n].role in STATIC])


def _of_role(index: Index, reading: Reading, wanted: Wanted | None) -> dict[int, float]:
    inputs = {*CHECKED, *EDITED, *CHOSEN}  # "the toggle" may be a checkbox; no button is a tab
    close = [role for role in reading.close if role in inputs]
    for roles, score in ((reading.roles, _NAMELESS), (close, 0.85)):
        found = {
            n: score
            for n, e in enumerate(index.elements)
            if _is(e, roles) and (wanted is None or wanted(e))
        }
        if found:
            return found
    return {}


def _is(element: Element, roles: Sequence[str]) -> bool:
    """Whether it has one of the roles; of a text on pixels its look tells."""
    return element.role in roles or (element.role == "pixels" and element.tag in roles)


def _role(element: Element, reading: Reading) -> float:
    """How well the element's role fits the role that the phrase asks for."""
    role = element.role
    if role == "pixels":
        return _drawn(element, reading)
    if element.tag == "icon":
        return _icon(reading)
    able = 1.0 if element.enabled else 0.97
    if not reading.roles:
        if role in STATIC:
            return 0.91 if role == "heading" else 0.9
        return able * (0.965 if element.editable or role in (*EDITED, *CHOSEN) else 1.0)
    if reading.role_word in _LONG_TEXT and element.tag == "input":
        return 0.9 * able
    if reading.role_word in _ONE_LINE and element.tag == "textarea":
        return 0.96 * able
    if role in reading.roles or (element.editable and set(EDITED) <= set(reading.roles)):
        return able
    if role in reading.close:
        return 0.95 * able
    if element.tag == "frame" and set(reading.roles) & {*EDITED, *CHOSEN} and element.editable:
        return 0.9  # on pixels a list may have no arrow to be seen
    if set(reading.roles) <= _INPUTS:
        return 0.55  # a field is never a button or a text
    if role == "clickable":
        return 0.93 * able
    return 0.78 if role in STATIC or set(reading.roles) <= set(TEXTUAL) else 0.7


def _icon(reading: Reading) -> float:
    """A sign on pixels may be pressed; it is no field and no text."""
    roles = set(reading.roles)
    if not roles or roles & {"button", "img", "link", "menuitem", "tab"}:
        return 1.0
    return 0.5 if roles <= _INPUTS or roles <= {*TEXTUAL, "heading"} else 0.9


def _drawn(element: Element, reading: Reading) -> float:
    """Text on pixels may be of any role, least of all one that has a look of its own."""
    roles = set(reading.roles)
    if element.tag == "wrapped":
        return 0.65 if roles and roles <= _INPUTS else 0.93
    if element.tag == "value":
        return 0.65 if roles and roles <= _INPUTS else 0.9
    if not roles:
        return 0.93 if element.tag == "heading" else 0.965
    if element.tag in roles:
        return 1.0
    if roles <= _INPUTS:
        return 0.65
    if set(PICTURES) & roles:
        return 0.8  # an icon has a look, not a text
    if element.tag == "heading":
        return 1.0 if roles & STATIC else 0.93
    return 0.97


def _state(element: Element, reading: Reading) -> float:
    for field, wanted in reading.states:
        actual = getattr(element, field)
        if field == "value" and not element.editable:
            return 0.3
        if field == "selected" and actual is None:
            actual = element.checked
        if field == "expanded" and actual is None:
            return 0.5
        if actual != wanted:
            return 0.3
    return 1.0
