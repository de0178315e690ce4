"""From a phrase to its possible readings.

The same words can be a name or a description: "First name" is a label, "first result" counts.
So a phrase is not parsed into one meaning; every reading is tried on the screen, and the one that
fits best wins. Prevents: a button called "Log in with Google" that cannot be found because "in"
and "with" look like grammar.
"""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from handeye.actions import Value
from handeye.grounding.elements.vocabulary import (
    AREA_NOUNS,
    AREAS,
    ARTICLES,
    FILLERS,
    ITEM_WORDS,
    ORDERS,
    ORDINALS,
    PLACES,
    POLITE,
    ROLES,
    STATES,
)
from handeye.grounding.elements.words import spaced, words

MAX_PHRASE = 300
MAX_READINGS = 40
_MAX_RELATIONS = 2
_ORDER = 0.93  # what bears the whole phrase, "Go to cart", comes before what bears the rest of it

Kind = Literal["near", "left", "right", "below", "above", "inside", "row", "between"]


class Relation(Value):
    """Where something stands to other things; `anchor` and `other` are phrases of their own."""

    kind: Kind
    anchor: str
    other: str = ""


class Reading(Value):
    """One way to understand a phrase.

    `name` is empty when only the role counts. `roles` are meant, `close` would do. `item` asks
    for one of many alike (a result, a row, a card). `ordinal` counts from 1, or from -1 at the
    end. `place` is a position as fractions of width and height. `prior` is 0.0 to 1.0.
    """

    name: str = ""
    exact: bool = False
    roles: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    role_word: str = ""
    item: bool = False
    ordinal: int | None = None
    relations: tuple[Relation, ...] = ()
    place: tuple[float | None, float | None] | None = None
    states: tuple[tuple[str, object], ...] = ()
    prior: float = 1.0

    @property
    def means_something(self) -> bool:
        return bool(words(self.name) or self.role_word or self.item)


_QUOTED = re.compile(
    r"""(?:(?<=\s)|(?<=[(:,])|^)(?:"([^"]+)"|'([^']+)'|“([^”]+)”|‘([^’]+)’|«([^»]+)»|`([^`]+)`)"""
    r"""(?=[\s.,;:!?)]|$)"""
)
_MARK = re.compile("\ue000(\\d+)")
"""What stands for a quote. Icons of fonts are such characters, too: those are taken out."""

_LABELLED = re.compile(
    r"(?P<head>.+?) (?:that is |with the (?:text|label|name) )?(?:labell?ed|called|named|titled"
    r"|saying|reading|marked)?"
    r" ?(?P<name>\ue000\d+)[.,]?",
    re.IGNORECASE,
)

_BY_KIND: dict[Kind, tuple[str, ...]] = {
    "near": ("next to", "beside", "near", "near to", "close to", "closest to", "adjacent to"),
    "left": ("to the left of", "on the left of", "left of", "on the left side of"),
    "right": ("to the right of", "on the right of", "right of", "on the right side of"),
    "below": ("below", "under", "beneath", "underneath"),
    "above": ("above", "on top of"),
    "row": ("in the same row as", "in line with", "belonging to", "for", "of", "from"),
    "inside": ("in", "inside", "within", "inside of", "on", "at"),
    "between": ("between",),
}
_CONNECTORS = [(tuple(text.split()), kind) for kind, texts in _BY_KIND.items() for text in texts]

_LINKING = frozenset(word for connector, _ in _CONNECTORS for word in connector)


@lru_cache(maxsize=512)
def readings(phrase: str) -> tuple[Reading, ...]:
    """Every way to understand `phrase`, the most literal first; none for a phrase of no words."""
    text = " ".join(phrase.split())[:MAX_PHRASE]
    quotes: list[str] = []

    def mask(match: re.Match[str]) -> str:
        quotes.append(next(group for group in match.groups() if group))
        return f"\ue000{len(quotes) - 1}"

    masked = _QUOTED.sub(mask, _MARK.sub(r" \1", text))
    literal = Reading(name=text)
    found = [literal] if quotes and spaced(text) else []
    tokens = tuple(masked.split())
    found += _parse(tokens, tuple(quotes))
    labelled = _LABELLED.fullmatch(masked)
    if labelled is not None:
        found += _parse(
            (labelled["name"], *_lstrip(tuple(labelled["head"].split()), ARTICLES)), tuple(quotes)
        )
    found += _ordered(_lstrip(tokens, POLITE), tuple(quotes))
    kept = dict.fromkeys(reading for reading in found if reading.means_something)
    return tuple(kept)[:MAX_READINGS]


