"""Picks a day in a calendar that a field opens: turns the months, then clicks the day.

Prevents: a date typed into a field that only its calendar can fill.
"""

import re
from collections.abc import Callable
from datetime import date, datetime

from handeye.actions import Batch, Click, Target
from handeye.agent.instructions.stage import GaveUp, Script, Stage, at
from handeye.envs import Element
from handeye.grounding import Grounding
from handeye.grounding.elements.vocabulary import STATIC

_FORMS = ("%m/%d/%Y", "%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%B %d %Y", "%d %B %Y", "%b %d, %Y")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SHOWN = re.compile(rf"\b({'|'.join(each[:3] for each in _MONTHS)})[a-z]*\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_TURNS = 24


def date_of(text: str) -> date | None:
    """The day that a text names; the month stands first where only slashes part them."""
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


def pick_day(stage: Stage, field: Grounding, wanted: date) -> Script[None]:
    """Open the calendar of a field, go to the month, click the day."""
    yield from stage.click(field)
    for _ in range(_TURNS):
        shown = _month_shown(stage)
        if shown is None:
            raise GaveUp("No calendar with a month and a year is on the screen.")
        months = (wanted.year - shown[0]) * 12 + wanted.month - shown[1]
        if not months:
            break
        label = ("next", "next month") if months > 0 else ("prev", "previous", "previous month")
        turn = next((f for f in map(_control(stage), label) if f is not None), None)
        if turn is None:
            raise GaveUp(groundings=[Grounding(phrase=label[0], status="missing")])
        yield from _turn(stage, turn, abs(months))
    yield from stage.click(_day(stage, wanted))


def _turn(stage: Stage, turn: Element, months: int) -> Script[None]:
    """Several months at once: the arrow stays where it is."""
    click = Click(target=Target(point=turn.box.center))
    yield from stage.send(Batch(actions=(click,) * months) if months > 1 else click)


def _control(stage: Stage) -> Callable[[str], Element | None]:
    def find(label: str) -> Element | None:
        found = stage.look(label, "controls", pixels=False)
        return found.element if found.status == "found" else None

    return find


def _month_shown(stage: Stage) -> tuple[int, int] | None:
    """Year and month at the head of the calendar, in one text or in two, or in two lists."""
    month = year = 0
    for each in stage.elements:
        text = each.value if each.options else each.name
        if len(text) > 30 or (each.role not in STATIC and not each.options):
            continue
        named, counted = _SHOWN.search(text), _YEAR.search(text)
        if named and not month:
            month = [each[:3] for each in _MONTHS].index(named[1].lower()[:3]) + 1
        if counted and not year and (named or text.strip() == counted[1]):
            year = int(counted[1])
    return (year, month) if month and year else None


def _day(stage: Stage, wanted: date) -> Grounding:
    """The day's cell: of equal numbers the first early in the month, the last late in it."""
    name = str(wanted.day)
    cells = [each for each in stage.elements if each.name == name and each.enabled]
    controls = [each for each in cells if each.role not in STATIC] or cells
    if not controls:
        raise GaveUp(groundings=[Grounding(phrase=f"day {name}", status="missing")])
    return at(controls[0] if wanted.day <= 15 else controls[-1], name)
