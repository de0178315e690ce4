"""Brings a slider to a number: with the arrow keys, and a look at what it shows.

Prevents: a number typed at a slider, and a drag that ends one step off.
"""

import re

from handeye.actions import Batch, Click, Press, Target
from handeye.agent.instructions.stage import GaveUp, Script, Stage, at
from handeye.envs import Element
from handeye.grounding.elements.relate import gaps

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PHRASE = re.compile(r"(?:the |all |each )*(?:\w+ )?(?:sliders?|range)", re.IGNORECASE)
_MOST_PRESSES = 400
_TRIES = 4


def means_slider(phrase: str) -> bool:
    return _PHRASE.fullmatch(phrase) is not None


def numbers_in(text: str) -> list[float]:
    return [float(each) for each in _NUMBER.findall(text)]


def sliders(stage: Stage) -> list[Element]:
    """The sliders on the screen, also those that only their class names say to be one."""
    return [
        each
        for each in stage.elements
        if each.role == "slider"
        or (each.role == "clickable" and re.search(r"\bslider\b", " ".join(each.hints)))
    ]


def slide(stage: Stage, wanted: list[float]) -> Script[None]:
    """The n-th slider to the n-th number."""
    if len(sliders(stage)) < len(wanted):
        raise GaveUp(f"There are {len(sliders(stage))} sliders for {len(wanted)} numbers.")
    for place, number in enumerate(wanted):
        yield from _slide(stage, place, number)


def _slide(stage: Stage, place: int, wanted: float) -> Script[None]:
    handle = sliders(stage)[place]
    yield from stage.send(Click(target=Target(phrase="slider")), at(handle, "slider"))
    step = 1.0
    for _ in range(_TRIES):
        now = _shown(stage, place)
        if now is None:
            raise GaveUp("The slider shows no number.")
        presses = round((wanted - now) / step)
        if not presses:
            return
        presses = max(-_MOST_PRESSES, min(_MOST_PRESSES, presses))
        key = Press(keys=("ArrowRight" if presses > 0 else "ArrowLeft",))
        yield from stage.send(Batch(actions=(key,) * abs(presses)) if abs(presses) > 1 else key)
        after = _shown(stage, place)
        if after is not None and after != now:
            step = (after - now) / presses


def count_to(stage: Stage, field: Element, text: str) -> Script[None]:
    """With the arrow keys, where a number field has not taken what was typed."""
    shown = [
        each for each in stage.elements if each.role == field.role and each.box.iou(field.box) > 0.5
    ]
    if not shown or not _NUMBER.fullmatch(text) or not _NUMBER.fullmatch(shown[0].value):
        return
    presses = round(float(text) - float(shown[0].value))
    if presses and abs(presses) <= _MOST_PRESSES:
        key = Press(keys=("ArrowUp" if presses > 0 else "ArrowDown",))
        yield from stage.send(Batch(actions=(key,) * abs(presses)) if abs(presses) > 1 else key)


def _shown(stage: Stage, place: int) -> float | None:
    """The number of a slider: its own value, or the nearest number beside or below it."""
    handle = sliders(stage)[place]
    if _NUMBER.fullmatch(handle.value):
        return float(handle.value)
    texts = [
        each
        for each in stage.elements
        if _NUMBER.fullmatch(each.name) and each.box.center.y >= handle.box.y1 - 2
    ]
    texts.sort(key=lambda each: gaps(handle.box, each.box)[1])
    return float(texts[0].name) if texts else None