def _ordered(tokens: tuple[str, ...], quotes: tuple[str, ...]) -> list[Reading]:
    """Readings of what an order ("open X", "go to X") is about; none where it is no order."""
    text = f"{' '.join(tokens)} ".casefold()
    order = next((order for order in ORDERS if text.startswith(f"{order} ")), "")
    rest = _lstrip(tokens[len(order.split()) :], ARTICLES) if order else ()
    if not rest:
        return []
    whole = _reading((order, *rest), quotes, {"prior": 0.98})  # "go to the cart" says "Go to cart"
    about = [(each, each.prior * _ORDER) for each in _parse(rest, quotes)]
    return [whole, *(each.model_copy(update={"prior": prior}) for each, prior in about)]


def _parse(tokens: tuple[str, ...], quotes: tuple[str, ...], depth: int = 0) -> list[Reading]:
    """Readings of `tokens` without and with each of its relations."""
    tokens = _lstrip(tokens, ARTICLES | POLITE)
    found = _heads(tokens, quotes)
    if len(tokens) > 1 and tokens[0].endswith(("'s", "’s")) and "\ue000" not in tokens[0]:
        owner = Relation(kind="row", anchor=tokens[0][:-2])
        found += [_related(head, owner) for head in _heads(tokens[1:], quotes)]
    for start, end, kind in _splits(tokens)[-3:] if depth < _MAX_RELATIONS else ():
        anchor = _unmask(tokens[end:], quotes)
        for head in _parse(tokens[:start], quotes, depth + 1):
            found.append(_attach(head, kind, anchor))
    return found


def _splits(tokens: tuple[str, ...]) -> list[tuple[int, int, Kind]]:
    """Where a relation stands: (first token, token after it, kind); the longest at each place."""
    low = [token.casefold().strip(",;:()") for token in tokens]
    found = []
    taken = 0
    for start in range(1, len(tokens)):
        if start < taken:
            continue
        fits = [
            (len(connector), kind)
            for connector, kind in _CONNECTORS
            if tuple(low[start : start + len(connector)]) == connector
            and start + len(connector) < len(tokens)
        ]
        if fits:
            length, kind = max(fits)
            taken = start + length
            found.append((start, taken, kind))
    return found


def _attach(head: Reading, kind: Kind, anchor: str) -> Reading:
    """`head` with "in X", "next to X" … understood as a place, a row, an area or a neighbour."""
    kept = [word for word in words(anchor) if word not in ARTICLES]
    if kind == "inside":
        bare = [word for word in kept if word not in AREA_NOUNS | {"of", "very", "hand", "far"}]
        if " ".join(bare) in PLACES:
            return head.model_copy(update={"place": PLACES[" ".join(bare)]})
        if kept and not bare and not any(word in AREAS for word in kept):
            return head  # "on the page"
        if kept and (kept[0] in ITEM_WORDS or kept[-1] in ITEM_WORDS or kept[0] == "line"):
            kind = "row"
    if kind == "between" and " and " in anchor:
        first, _, second = anchor.partition(" and ")
        return _related(head, Relation(kind=kind, anchor=first, other=second))
    return _related(head, Relation(kind="near" if kind == "between" else kind, anchor=anchor))


def _related(head: Reading, relation: Relation) -> Reading:
    return head.model_copy(update={"relations": (*head.relations, relation)})


def _heads(tokens: tuple[str, ...], quotes: tuple[str, ...]) -> list[Reading]:
    """Readings of a phrase without relations: name, role, ordinal, state and place."""
    tokens = _lstrip(tokens, ARTICLES | POLITE)
    found = _named(tokens, quotes, {})
    rest, modifiers = _modifiers(tokens)
    if modifiers and rest:
        prior = 0.98 if "ordinal" in modifiers else 0.97
        found += _named(rest, quotes, {**modifiers, "prior": prior})
    return found


