"""A run while it goes on: what the agent sees, thinks, wants and does; and the keys to steer it."""

import time
from contextlib import suppress
from typing import Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from handeye.actions import describe
from handeye.actions.errors import EpisodeError
from handeye.episodes import Episode, open_episode
from handeye.episodes.events import Observed
from handeye.episodes.stored import load_frame
from handeye.episodes.views.show import plain
from handeye.tui.live import PHASES, Live
from handeye.tui.modals.new_run import NewRun
from handeye.tui.pace import Pace
from handeye.tui.screens.base import Base, answered
from handeye.tui.screens.trace import Trace
from handeye.tui.session import Session
from handeye.tui.steer import Steer
from handeye.tui.telling import facts
from handeye.tui.widgets.bars import Bar, Bars
from handeye.tui.widgets.picture import Picture
from handeye.tui.widgets.rows import RowList

_TICK = 0.05  # seconds between two looks at what the run has said


class Run(Steer, Base):
    """Steps and budgets on the left; the screen, the thought and the times on the right."""

    PLACE = "run"
    HEADING = "Run"
    ABOUT = (
        "One run while it goes on. Space pauses and continues. When it is paused, each action is "
        "shown with its target before it is sent: Enter sends it, e edits it, x rejects it with a "
        "hint to the planner. h takes over by hand: click on the picture, i types, p presses keys, "
        "and h hands back. s stops at once. What you do is recorded like any other step."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New run"),
        *Steer.BINDINGS,
        Binding("z", "zoom", "Zoom"),
        Binding("o", "open", "Trace"),
    ]

    class Framed(Message):
        def __init__(self, session: Session, observed: Observed, image: Any) -> None:
            super().__init__()
            self.session, self.observed, self.image = session, observed, image

    def __init__(self, session: Session | None = None) -> None:
        super().__init__()
        self.session = session
        self.live = Live()
        self._episode: Episode | None = None
        self._frame: Any = None
        self._framed: Observed | None = None
        self._began = time.monotonic()
        self._pace, self._frames = Pace(), Pace(share=0.15, least=0.2)
        self._heard = False
        self._keys: tuple[object, ...] = ()
        self._told: tuple[str, ...] = ()

    def content(self) -> ComposeResult:
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield RowList(id="steps", empty="No run yet: press n.", opens=False)
                yield Bars(id="gauges")
            with Vertical(id="middle"):
                yield Picture(id="frame")
                yield Static(id="state")
            with Horizontal(id="now"):
                with VerticalScroll(id="thinking"):
                    yield Static(id="words")
                yield Bars(id="ledger")

    def on_mount(self) -> None:
        self.query_one("#left").border_title = "Steps"
        self.query_one("#now").border_title = "Now"
        self.query_one(RowList).focus()
        self.set_interval(_TICK, self._tick)
        self._state()
        if self.session is not None:
            self.watch_run(self.session)

    def begin(self, session: Session) -> None:
        """Show this run now, or when there is something to show it on."""
        if self.is_mounted:
            self.watch_run(session)
        else:
            self.session = session

    def watch_run(self, session: Session) -> None:
        """Show a run from its beginning, and begin it where it has not begun."""
        self.session, self.live, self._frame = session, Live(), None
        self._episode, self._framed = None, None
        self._began = time.monotonic()
        self.tell(session.task)
        self.query_one(RowList).show(0, self.live.row, empty="Starting the browser …")
        if not session.running and session.result is None and session.error is None:
            session.start()
        self._state()

    def _tick(self) -> None:
        """Hear all that was said, and draw what came of it when there is time for that."""
        session, now = self.session, time.monotonic()
        if session is None:
            return
        if self.live.over:
            self._look(session, now)  # until the last one is shown
            return
        before = self.live.pending
        for at, said in session.said():
            self.live.hear(said, at)
            self._heard = True
        asked = self.live.pending if self.live.pending is not before else None
        if asked or self.live.over or self._pace.ready(now):
            self._draw(session, now)
        if asked:
            self.needed(asked)
        if self.live.over:
            self._over(session)

    def _draw(self, session: Session, now: float) -> None:
        self._pace.began(now)
        self.call_after_refresh(lambda: self._pace.drawn(time.monotonic()))
        self._gauges(session)
        self._look(session, now)
        if self._heard:
            self._heard = False
            self._mark()
            self.query_one(RowList).grow(len(self.live.lines))
            self._words()
            self._state()

    def _look(self, session: Session, now: float) -> None:
        """Fetch the newest picture: a few a second, and at once where a person is to decide."""
        seen = self.live.observed
        urgent = self.live.over or self.live.pending is not None
        ready = not self._frames.busy(now) if urgent else self._frames.ready(now)
        if seen is not None and seen is not self._framed and ready:
            self._frames.began(now)
            self._load(session, seen)

    def _gauges(self, session: Session) -> None:
        now, used = time.monotonic(), self.live.usage
        spent = now - self._began - self.live.waited(now)
        steps = len(self.live.lines)
        cost, most = used.cost or 0.0, session.max_cost
        tokens, limit = used.prompt_tokens + used.completion_tokens, session.max_tokens
        money = f"${cost:.4f}" if used.cost is not None else "–"
        self.query_one("#gauges", Bars).show(
            (
                _gauge("steps", steps, session.max_steps, f"{steps}/{session.max_steps}"),
                _gauge(
                    "time", spent, session.max_seconds, f"{spent:.0f}/{session.max_seconds:.0f} s"
                ),
                _gauge("tokens", tokens, limit, f"{tokens:,}" + (f"/{limit:,}" if limit else "")),
                _gauge("money", cost, most, money + (f"/${most:g}" if most else "")),
            )
        )

    @work(thread=True, group="frame")
    def _load(self, session: Session, observed: Observed) -> None:
        image = None
        with suppress(EpisodeError):  # of a recording that cannot be read, the run itself tells
            if self._episode is None or self._episode.path != session.path:
                self._episode = open_episode(session.path)
            image = load_frame(self._episode, observed).image
        self.post_message(self.Framed(session, observed, image))

    def on_run_framed(self, message: Framed) -> None:
        session, now = self.session, time.monotonic()
        self._frames.drawn(now)
        if session is not message.session or session is None:
            return
        self._frame, self._framed = message.image, message.observed
        self._mark()
        self._look(session, now)

    def _mark(self) -> None:
        """The picture, with the marks where they are of this very one."""
        seen = self._framed
        if self._frame is not None and seen is not None:
            marks = self.live.marks() if seen is self.live.observed else ()
            self.query_one(Picture).show(self._frame, marks, f"{seen.title} · {seen.url}")

    def _words(self) -> None:
        live = self.live
        found = ", ".join(
            f"“{each.phrase}” {each.status}" + (f" ({each.confidence:.2f})" if each.point else "")
            for each in live.groundings
        )
        rows = [
            ("Thought", Text(live.thought, "italic") if live.thought else ""),
            ("Action", Text(live.action, "bold") if live.action else ""),
            ("Target", found),
            ("Guard", live.verdict),
            ("Outcome", live.outcome),
            ("Model", live.written),
        ]
        if (told := tuple(str(said) for _, said in rows)) != self._told:
            self._told = told
            words, shown = self.query_one("#words", Static), facts(rows)
            options = self.app.console.options.update_width(max(1, words.size.width))
            high = len(self.app.console.render_lines(shown, options))
            words.update(shown, layout=high != words.size.height)
        longest = max([*live.ledger.values(), 0.001])
        self.query_one("#ledger", Bars).show(
            tuple(
                Bar(label=name, share=took / longest, text=f"{took * 1000:.0f} ms")
                for name in PHASES
                if (took := live.ledger.get(name)) is not None
            )
        )

    def _state(self) -> None:
        """One line on what the run does or waits for, in words and with a sign."""
        session, pending = self.session, self.live.pending
        if session is None:
            text, style = "Press n to start a run.", "$text-muted"
        elif self.live.over:
            ok = session.result is not None and session.result.ok
            text, style = ("✓ Done", "$success") if ok else (f"✗ {self._why(session)}", "$error")
            text += " · o opens the trace"
        elif self.acting:
            text, style = "◆ Your turn: click, i types, p presses, h hands back", "$primary bold"
        elif pending is not None and pending.kind == "review" and pending.action is not None:
            text = f"‖ Send this? {describe(pending.action)}"
            style = "$warning bold"
        elif session.control.hands:
            text, style = "◆ Your turn comes when this step is done …", "$primary bold"
        elif session.control.paused:
            text, style = "‖ Pausing before the next action …", "$warning"
        else:
            text, style = "● Running", "$success"
        self.query_one("#state", Static).update(Content.styled(text, style), layout=False)
        kind = pending.kind if pending is not None else ""
        hands = session is not None and session.control.hands
        keys = (session, self.live.over, kind, hands)
        if keys != self._keys:  # the line of keys is made anew each time
            self._keys = keys
            self.refresh_bindings()

    def _why(self, session: Session) -> str:
        if session.error is not None:
            return str(session.error)
        result = session.result
        return (result.message or result.reason.value.replace("_", " ")) if result else "Not done"

    def _over(self, session: Session) -> None:
        session.wait()
        self._state()
        if session.result is not None and not session.result.ok:
            self.live.outcome = plain(self._why(session))  # where it could not be recorded, too
            self._words()
        if not self.live.lines:
            self.query_one(RowList).show(0, self.live.row, empty="It did not begin.")
        if session.error is not None:
            from handeye.tui.modals.problem import Problem

            self.app.push_screen(Problem(session.error))

    def action_new(self) -> None:
        if self.session is not None and self.session.running:
            self.notify("A run goes on: s stops it.", severity="warning")
            return
        self.app.push_screen(NewRun(), answered(self.watch_run))

    def action_zoom(self) -> None:
        self.query_one(Picture).zoom()

    def action_open(self) -> None:
        if self.session is not None and self.live.observed is not None:
            self.app.push_screen(Trace(self.session.path))


def _gauge(label: str, spent: float, limit: float | None, text: str) -> Bar:
    share = spent / limit if limit else 0.0
    style = "$error" if share > 0.9 else "$warning" if share > 0.7 else "$success"
    return Bar(label=label, share=share, text=text, style=style)
