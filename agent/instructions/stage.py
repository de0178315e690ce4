"""What a running program sees and does: looks for phrases, sends actions, looks further on a miss.

A script is a generator: it yields the next `Plan` and gets the `Turn` that follows, so that a
loop over table rows reads as a loop. Prevents: a target given up because the page was still
loading or it stood below the edge of the screen.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from handeye.actions import Action, Click, Point, Scroll, Target, Wait, targets
from handeye.agent.endings import step_failure
from handeye.agent.instructions.kinds import MEANT, Among, is_field
from handeye.agent.types import Plan, Step
from handeye.envs import DialogSeen, Element, Observation
from handeye.grounding import Grounder, Grounding
from handeye.grounding.elements.grounder import ground_among
from handeye.grounding.elements.match import Wanted
from handeye.grounding.elements.vocabulary import STATIC

FAR = 1_000_000.0
MOST_SCROLLS = 40
QUIET_SECONDS = 5.0

T = TypeVar("T")


class Turn(NamedTuple):
    """The screen now, and the step that led to it."""

    observation: Observation
    step: Step | None


Script = Generator[Plan, Turn, T]


class GaveUp(Exception):
    """The program cannot go on; `groundings` are what was looked for in vain."""

    def __init__(self, message: str = "", groundings: Sequence[Grounding] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.groundings = tuple(groundings)


@dataclass
class Row:
    """The repeated thing that is being worked on: the `turn`-th with this text.

    `others` are the texts around it; `item` is where it was last, for when its text changes.
    """

    text: str
    turn: int = 0
    others: frozenset[str] = frozenset()
    item: int | None = None

    def elements(self, listed: Sequence[Element]) -> tuple[Element, ...]:
        """What is in the row now; nothing when it is not on the screen."""
        same = list(dict.fromkeys(each.item for each in listed if each.item_text == self.text))
        if same:
            self.item = same[min(self.turn, len(same) - 1)]
        return tuple(
            each
            for each in listed
            if each.item is not None
            and each.item == self.item
            and (same or each.item_text not in self.others)
        )


class Stage:
    """The state of one run of a program. `dialogs` are those seen since the last was armed;
    `before` is what was listed before the last step that may have brought up something new."""

    def __init__(self, grounder: Grounder, turn: Turn) -> None:
        self.grounder = grounder
        self.observation, self.step = turn
        self.before: tuple[Element, ...] = ()
        self.source = ""
        self.answers: list[str] = []
        self.dialogs: list[DialogSeen] = []
        self.row: Row | None = None
        self.noted = ""
        self.located = ""
        self.through = ""
        self._over: Point | None = None

    @property
    def elements(self) -> tuple[Element, ...]:
        return self.observation.elements or ()

    def perform(self, action: Action, *groundings: Grounding) -> Script[Step]:
        """One step, whatever comes of it."""
        before = self.elements
        turn = yield Plan(thought=self.source, action=action, groundings=groundings)
        self.observation, self.step = turn
        self.dialogs += turn.observation.dialogs
        assert turn.step is not None
        if turn.step.outcome is not None and action.kind != "wait":
            # What scrolling brings is not new.
            self.before = self.elements if action.kind == "scroll" else before
        return turn.step

    def look(
        self, phrase: str, among: Among = "all", best: Wanted | None = None, *, pixels: bool = True
    ) -> Grounding:
        """Where a phrase is on the present screen, first among the elements that are meant.

        `best` says which of them come before the others. The pixels are read only where the
        elements do not have it, and never for one row alone.
        """
        size = self.observation.screenshot.space.size
        for scope, wanted in self._scopes(among, best):
            found = ground_among(scope, phrase, size, *wanted)
            if found.status != "missing":
                return self._newest(found)
        if self.row is not None and self._inside_list():
            return Grounding(phrase=phrase, status="missing", reason=f"not in “{self.row.text}”")
        if self.elements and not pixels:
            found = ground_among(self.elements, phrase, size)
        else:
            found = self.grounder.ground(self.observation, phrase)
        return self._newest(self._taking(found) if among == "fields" else found)

    def _scopes(
        self, among: Among, best: Wanted | None
    ) -> list[tuple[tuple[Element, ...], tuple[Wanted, ...]]]:
        """What to look through, and for what, one after the other, before the whole screen."""
        rows: list[tuple[Element, ...]] = []
        if self.row is not None and self._inside_list():
            outside = tuple(each for each in self.elements if each.item is None)
            rows = [part for part in (self.row.elements(self.elements), outside) if part]
        wanted = (*((best,) if best else ()), *MEANT[among])
        narrow = [(part, wanted) for part in rows or [self.elements] if wanted and part]
        return [*narrow, *((part, ()) for part in rows)]

    def _taking(self, found: Grounding) -> Grounding:
        """Not a heading or a text where there are fields: theirs may be further down.

        What is refused stays in the alternatives.
        """
        fits = found.alternatives
        if not any(map(is_field, self.elements)) or not all(each.element for each in fits):
            return found
        if all(each.role in STATIC for each in fits[: 1 if found.point else None]) and fits:
            reason = f"the {fits[0].role} {fits[0].label!r} takes no value"
            return found.model_copy(update={"status": "missing", "point": None, "reason": reason})
        return found

    def _newest(self, found: Grounding) -> Grounding:
        """Of several that fit, the one that the last step brought up: a menu, a popup."""
        if found.status != "ambiguous":
            return found
        fits = [each.element for each in found.alternatives if each.element is not None]
        new = [each for each in fits if not any(_is_same(each, old) for old in self.before)]
        return at(new[0], found.phrase) if len(new) == 1 and self.before else found

    def _inside_list(self) -> bool:
        """Whether the row that is being worked on, or one beside it, is on the screen."""
        if self.row is None:
            return False
        known = {self.row.text, *self.row.others}
        return any(each.item_text in known for each in self.elements if each.item is not None)

    def find(
        self, phrase: str, among: Among = "all", best: Wanted | None = None
    ) -> Script[Grounding]:
        """Look when the screen is quiet, then further down, then from the top."""
        found = self.look(phrase, among, best)
        if found.status != "missing":
            return found
        yield from self.perform(Wait(until="quiet", seconds=QUIET_SECONDS))
        found = self.look(phrase, among, best)
        if self._inside_list():
            return found
        found = yield from self._look_down(phrase, among, found)
        if found.status == "missing":
            step = yield from self.scroll(-FAR)
            if step.changed:
                found = yield from self._look_down(
                    phrase, among, self.look(phrase, among, pixels=False)
                )
        return found

    def _look_down(self, phrase: str, among: Among, found: Grounding) -> Script[Grounding]:
        for _ in range(MOST_SCROLLS):
            if found.status != "missing":
                break
            step = yield from self.scroll(self.page_height())
            if not step.changed:
                # The end of the page, or only an empty stretch of it.
                step = yield from self.scroll(FAR)
            found = self.look(phrase, among, pixels=False)
            if not step.changed:
                break
        return found

    def scroll_page(self, dy: float) -> Script[Step]:
        return (yield from self.perform(Scroll(dy=dy)))

    def scroll(self, dy: float) -> Script[Step]:
        """Scroll the page, or what holds the rows where the page itself does not move."""
        if self._over is None:
            step = yield from self.scroll_page(dy)
            over = self._middle_of_rows()
            if step.changed or over is None:
                return step
        else:
            over = self._over
        step = yield from self.perform(Scroll(target=Target(point=over), dy=dy))
        if step.changed:
            # The rows may scroll out of sight: what holds them stays where it is.
            self._over = over
        return step

    def _middle_of_rows(self) -> Point | None:
        rows = [each.box for each in self.elements if each.item is not None]
        if not rows:
            return None
        height = float(self.observation.screenshot.space.size.height)
        left, right = min(box.x1 for box in rows), max(box.x2 for box in rows)
        top, bottom = max(0.0, min(box.y1 for box in rows)), max(box.y2 for box in rows)
        return Point(x=(left + right) / 2, y=(top + min(height, bottom)) / 2)

    def page_height(self) -> float:
        """Most of the screen's height, in input units."""
        space = self.observation.screenshot.space
        return 0.8 * space.size.height / space.scale_y

    def act(self, action: Action, among: Among = "all") -> Script[Step]:
        """One step that has to succeed; its targets are looked for further when missing."""
        step = yield from self._try(action, among)
        lost = [each.phrase for each in step.groundings if each.status == "missing"]
        for phrase in lost:
            found = yield from self.find(phrase, among)
            if found.status == "missing":
                raise GaveUp(groundings=[found])
        unclear = [self._newest(each) for each in step.groundings if each.status == "ambiguous"]
        if lost:
            step = yield from self._try(action, among)
        elif unclear and all(each.point for each in unclear):
            known = [each for each in step.groundings if each.point]
            step = yield from self.perform(action, *known, *unclear)
        if step_failure(step) is not None:
            raise GaveUp
        return step

    def _try(self, action: Action, among: Among) -> Script[Step]:
        """Phrases inside a row, or that mean a control, are looked up here; others by the loop."""
        own: list[Grounding] = []
        if self.elements and (among != "all" or self._inside_list()):
            own = [self.look(target.phrase, among) for target in targets(action)]
        return (yield from self.perform(action, *own))

    def send(self, action: Action, *groundings: Grounding) -> Script[Step]:
        """One step that has to succeed at once."""
        step = yield from self.perform(action, *groundings)
        if step_failure(step) is not None:
            raise GaveUp
        return step

    def click(self, found: Grounding) -> Script[Step]:
        """Click what a lookup has found; the loop's grounder may find what the lookup did not."""
        lost = found.status == "missing" and not self._inside_list()
        own = () if lost else (found,)
        return (yield from self.send(Click(target=Target(phrase=found.phrase)), *own))


def _is_same(one: Element, other: Element) -> bool:
    return (one.role, one.name) == (other.role, other.name) and one.box.iou(other.box) > 0.5


def at(element: Element, phrase: str) -> Grounding:
    """The grounding of an element that is already known."""
    return Grounding(
        phrase=phrase,
        status="found",
        point=element.box.center,
        box=element.box,
        confidence=1.0,
        element=element,
    )
