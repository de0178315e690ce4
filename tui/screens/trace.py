"""One episode: its steps, their frames and what was decided, forwards and backwards in time."""

from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.timer import Timer
from textual.worker import get_current_worker

from handeye.actions import Point
from handeye.envs import Element, Observation
from handeye.episodes import (
    Episode,
    StepSummary,
    load_elements,
    load_frame,
    open_episode,
    step_summary,
)
from handeye.tui.divergence import first_divergence
from handeye.tui.doing import Doing
from handeye.tui.frames import Frames, Mode, Shown
from handeye.tui.screens.base import Base
from handeye.tui.telling import about_models, about_run, about_step, element_line, step_row
from handeye.tui.widgets.details import Details
from handeye.tui.widgets.picture import Picture
from handeye.tui.widgets.rows import RowList
from handeye.tui.widgets.scrubber import Scrubber

_CHUNK = 250  # steps that are looked through for errors between two messages
_PLAY = 0.4  # seconds a step is shown while it plays


class ToGround(Message):
    """A frame goes to the playground."""

    def __init__(self, observation: Observation) -> None:
        super().__init__()
        self.observation = observation


class Trace(Doing, Base):
    """Steps on the left, the screen in the middle, what was decided on the right."""

    HEADING = "Trace"
    ABOUT = (
        "One run, step by step. ← and → travel in time; drag the line under the picture to jump, "
        "✗ marks steps that went wrong. The frame is shown as it was before the action, after it, "
        "or as the difference of both. Click on the picture to see which element lies there. "
        "r replays from the start or from here, f goes on from here in another way, v jumps to "
        "where a replay or a fork leaves what was recorded, g takes the frame to the playground."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "travel(-1)", "Back", key_display="←", priority=True),
        Binding("right", "travel(1)", "Forth", key_display="→", priority=True),
        Binding("b", "flip", "Before/after"),
        Binding("d", "differ", "Difference"),
        Binding("z", "zoom", "Zoom"),
        Binding("e", "error(True)", "First error"),
        Binding("n", "error(False)", "Next error", show=False),
        Binding("v", "part", "Divergence", show=False),
        Binding("t", "turn", "Page"),
        Binding("space", "play", "Play", show=False),
        *Doing.BINDINGS,
        Binding("g", "ground", "Ground it", show=False),
        Binding("escape", "back", "Close"),
    ]

    class Opened(Message):
        def __init__(self, episode: Episode) -> None:
            super().__init__()
            self.episode = episode

    class Loaded(Message):
        def __init__(self, index: int, mode: Mode, shown: Shown) -> None:
            super().__init__()
            self.index, self.mode, self.shown = index, mode, shown

    class Scanned(Message):
        def __init__(self, failed: set[int], done: bool) -> None:
            super().__init__()
            self.failed, self.done = failed, done

    class Named(Message):
        """What lies where the picture was clicked."""

        def __init__(self, point: Point, element: Element | None) -> None:
            super().__init__()
            self.point, self.element = point, element

    class Parted(Message):
        """Where a replay or a fork has left what was recorded."""

        def __init__(self, step: int | None, told: str) -> None:
            super().__init__()
            self.step, self.told = step, told

    def __init__(self, path: Path, step: int = 0) -> None:
        super().__init__()
        self.path = path
        self.episode: Episode | None = None
        self._start = step
        self._mode: Mode = "before"
        self._failed: list[int] = []
        self._scanning = False
        self._playing: Timer | None = None
        self._summary = lru_cache(maxsize=512)(self._summarised)

    def content(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield RowList(id="steps", empty="Opening …", opens=False)
            with Vertical(id="middle"):
                yield Picture(id="frame")
                yield Scrubber(id="scrubber")
            yield Details(id="details")

    def on_mount(self) -> None:
        self.query_one("#left").border_title = "Steps"
        self.query_one(RowList).focus()
        self._open()

    @work(thread=True, exclusive=True, group="open")
    def _open(self) -> None:
        with self.reporting():
            episode = open_episode(self.path)
            len(episode.steps)
            self.post_message(self.Opened(episode))

    def on_trace_opened(self, message: Opened) -> None:
        self.episode = message.episode
        self._frames = Frames(self.episode)
        count = len(self.episode.steps)
        self.tell(about_run(self.episode))
        rows = self.query_one(RowList)
        rows.show(count, self._row, self._start, "Nothing was done before the recording stops.")
        self._show(rows.cursor)

    def _summarised(self, index: int) -> StepSummary:
        assert self.episode is not None
        return step_summary(self.episode, index)

    def _row(self, index: int, width: int) -> Text:
        return step_row(self._summary(index), width)

    @work(thread=True, exclusive=True, group="scan")
    def _scan(self, episode: Episode) -> None:
        """Look for steps that went wrong, while the first ones are looked at already."""
        worker, failed = get_current_worker(), set[int]()
        with self.reporting():
            for index in range(len(episode.steps)):
                if not step_summary(episode, index).ok:
                    failed.add(index)
                if worker.is_cancelled:
                    return
                if index % _CHUNK == _CHUNK - 1:
                    self.post_message(self.Scanned(set(failed), done=False))
            self.post_message(self.Scanned(failed, done=True))

    def on_trace_scanned(self, message: Scanned) -> None:
        self._failed = sorted(message.failed)
        self.query_one(Scrubber).fail(message.failed)

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        self._show(message.index)

    def on_scrubber_moved(self, message: Scrubber.Moved) -> None:
        self.query_one(RowList).cursor = message.index

    @property
    def index(self) -> int:
        return self.query_one(RowList).cursor

    def _show(self, index: int) -> None:
        episode = self.episode
        if episode is None or not len(episode.steps):
            return
        self.query_one(Scrubber).show(len(episode.steps), index)
        step, summary = episode.steps[index], self._summary(index)
        under = [each for each in (step.intent.elements if step.intent else ()) if each]
        told = "\n".join(map(element_line, under)) or "Nothing lies under this action."
        self.query_one(Details).show(
            step=lambda: about_step(step, summary, self.query_one(Details).size.width),
            model=lambda: about_models(step),
            element=lambda: Text(told),
        )
        self._load(index, self._mode)

    @work(thread=True, exclusive=True, group="frame")
    def _load(self, index: int, mode: Mode) -> None:
        with self.reporting():
            self.post_message(self.Loaded(index, mode, self._frames.show(index, mode)))

    def on_trace_loaded(self, message: Loaded) -> None:
        if (message.index, message.mode) == (self.index, self._mode):
            shown = message.shown
            self.query_one(Picture).show(shown.image, shown.marks, shown.caption)
        if not self._scanning and self.episode is not None:  # not before the first is looked at
            self._scanning = True
            self._scan(self.episode)

    def on_picture_clicked(self, message: Picture.Clicked) -> None:
        self._look_up(self.index, message.point)

    @work(thread=True, exclusive=True, group="name")
    def _look_up(self, index: int, point: Point) -> None:
        assert self.episode is not None
        seen = self.episode.steps[index].observed
        with self.reporting():
            listed = load_elements(self.episode, seen) if seen else None
            around = [each for each in listed or () if each.box.contains(point)]
            element = min(around, key=lambda each: each.box.area, default=None)
            self.post_message(self.Named(point, element))

    def on_trace_named(self, message: Named) -> None:
        at = f"({message.point.x:.0f}, {message.point.y:.0f})"
        what = element_line(message.element) if message.element else "no element"
        details = self.query_one(Details)
        details.show(element=lambda: Text(f"At {at}: {what}"))
        details.turn("element")

    def action_ground(self) -> None:
        """Ask where things are on this frame."""
        if self.episode is not None and self.episode.steps:
            self._take(self.index)

    @work(thread=True, exclusive=True, group="name")
    def _take(self, index: int) -> None:
        assert self.episode is not None
        seen = self.episode.steps[index].observed
        with self.reporting():
            if seen is not None:
                elements = load_elements(self.episode, seen)
                shot = load_frame(self.episode, seen)
                _ = shot.image  # decoded here, not on the screen's time
                self.post_message(ToGround(Observation(screenshot=shot, elements=elements)))

    def action_travel(self, by: int) -> None:
        self.query_one(RowList).cursor += by

    def action_flip(self) -> None:
        self._mode = "after" if self._mode == "before" else "before"
        self._show(self.index)

    def action_differ(self) -> None:
        self._mode = "before" if self._mode == "difference" else "difference"
        self._show(self.index)

    def action_zoom(self) -> None:
        self.query_one(Picture).zoom()

    def action_turn(self) -> None:
        self.query_one(Details).turn()

    def action_error(self, first: bool) -> None:
        after = -1 if first else self.index
        found = next((index for index in self._failed if index > after), None)
        if found is None:
            self.notify("No step went wrong." if first else "No later step went wrong.")
        else:
            self.query_one(RowList).cursor = found

    def action_part(self) -> None:
        """The first step that is not as it was in the run that this is a replay or a fork of."""
        if self.episode is not None:
            self._part(self.episode)

    @work(thread=True, exclusive=True, group="part")
    def _part(self, episode: Episode) -> None:
        with self.reporting():
            self.post_message(self.Parted(*first_divergence(episode)))

    def on_trace_parted(self, message: Parted) -> None:
        if message.told:
            self.notify(message.told, timeout=8, markup=False)
        if message.step is not None:
            self.query_one(RowList).cursor = message.step

    def action_play(self) -> None:
        if self._playing is None:
            self._playing = self.set_interval(_PLAY, self._next)
            return
        self._playing.stop()
        self._playing = None

    def _next(self) -> None:
        rows = self.query_one(RowList)
        rows.cursor += 1
        if rows.cursor >= rows.count - 1 and self._playing is not None:
            self.action_play()

    def action_back(self) -> None:
        self.app.pop_screen()
