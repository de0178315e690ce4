"""A playground for grounding: a screenshot, a phrase, and everything that it may mean."""

from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from handeye.actions import Point
from handeye.actions.backends import build
from handeye.envs import Element, Observation
from handeye.episodes.views.show import plain
from handeye.grounding import Candidate, Grounder, Grounding
from handeye.grounding.backends import GROUNDERS
from handeye.grounding.evaluate.detail import Detail, box_of
from handeye.grounding.resolution import plan
from handeye.tui.marks import HAND, OTHER, TARGET, Mark
from handeye.tui.modals.choice import Choice
from handeye.tui.modals.question import Question
from handeye.tui.screens.base import Base, answered
from handeye.tui.telling import about_question, element_line
from handeye.tui.widgets.bars import drawn
from handeye.tui.widgets.picture import Picture
from handeye.tui.widgets.rows import RowList

RESOLUTIONS = ("naflex", "dynamic-s2", "multi-crop", "multi-crop-s2", "pan-and-scan")
_BAR = 8


class Ground(Base):
    """The phrase and the answer on the left, the picture with all candidates on the right."""

    PLACE = "ground"
    HEADING = "Ground"
    ABOUT = (
        "Where is it? Name a screenshot (o) or grab the screen (s), write a phrase, and Enter "
        "looks for it. Candidates are listed with their scores and marked on the picture, the one "
        "under the cursor boldly. g chooses the grounder, v the resolution in which a model sees "
        "the screen and shows what that costs. A click says what the element there is called."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "phrase", "Phrase", key_display="/"),
        Binding("o", "file", "Open a picture"),
        Binding("s", "grab", "Grab the screen"),
        Binding("g", "grounder", "Grounder"),
        Binding("v", "resolution", "Resolution"),
        Binding("z", "zoom", "Zoom"),
        Binding("escape", "rows", "List", show=False),
    ]

    class Opened(Message):
        def __init__(self, observation: Observation, name: str) -> None:
            super().__init__()
            self.observation, self.name = observation, name

    class Found(Message):
        def __init__(self, answer: Grounding, seconds: float) -> None:
            super().__init__()
            self.answer, self.seconds = answer, seconds

    class Named(Message):
        def __init__(self, point: Point, element: Element | None) -> None:
            super().__init__()
            self.point, self.element = point, element

    def __init__(self) -> None:
        super().__init__()
        self.observation: Observation | None = None
        self.answer: Grounding | None = None
        self._spec = "elements"
        self._resolution = "naflex"
        self._made: dict[tuple[str, str], Grounder] = {}
        self._image: Any = None
        self._asked: Detail | None = None
        self._called = ""

    def content(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Input(placeholder="What to find: the Save button", id="phrase")
                yield Static(id="said")
                yield RowList(id="candidates", empty="Open a picture with o.", opens=False)
                yield Static(id="using")
            yield Picture(id="screen")

    def on_mount(self) -> None:
        self.query_one("#left").border_title = "Phrase and candidates"
        self._using()
        if self.observation is None:
            self.query_one(RowList).focus()
        else:
            self._opened()

    def ask(self, observation: Observation, detail: Detail) -> None:
        """Look at a question of a benchmark: what was wanted, and what was answered."""
        self.open(observation, detail.id, detail)

    def open(self, observation: Observation, name: str, asked: Detail | None = None) -> None:
        """Look at another screen."""
        self.observation, self._asked, self._called = observation, asked, name
        if self.is_mounted:
            self._opened()

    @work(thread=True, exclusive=True, group="open")
    def _open(self, path: str) -> None:
        from handeye.grounding.images import load_screenshot

        with self.reporting():
            found = load_screenshot(Path(path).expanduser())
            _ = found.screenshot.image
            self.post_message(self.Opened(found, path))

    def on_ground_opened(self, message: Opened) -> None:
        self.open(message.observation, message.name)

    def _opened(self) -> None:
        self.answer = None
        self._image = self.observation.screenshot.image if self.observation else None
        self.tell(self._called)
        self.query_one(RowList).show(0, self._row, empty="Write a phrase.")
        self.query_one("#said", Static).update("")
        self._using()
        self._draw()
        line = self.query_one("#phrase", Input)
        if self._asked is not None:
            line.value = self._asked.prompt_to_evaluate
            self.query_one("#said", Static).update(about_question(self._asked))
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if self.observation is None:
            self.action_file()
        elif event.value.strip():
            self.query_one("#said", Static).update(Content.styled("… looking", "$warning"))
            self._find(self.observation, event.value)

    @work(thread=True, exclusive=True, group="find")
    def _find(self, observation: Observation, phrase: str) -> None:
        with self.reporting():
            key = self._spec, self._resolution if self._spec.startswith("phi4") else ""
            if key not in self._made:
                options = {"resolution": key[1]} if key[1] else {}
                self._made[key] = build("grounders", GROUNDERS, key[0], options)
            start = perf_counter()
            answer = self._made[key].ground(observation, phrase)
            self.post_message(self.Found(answer, perf_counter() - start))

    def on_ground_found(self, message: Found) -> None:
        answer = self.answer = message.answer
        sign, style = {"found": ("✓", "$success"), "ambiguous": ("?", "$warning")}.get(
            answer.status, ("✗", "$error")
        )
        point = f" at ({answer.point.x:.0f}, {answer.point.y:.0f})" if answer.point else ""
        told = f"{sign} {answer.status}{point} · {message.seconds * 1000:.0f} ms"
        lines = (
            [told, plain(answer.reason or answer.raw)] if answer.reason or answer.raw else [told]
        )
        self.query_one("#said", Static).update(Content.styled("\n".join(lines), style))
        rows = self.query_one(RowList)
        rows.show(len(answer.alternatives), self._row, 0, "No candidate.")
        rows.focus()
        self._draw()

    def _row(self, index: int, width: int) -> Text:
        option = self._options()[index]
        row = Text().append(f"{index + 1:>2} ").append(drawn(option.score, _BAR), "cyan")
        row.append(f" {option.score:.2f} ", "dim").append(f"{option.role} ", "dim")
        row.append(f"“{plain(option.label)}”")
        row.truncate(width, overflow="ellipsis")
        return row

    def _options(self) -> tuple[Candidate, ...]:
        return self.answer.alternatives if self.answer else ()

    def on_row_list_moved(self, _: RowList.Moved) -> None:
        self._draw()

    def _draw(self) -> None:
        """The candidates; the one under the cursor last and in another colour."""
        options, here = self._options(), self.query_one(RowList).cursor
        marks = [
            Mark(box=each.box, label=f"{n + 1}  {each.score:.2f}", colour=OTHER)
            for n, each in enumerate(options)
            if n != here
        ]
        if here < len(options):
            chosen = options[here].box
            marks.insert(
                0, Mark(box=chosen, point=chosen.center, label=str(here + 1), colour=TARGET)
            )
        elif self.answer is not None and self.answer.point is not None:
            marks.append(Mark(box=self.answer.box, point=self.answer.point))
        marks += self._wanted()
        size = f"{self._image.width} × {self._image.height}" if self._image else ""
        self.query_one(Picture).show(self._image, marks, size)

    def _wanted(self) -> list[Mark]:
        """Of a question of a benchmark: the right box, and the point of the answer before."""
        asked = self._asked
        if asked is None:
            return []
        box = box_of(asked.bbox) if asked.bbox else None
        marks = [Mark(box=box, label="wanted", colour=HAND)] if box else []
        if self.answer is None:
            marks += [Mark(point=point, label="answered") for point in asked.answered]
        return marks

    def _using(self) -> None:
        cost = ""
        if self.observation is not None:
            layout = plan(self._resolution, self.observation.screenshot.space.size)
            cost = f": {layout.tokens:,} tokens, {len(layout.tiles)} image(s)"
        used = "" if self._spec.startswith("phi4") else " (phi4 only)"
        text = Text.assemble(("Grounder    ", "dim"), f"{self._spec}\n", ("Resolution  ", "dim"))
        self.query_one("#using", Static).update(text.append(f"{self._resolution}{cost}{used}"))

    def on_picture_clicked(self, message: Picture.Clicked) -> None:
        if self.observation is not None:
            self._what_is(self.observation, message.point)

    @work(thread=True, exclusive=True, group="name")
    def _what_is(self, observation: Observation, point: Point) -> None:
        from handeye.grounding.elements.pixels import parse

        with self.reporting():
            listed = observation.elements
            listed = parse(observation.screenshot) if listed is None else listed
            around = [each for each in listed if each.box.contains(point)]
            element = min(around, key=lambda each: each.box.area, default=None)
            self.post_message(self.Named(point, element))

    def on_ground_named(self, message: Named) -> None:
        at = f"({message.point.x:.0f}, {message.point.y:.0f})"
        what = element_line(message.element) if message.element else "nothing that has a name"
        self.query_one("#said", Static).update(Text(f"{at}: {plain(what)}"))
        if message.element is not None:
            mark = Mark(box=message.element.box, label=message.element.name)
            self.query_one(Picture).show(self._image, [mark], at)

    def action_phrase(self) -> None:
        self.query_one("#phrase", Input).focus()

    def action_rows(self) -> None:
        self.query_one(RowList).focus()

    def action_file(self) -> None:
        asked = Question("Open a picture of a screen", placeholder="screenshot.png")
        self.app.push_screen(asked, answered(self._open_named))

    def _open_named(self, path: str) -> None:
        self._open(path)

    def action_grab(self) -> None:
        said = "all, monitor:1, window:TITLE or region:LEFT,TOP,WIDTH,HEIGHT"
        asked = Question("Which part of the screen?", said, "all")
        self.app.push_screen(asked, answered(self._grab_part))

    def _grab_part(self, part: str) -> None:
        self._grab(part)

    @work(thread=True, exclusive=True, group="open")
    def _grab(self, part: str) -> None:
        from handeye.envs.desktop.grab import grab
        from handeye.envs.desktop.view import parse_view

        with self.reporting():
            shot = grab(parse_view(part))
            _ = shot.image  # decoded here, not on the screen's time
            self.post_message(self.Opened(Observation(screenshot=shot), f"the screen, {part}"))

    def action_grounder(self) -> None:
        said = f"One of {', '.join(GROUNDERS)}; remote:NAME@URL, phi4:PATH, zoom:GROUNDER."
        self.app.push_screen(Question("Which grounder?", said, self._spec), answered(self._choose))

    def _choose(self, spec: str) -> None:
        self._spec = spec.strip() or "elements"
        self._using()

    def action_resolution(self) -> None:
        size = self.observation.screenshot.space.size if self.observation else None
        told = {
            name: name + (f"  {plan(name, size).tokens:,} tokens" if size else "")
            for name in RESOLUTIONS
        }
        self.app.push_screen(Choice("In which resolution?", told), answered(self._see_in))

    def _see_in(self, resolution: str) -> None:
        self._resolution = resolution
        self._using()

    def action_zoom(self) -> None:
        self.query_one(Picture).zoom()
