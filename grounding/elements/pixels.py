"""Elements from the pixels alone: texts that OCR reads, and empty frames that look like fields.

Used for plain screenshots, and for what a page draws without saying so (canvas, pictures of
text). A text on pixels has the role "pixels": what it is cannot be seen, only what it says.
"""

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz.fuzz import partial_ratio, ratio

from handeye.actions import Box
from handeye.envs import Element, Screenshot
from handeye.grounding.elements.frames import frames_on
from handeye.grounding.elements.phrase import readings
from handeye.grounding.elements.relate import covered
from handeye.grounding.elements.vocabulary import EDITED, SYNONYMS
from handeye.grounding.elements.words import spaced
from handeye.grounding.ocr import Line, read_text

ROLE = "pixels"
_LIKE = 75.0


def elements_on(
    screenshot: Screenshot, phrase: str, listed: Sequence[Element] = ()
) -> tuple[Element, ...]:
    """What can be named on `screenshot` and is not among the `listed`.

    Parts of lines are cut out where they are like a name in `phrase`. Raises BackendError.
    """
    lines = [line for line in read_text(screenshot) if not _is_listed(line, listed)]
    names = {spaced(name) for name in _names(phrase)} - {""}
    names |= {word for group in SYNONYMS if names.intersection(group) for word in group}
    texts = [Element(role=ROLE, name=line.text, box=line.box, tag="line") for line in lines]
    texts += [part for line in lines for part in _parts(line, names)]
    if listed or not any(set(EDITED) & set(reading.roles) for reading in readings(phrase)):
        return tuple(texts)
    return (*texts, *_fields(screenshot, lines))


def _names(phrase: str, depth: int = 0) -> Iterator[str]:
    for reading in readings(phrase):
        yield reading.name
        if depth < 2:
            for relation in reading.relations:
                yield from _names(relation.anchor, depth + 1)
                yield from _names(relation.other, depth + 1)


def _parts(line: Line, names: Iterable[str]) -> Iterator[Element]:
    """Runs of words within the line that are like one of the names."""
    found = line.words
    for size in {len(name.split()) for name in names}:
        for start in range(len(found) - size + 1) if size < len(found) else ():
            run = found[start : start + size]
            text = " ".join(word.text for word in run)
            folded = spaced(text)
            if any(ratio(folded, name, score_cutoff=_LIKE) for name in names):
                box = run[0].box.model_copy(update={"x2": run[-1].box.x2})
                yield Element(role=ROLE, name=text, box=box, tag="part")


def _is_listed(line: Line, listed: Sequence[Element]) -> bool:
    """Whether an element says the same in the same place, so that its role is known."""
    center = line.box.center
    return any(
        element.box.contains(center)
        and partial_ratio(line.text, f"{element.name} {element.value} {' '.join(element.hints)}")
        >= 60
        for element in listed
    )


def _fields(screenshot: Screenshot, lines: Sequence[Line]) -> Iterator[Element]:
    for frame in frames_on(screenshot.image):
        within = [line for line in lines if covered(line.box, frame) > 0.7]
        if within and not _looks_typed(within, frame):
            continue
        hints = tuple(line.text for line in within)
        yield Element(role="textbox", editable=True, hints=hints, box=frame, tag="frame")


def _looks_typed(within: Sequence[Line], frame: Box) -> bool:
    """Text that starts at the left edge is a value or placeholder; a button's is centred."""
    left = min(line.box.x1 for line in within) - frame.x1
    right = frame.x2 - max(line.box.x2 for line in within)
    return len(within) == 1 and left < 48 and right > 2 * left
