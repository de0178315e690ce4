"""Compares what is on the page: the most, the least, and numbers in their order.

Prevents: the first card taken for the cheapest one.
"""

import re
from collections.abc import Callable

from handeye.actions import Drag, Point, Target
from handeye.agent.instructions.looked import InOrder, Pick
from handeye.agent.instructions.stage import FAR, GaveUp, Row, Script, Stage, at
from handeye.envs import Element
from handeye.grounding import Grounding
from handeye.grounding.elements.relate import reading_order
from handeye.grounding.elements.vocabulary import STATIC

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_MONEY = re.compile(r"[$€£¥₹]\s?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)\s?(?:€|kr|USD|EUR)")
_SPAN = re.compile(r"(?:(\d+)\s?h(?:ours?)?)?\s*(?:(\d+)\s?m(?:in(?:ute)?s?)?\b)?", re.IGNORECASE)
_MONEY_WORDS = re.compile(r"cost|price|fare|amount|fee", re.IGNORECASE)
_TIME_WORDS = re.compile(r"duration|time|length|trip|flight", re.IGNORECASE)
_MOST_SCREENS = 8


def pick(stage: Stage, step: Pick) -> Script[None]:
    """Click the thing with the most or the least; those below the screen count as well."""
    measured = _measured(stage, step.measure)
    if not measured:
        single = _singles(stage)
        if not single:
            raise GaveUp(groundings=[Grounding(phrase=step.noun, status="missing")])
        best = (max if step.most else min)(single, key=lambda each: _plain(each.name) or 0.0)
        yield from stage.click(at(best, step.noun))
        return
    for _ in range(_MOST_SCREENS):
        turn = yield from stage.scroll(stage.page_height())
        if not turn.changed:
            break
        measured.update(_measured(stage, step.measure))
    text = (max if step.most else min)(measured, key=lambda each: measured[each])
    stage.row = Row(text)
    if not stage.row.elements(stage.elements):
        yield from stage.scroll(-FAR)
    for _ in range(_MOST_SCREENS):
        inside = [each for each in stage.row.elements(stage.elements) if each.role not in STATIC]
        if inside:
            yield from stage.click(at(inside[0], inside[0].name or step.noun))
            return
        yield from stage.scroll(stage.page_height() / 2)
    raise GaveUp(groundings=[Grounding(phrase=step.noun, status="missing")])


def _measured(stage: Stage, measure: str) -> dict[str, float]:
    """What each row or card on the screen has of the measure."""
    read = _money if _MONEY_WORDS.search(measure) else _plain
    read = _span if _TIME_WORDS.search(measure) else read
    found: dict[str, float] = {}
    for each in stage.elements:
        amount = read(each.item_text) if each.item_text else None
        if amount is not None:
            found[each.item_text] = amount
    return found if len(found) > 1 else {}


def _singles(stage: Stage) -> list[Element]:
    """Things to click that are numbers themselves."""
    return [
        each for each in stage.elements if each.role not in STATIC and _plain(each.name) is not None
    ]


def _plain(text: str) -> float | None:
    numbers = _NUMBER.findall(text)
    return float(numbers[0].replace(",", "")) if len(numbers) == 1 else None


def _money(text: str) -> float | None:
    match = _MONEY.search(text)
    return float((match[1] or match[2]).replace(",", "")) if match else None


def _span(text: str) -> float | None:
    """Minutes of "11h 30m"."""
    for match in _SPAN.finditer(text):
        if match[1] or match[2]:
            return 60.0 * int(match[1] or 0) + int(match[2] or 0)
    return None


def in_order(stage: Stage, step: InOrder) -> Script[None]:
    """Click, or drag, numbers into their order."""
    yield from (_arrange if step.drag else _click_all)(stage, step.descending)


def _numbers(stage: Stage, among: Callable[[Element], bool]) -> list[Element]:
    return [e for e in stage.elements if re.fullmatch(r"-?\d+(?:\.\d+)?", e.name) and among(e)]


def _click_all(stage: Stage, descending: bool) -> Script[None]:
    controls = _numbers(stage, lambda each: each.role not in STATIC)
    known = controls or _numbers(stage, lambda _: True)
    if not known:
        raise GaveUp(groundings=[Grounding(phrase="numbers", status="missing")])
    for each in sorted(known, key=lambda each: float(each.name), reverse=descending):
        # They may be hidden after the first click: then their places count.
        shown = [other for other in _numbers(stage, lambda _: True) if other.name == each.name]
        yield from stage.click(at(shown[0] if len(shown) == 1 else each, each.name))


def _arrange(stage: Stage, descending: bool) -> Script[None]:
    """Drag the number that belongs there to each place, from the first on."""
    for place in range(len(_listed(stage))):
        listed = _listed(stage)
        wanted = sorted(listed, key=lambda each: float(each.name), reverse=descending)[place]
        if listed[place].name != wanted.name:
            yield from drag_onto(stage, wanted, listed[place])


def _listed(stage: Stage) -> list[Element]:
    numbers = _numbers(stage, lambda each: each.item is not None) or _numbers(stage, lambda _: True)
    return [numbers[n] for n in reading_order([each.box for each in numbers])]


def drag_onto(stage: Stage, moved: Element, place: Element) -> Script[None]:
    """Drag one of several alike to the place of another, a little beyond its middle."""
    start, end = moved.box.center, place.box.center
    beyond = 0.3 * place.box.height * ((end.y > start.y) - (end.y < start.y))
    aside = 0.3 * place.box.width * ((end.x > start.x) - (end.x < start.x))
    if abs(end.y - start.y) > 2:
        aside = 0.0 if abs(end.x - start.x) < 2 else aside
    yield from drag_to(stage, moved, Point(x=end.x + aside, y=end.y + beyond))


def drag_to(stage: Stage, moved: Element, end: Point) -> Script[None]:
    size = stage.observation.screenshot.space.size
    inside = Point(x=min(max(end.x, 2), size.width - 3), y=min(max(end.y, 2), size.height - 3))
    path = (Target(point=moved.box.center), Target(point=inside))
    yield from stage.send(Drag(path=path))
