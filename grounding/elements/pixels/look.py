"""One screen's pixels, ready for questions: the elements, their index, the words in texts.

Prevents: the whole line being clicked where a phrase names two words of it.
"""

from collections.abc import Sequence

from rapidfuzz.fuzz import partial_ratio

from handeye.actions import Box, Size
from handeye.envs import Element, Screenshot
from handeye.grounding.elements.index import Index
from handeye.grounding.elements.likeness import likenesses
from handeye.grounding.elements.pixels.build import ROLE
from handeye.grounding.elements.pixels.parse import Parsed, parsed
from handeye.grounding.elements.words import words

_LEAST = 0.5  # how well words must fit a name, 0.0 to 1.0
_SAID = 60.0  # percent that what is read must be like what is listed there


class Look:
    """`elements` with their `index`; `texts` are those of the elements that are texts."""

    def __init__(self, seen: Parsed, kept: Sequence[int], size: Size) -> None:
        self.elements = tuple(seen.elements[number] for number in kept)
        self.texts = {at: seen.texts[n] for at, n in enumerate(kept) if n in seen.texts}
        signs = seen.signs
        if len(kept) < len(seen.elements):
            signs = signs.among(kept)
        self.index = Index(self.elements, size, looks=signs.scores)

    def named(self, number: int, name: str) -> Box | None:
        """Where `name` stands in the text of an element, if that says more."""
        text = self.texts.get(number)
        wanted = words(name)
        if text is None or not wanted or len(wanted) >= len(text.words):
            return None
        read = [words(word.text) for word in text.words]
        known = {word for each in read for word in each}
        like = [{word: 1.0} | dict(likenesses(word, known)) for word in wanted]
        best, box = _LEAST, None
        for start in range(len(read) - len(wanted) + 1):
            run = read[start : start + len(wanted)]
            fits = [
                max((fit.get(w, 0.0) for w in r), default=0.0)
                for fit, r in zip(like, run, strict=True)
            ]
            score = sum(fits) / len(fits)
            if score > best:
                best = score
                first, last = text.words[start].box, text.words[start + len(wanted) - 1].box
                box = first.model_copy(update={"x2": last.x2})
        return box


def look_at(screenshot: Screenshot, listed: Sequence[Element], drawn: Sequence[Box]) -> Look:
    """What is on the screen and not among the `listed`; controls only in what is `drawn`.

    Raises BackendError.
    """
    seen = parsed(screenshot)
    kept = [
        number
        for number, element in enumerate(seen.elements)
        if not listed or _is_new(element, listed, drawn)
    ]
    return Look(seen, kept, screenshot.space.size)


def _is_new(element: Element, listed: Sequence[Element], drawn: Sequence[Box]) -> bool:
    """Whether no element says the same in the same place, so that its role is known."""
    center = element.box.center
    if element.role != ROLE and not any(box.contains(center) for box in drawn):
        return False
    said = " ".join((element.name, *element.hints))
    return not any(
        other.box.contains(center)
        and words(said)
        and partial_ratio(said, f"{other.name} {other.value} {' '.join(other.hints)}") >= _SAID
        for other in listed
    )