def _named(
    tokens: tuple[str, ...], quotes: tuple[str, ...], more: dict[str, object]
) -> list[Reading]:
    """Readings of name and role: "X", "X button", "button X", "button with the text 'X'"."""
    found = [_reading(tokens, quotes, more)] if tokens else []
    for length in range(min(3, len(tokens)), 0, -1):
        for role_tokens, rest in (
            (tokens[-length:], tokens[:-length]),
            (tokens[:length], _lstrip(tokens[length:], FILLERS)),
        ):
            role = _role(role_tokens)
            if role is None:
                continue
            found.append(_reading(rest, quotes, {**more, **role}))
            number = _number(rest)
            if number is not None and "ordinal" not in more:
                found.append(_reading((), quotes, {**more, **role, "ordinal": number}))
    return found


def _role(tokens: tuple[str, ...]) -> dict[str, object] | None:
    key = spaced(" ".join(tokens))
    for word in (key, key.removesuffix("s"), key.removesuffix("es")):
        if word in ITEM_WORDS:
            return {"item": True, "role_word": word}
        if word in ROLES:
            roles, close = ROLES[word]
            return {"roles": roles, "close": close, "role_word": word}
    return None


def _number(tokens: tuple[str, ...]) -> int | None:
    """3 of "3", "#3" and "number 3"."""
    text = " ".join(tokens).casefold().removeprefix("number ").removeprefix("no. ").lstrip("#")
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) < 10_000 else None


def _modifiers(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, object]]:
    """`tokens` without the ordinals, states and places in front (and behind), and what they say."""
    found: dict[str, object] = {}
    states: list[tuple[str, object]] = []
    rest = tokens
    changed = True
    while changed and rest:
        changed = False
        for length in (3, 2, 1):
            key = spaced(" ".join(rest[:length]))
            number = _number(rest[:1]) if length == 1 and rest[0].startswith("#") else None
            if len(rest) >= length and key in ORDINALS and "ordinal" not in found:
                found["ordinal"] = ORDINALS[key]
            elif number is not None and "ordinal" not in found:
                found["ordinal"] = number
            elif key in STATES and not ARTICLES & {*rest[length : length + 1]}:  # "open the menu"
                states.append(STATES[key])
            elif key in PLACES and "place" not in found:
                found["place"] = PLACES[key]
            else:
                continue
            rest = _lstrip(rest[length:], ARTICLES | {"of"})
            changed = True
            break
    for index, (before, word) in enumerate(pairwise(rest)):
        if before.casefold() in ("is", "are") and word.casefold() in STATES:
            states.append(STATES[word.casefold()])
            rest = tuple(token for token in rest[:index] if token.casefold() not in FILLERS)
            break
    if states:
        found["states"] = tuple(states)
    return rest, found


def _reading(tokens: tuple[str, ...], quotes: tuple[str, ...], more: dict[str, object]) -> Reading:
    """A quoted part is the whole name; grammar around it is dropped, other words cost a little."""
    marks = [token for token in tokens if _MARK.search(token)]
    if not marks:
        return Reading.model_validate({"name": " ".join(tokens), **more})
    extra = [token for token in tokens if token not in marks and token.casefold() not in FILLERS]
    prior = float(str(more.get("prior", 1.0)))
    for token in extra:
        prior *= 0.5 if token.casefold() in _LINKING else 0.9
    name = " ".join(quotes[int(number)] for token in marks for number in _MARK.findall(token))
    return Reading.model_validate({"name": name, "exact": True, **more, "prior": prior})


def _unmask(tokens: tuple[str, ...], quotes: tuple[str, ...]) -> str:
    return _MARK.sub(lambda match: f"'{quotes[int(match[1])]}'", " ".join(tokens))


def _lstrip(tokens: tuple[str, ...], unwanted: frozenset[str]) -> tuple[str, ...]:
    while tokens and tokens[0].casefold().strip(",;:") in unwanted:
        tokens = tokens[1:]
    return tokens
