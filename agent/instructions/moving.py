"""Moves things with the mouse: drags in a direction or to a place, marks text, scrolls inside."""

from handeye.actions import Box, Click, Point, Scroll, Target
from handeye.agent.instructions.looked import Mark, Move, ScrollInside, Unfold
from handeye.agent.instructions.ordering import drag_onto, drag_to
from handeye.agent.instructions.stage import FAR, GaveUp, Script, Stage, at
from handeye.envs import Element
from handeye.grounding.elements.relate import at_place, reading_order
from handeye.grounding.elements.vocabulary import PLACES

_UNFOLDING = ("+", "▸", "▶", "►", "▾", "▼", "⌄", "…", "⋮", "☰")


def move(stage: Stage, step: Move) -> Script[None]:
    """Drag a thing; where it is one of several alike, to the place of another of them."""
    moved = yield from _thing(stage, step.phrase)
    alike = _alike(stage, moved)
    if step.position:
        order = [alike[n] for n in reading_order([each.box for each in alike])]
        if step.position > len(order):
            raise GaveUp(f"There are only {len(order)} places.")
        yield from drag_onto(stage, moved, order[step.position - 1])
    elif step.side:
        place = PLACES[step.side]
        left, top = min(e.box.x1 for e in alike), min(e.box.y1 for e in alike)
        width, height = max(e.box.x2 for e in alike) - left, max(e.box.y2 for e in alike) - top
        best = max(
            alike,
            key=lambda e: at_place(_moved(e.box, -left, -top), place, width, height),
        )
        yield from drag_to(stage, moved, best.box.center)
    else:
        yield from _aside(stage, moved, alike, step.way)


def _moved(box: Box, dx: float, dy: float) -> Box:
    return Box(x1=box.x1 + dx, y1=box.y1 + dy, x2=box.x2 + dx, y2=box.y2 + dy)


def _aside(
    stage: Stage, moved: Element, alike: list[Element], way: tuple[int, int]
) -> Script[None]:
    """One place on in a direction; where nothing alike is there, by its own size."""
    here = moved.box.center
    ahead = []
    for each in alike:
        dx, dy = each.box.center.x - here.x, each.box.center.y - here.y
        along, off = dx * way[0] + dy * way[1], abs(dx * way[1]) + abs(dy * way[0])
        if along > 4 and off < 0.6 * max(moved.box.width, moved.box.height, 20):
            ahead.append((along, each))
    if ahead:
        yield from drag_to(stage, moved, min(ahead, key=lambda pair: pair[0])[1].box.center)
        return
    reach = 1.5 * max(moved.box.width, moved.box.height)
    yield from drag_to(stage, moved, Point(x=here.x + reach * way[0], y=here.y + reach * way[1]))


def _thing(stage: Stage, phrase: str) -> Script[Element]:
    """What is to be moved; the one thing without a name where no name fits."""
    found = stage.look(phrase, pixels=False)
    if found.element is None:
        unnamed = [each for each in stage.elements if each.role == "clickable" and not each.name]
        if len(unnamed) == 1:
            return unnamed[0]
        found = yield from stage.find(phrase)
    if found.element is None:
        raise GaveUp(groundings=[found])
    return found.element


def _alike(stage: Stage, moved: Element) -> list[Element]:
    return [
        each
        for each in stage.elements
        if (each.role, each.tag) == (moved.role, moved.tag)
        and (each.item is None) == (moved.item is None)
    ]


def mark(stage: Stage, step: Mark) -> Script[None]:
    """Three clicks mark a whole paragraph, as on every system."""
    found = yield from stage.find(step.phrase)
    if found.status != "found":
        raise GaveUp(groundings=[found])
    yield from stage.send(Click(target=Target(phrase=step.phrase), count=3), found)


def scroll_inside(stage: Stage, step: ScrollInside) -> Script[None]:
    found = yield from stage.find(step.phrase)
    if found.status != "found":
        raise GaveUp(groundings=[found])
    target = Target(phrase=step.phrase)
    yield from stage.send(Scroll(target=target, dy=-FAR if step.up else FAR), found)


def unfold(stage: Stage, step: Unfold) -> Script[None]:
    """Open the first closed thing; where nothing says that it is closed, the sign for it."""
    closed = [each for each in stage.elements if each.expanded is False and each.enabled]
    signs = [each for each in stage.elements if each.name in _UNFOLDING]
    for each in (closed or signs)[:1]:
        yield from stage.click(at(each, each.name or step.phrase))
        return
    yield from stage.click((yield from stage.find(step.phrase, "controls")))
