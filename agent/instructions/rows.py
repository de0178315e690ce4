"""Goes through table rows, list items and cards one by one, also when the list changes meanwhile.

A row is known by its text: its number changes when a row above it is deleted or the page scrolls.
Prevents: every second row left out after a deletion, and one row worked on again and again.
"""

from collections import Counter

from rapidfuzz.fuzz import ratio

from handeye.actions.union import targets
from handeye.agent.instructions.program import Check, Choose, Do, Fill, ForEach, Program
from handeye.agent.instructions.stage import MOST_SCROLLS, GaveUp, Row, Script, Stage
from handeye.envs import Element
from handeye.grounding import Grounding

SAME_ROW = 80.0
"""Texts that are so alike, in percent, are one row before and after a change."""

_CELLS = ("cell", "gridcell")


def rows(stage: Stage, loop: ForEach) -> Script[list[str]]:
    """The texts of the rows on the screen, looked for further down when there are none yet."""
    for _ in range(MOST_SCROLLS):
        found = visible_rows(stage, loop)
        if found:
            return found
        step = yield from stage.scroll(stage.page_height())
        if not step.changed:
            break
    name = f"{loop.noun}" + (f" that contains “{loop.containing}”" if loop.containing else "")
    where = f" in {loop.inside}" if loop.inside else ""
    raise GaveUp(groundings=[Grounding(phrase=name + where, status="missing")])


def visible_rows(stage: Stage, loop: ForEach) -> list[str]:
    """The texts of the rows on the screen that are meant, from top to bottom."""
    groups: dict[int, list[Element]] = {}
    for element in stage.elements:
        if element.item is not None and element.item_text:
            groups.setdefault(element.item, []).append(element)
    meant = [group for group in groups.values() if _inside(group, loop.inside)]
    if loop.noun.startswith("row"):
        cells = [group for group in meant if any(each.role in _CELLS for each in group)]
        meant = cells or meant
    texts = [group[0].item_text for group in sorted(meant, key=_top)]
    fitting = [text for text in texts if loop.containing.casefold() in text.casefold()]
    return [text for text in fitting if _has_target(stage, loop.body, text)]


def left_over(texts: list[str], done: Counter[str]) -> list[str]:
    """What of the rows has not been worked on yet; equal texts are counted."""
    seen = done.copy()
    left = []
    for text in texts:
        if seen[text] > 0:
            seen[text] -= 1
        else:
            left.append(text)
    return left


def note(done: Counter[str], text: str, before: list[str], after: list[str], *, cut: bool) -> None:
    """Remember that a row was worked on: by its new text if that has changed, not at all if it is
    gone, because then another with the same text may still wait. `cut`: the list goes on below."""
    stays = after.count(text) >= before.count(text)
    beside = (Counter(before) - Counter([text])) & Counter(after)
    if stays or not beside:
        done[text] += 1
        return
    place = before.index(text)
    new = after[place] if place < len(after) else text
    # In the last place a row that was deleted may have made room for another one.
    if new not in before and (not cut or place < len(before) - 1 or ratio(text, new) >= SAME_ROW):
        done[new] += 1


def is_cut(stage: Stage) -> bool:
    """Whether the list may go on below the edge of the screen."""
    height = stage.observation.screenshot.space.size.height
    return any(each.item is not None and each.box.y2 > 0.9 * height for each in stage.elements)


def _inside(group: list[Element], name: str) -> bool:
    if not name:
        return True
    wanted = name.strip('"').casefold().removeprefix("the ")
    bare = wanted.removesuffix(" table").removesuffix(" list")
    return any(bare in each.region.casefold() for each in group)


def _top(group: list[Element]) -> tuple[float, float]:
    return min(each.box.y1 for each in group), min(each.box.x1 for each in group)


def _has_target(stage: Stage, body: Program, text: str) -> bool:
    """Whether the first thing that the body names is in the row: a header row has no Delete."""
    phrase = _first_phrase(body)
    if not phrase:
        return True
    before, stage.row = stage.row, Row(text)
    found = stage.look(phrase)
    stage.row = before
    return found.element is not None and found.element.item_text == text


def _first_phrase(body: Program) -> str:
    step = body[0]
    if isinstance(step, Do):
        named = [target.phrase for target in targets(step.action)]
        return named[0] if named else _first_phrase(body[1:]) if body[1:] else ""
    if isinstance(step, Fill):
        return step.field
    if isinstance(step, Check):
        return step.phrases[0]
    if isinstance(step, Choose):
        return step.field or step.options[0]
    return step.labels[0] if step.kind == "command" else ""
