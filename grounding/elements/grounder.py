"""The default grounder: no model, no network.

Looks among the elements that the environment lists. Reads the pixels where there are none, or
where none fits and something is shown whose text is not listed (a canvas, a picture).
"""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.fuzz import QRatio

from handeye.actions import Box, Point, Size
from handeye.envs import Element, Observation, Screenshot
from handeye.grounding.elements.index import Index
from handeye.grounding.elements.match import THRESHOLD, Match, Wanted, match
from handeye.grounding.elements.pixels import ROLE, parsed
from handeye.grounding.elements.pixels.look import Look, look_at
from handeye.grounding.elements.relate import reading_order
from handeye.grounding.elements.vocabulary import PICTURES
from handeye.grounding.types import Candidate, Grounding

_NAME = 60  # longer texts are no names that a phrase may have meant
MAX_ALTERNATIVES = 8
_LOOKS = ("heading", "link", "menuitem", "tab", "columnheader")
_DRAWN = (*PICTURES, "canvas", "video")
_MIN_WIDTH, _MIN_HEIGHT = 48, 16  # pixels; a smaller picture is an icon


class ElementsGrounder:
    """Finds an element by what it is called, what it is, and where it stands.

    Raises BackendError when the pixels must be read and no OCR engine is installed.
    """

    name = "elements"

    def __init__(self) -> None:
        self._elements: tuple[Element, ...] | None = None
        self._index = Index(())
        self._looks: tuple[tuple[object, ...], Look] | None = None

    def ground(self, observation: Observation, phrase: str) -> Grounding:
        size = observation.screenshot.space.size
        listed = observation.elements
        found = None
        if listed:
            found = match(self._indexed(listed, size), phrase)
            if found.chosen or not any(_may_hold_text(element) for element in listed):
                return _answer(phrase, found, listed, size)
        look = self._looked(observation)
        read = match(look.index, phrase)
        if read.chosen or found is None:
            answer = _answer(phrase, read, look.elements, size)
            return _seen(answer, observation.screenshot, look, read)
        return _answer(phrase, found, listed or (), size)

    def _looked(self, observation: Observation) -> Look:
        """What the pixels show beside the elements; kept for the next question on this screen."""
        listed = observation.elements or ()
        key = (observation.screenshot.sha256, listed)
        if self._looks is None or self._looks[0] != key:
            drawn = [element.box for element in listed if _may_hold_text(element)]
            self._looks = key, look_at(observation.screenshot, listed, drawn)
        return self._looks[1]

    def _indexed(self, elements: tuple[Element, ...], size: Size) -> Index:
        if elements is not self._elements:
            self._elements, self._index = elements, Index(elements, size)
        return self._index


def _may_hold_text(element: Element) -> bool:
    """Whether the element is drawn, and large enough for a word that is not listed."""
    box = element.box
    return element.role in _DRAWN and box.width >= _MIN_WIDTH and box.height >= _MIN_HEIGHT


def ground_among(
    elements: Sequence[Element], phrase: str, size: Size, *wanted: Wanted
) -> Grounding:
    """What `phrase` means among these elements alone; the pixels are not read.

    With `wanted`, only elements that can be meant: by the first that some element fits.
    """
    index = Index(elements, size)
    for some in wanted or (None,):
        found = match(index, phrase, some)
        if found.chosen:
            break
    return _answer(phrase, found, elements, size)


def rank(elements: Sequence[Element], phrase: str) -> list[Candidate]:
    """What `phrase` may mean among `elements`, best first, each thing once.

    The chosen one leads even where an ordinal picked it among equals.
    """
    found = match(Index(elements), phrase)
    return _candidates(found, elements)


def candidates(screenshot: Screenshot) -> tuple[Candidate, ...]:
    """Everything that can be named on a screen of pixels, in reading order.

    `label` is its name, or what an icon may be called. Raises BackendError.
    """
    seen = parsed(screenshot)
    named = seen.signs.names()
    return tuple(
        Candidate(
            box=each.box,
            score=1.0,
            label=named.get(number) or _label(each),
            role="icon" if number in named else _role(each),
            element=each,
        )
        for number, each in enumerate(seen.elements)
        if each.tag not in ("value", "wrapped")
    )


def _role(element: Element) -> str:
    """For people to read; of a text on pixels its look tells."""
    if element.role != ROLE:
        return element.role
    return element.tag if element.tag in _LOOKS else "text"


def _label(element: Element) -> str:
    return element.name or next(iter(element.hints), "") or element.value


def _candidates(found: Match, elements: Sequence[Element]) -> list[Candidate]:
    ordered = sorted(found.scored, key=lambda pair: pair[1] not in found.chosen)
    return [_candidate(elements[n], score) for score, n in ordered if score >= THRESHOLD]


def _candidate(element: Element, score: float) -> Candidate:
    return Candidate(
        box=element.box,
        score=round(min(score, 1.0), 3),
        label=_label(element),
        role=element.role,
        element=element,
    )


def _answer(phrase: str, found: Match, elements: Sequence[Element], size: Size) -> Grounding:
    candidates = _candidates(found, elements)
    if not found.chosen:
        reason = _nearest(found, elements)
        return Grounding(phrase=phrase, status="missing", reason=reason)
    if len(found.chosen) > 1:
        fits = candidates[: len(found.chosen)]
        equal = tuple(fits[n] for n in reading_order([option.box for option in fits]))
        return Grounding(
            phrase=phrase,
            status="ambiguous",
            confidence=equal[0].score,
            alternatives=equal[:MAX_ALTERNATIVES],
            reason=f"{len(equal)} things fit as well as each other",
        )
    best = candidates[0]
    return Grounding(
        phrase=phrase,
        status="found",
        point=_middle(best.box, size),
        box=best.box,
        confidence=best.score,
        element=best.element,
        alternatives=tuple(candidates[:MAX_ALTERNATIVES]),
    )


def _middle(box: Box, size: Size) -> Point:
    """The centre of what can be seen of the box."""
    screen = Box(x1=0, y1=0, x2=size.width, y2=size.height)
    return (box.intersection(screen) or box).center


def _nearest(found: Match, elements: Sequence[Element]) -> str:
    """Why nothing fits, naming what comes nearest."""
    wanted = (found.reading.name or found.reading.role_word).strip('"')
    if not wanted:
        return "the phrase has no words to look for"
    if found.note:
        return f"{found.note} {wanted!r}"
    names = dict.fromkeys(each.name for each in elements if 0 < len(each.name) <= _NAME)
    close = process.extract(wanted, list(names), scorer=QRatio, limit=3, score_cutoff=50)
    nearest = ", ".join(repr(name) for name, *_ in close)
    return f"no {wanted!r} here" + (f"; nearest: {nearest}" if nearest else "")


def _seen(answer: Grounding, screenshot: Screenshot, look: Look, found: Match) -> Grounding:
    """An answer from pixels carries no element, and is less sure by the reading's confidence."""
    alternatives = tuple(
        option.model_copy(
            update={
                "element": None,
                "role": _role(option.element) if option.element else option.role,
                "score": round(option.score * 0.9, 3),
            }
        )
        for option in answer.alternatives
    )
    change: dict[str, object] = {
        "element": None,
        "alternatives": alternatives,
        "confidence": round(answer.confidence * 0.9, 3),
    }
    if answer.point and answer.box:
        box = look.named(found.chosen[0], found.reading.name) or answer.box
        change |= {"box": box, "point": screenshot.space.clamp(box.center)}
    return answer.model_copy(update=change)
