"""The application: its places, its looks, and what the command palette offers."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from handeye.tui.doing import ToWatch
from handeye.tui.modals.confirm import Confirm
from handeye.tui.opening import ToQuestion
from handeye.tui.screens.base import answered
from handeye.tui.screens.benches import Benches
from handeye.tui.screens.episodes import Episodes
from handeye.tui.screens.ground import Ground
from handeye.tui.screens.run import Run
from handeye.tui.screens.trace import ToGround, Trace
from handeye.tui.session import Session
from handeye.tui.themes import ANSI_DARK, ANSI_LIGHT, DARK, THEMES
from handeye.tui.widgets.topbar import PLACES, Place


class HandeyeApp(App[None]):
    """`folder` holds episodes; `episode` is opened at once; `session` is a run to watch. Results
    of benchmarks are looked for in `results`, where the commands put them."""

    TITLE = "handeye"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"go('{place}')", label, show=False)
            for number, (place, label) in enumerate(PLACES.items(), 1)
        ),
        Binding("ctrl+p", "command_palette", "Commands", show=False),
        Binding("q", "quit", "Quit"),
    ]

    def __init__(
        self,
        folder: Path,
        episode: Path | None = None,
        session: Session | None = None,
        results: Path = Path(),
    ) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        # Before anything is shown: each change that is seen reads the whole style sheet again.
        self.set_reactive(App.ansi_theme_dark, ANSI_DARK)
        self.set_reactive(App.ansi_theme_light, ANSI_LIGHT)
        self.theme = DARK.name
        self.bench_screen = Benches(results)
        self.run_screen = Run(session)
        self.ground_screen = Ground()
        self.folder = folder
        self._episode = episode

    def on_mount(self) -> None:
        made: dict[str, Callable[[], Screen[None]]] = {
            "episodes": lambda: Episodes(self.folder),
            "run": lambda: self.run_screen,
            "ground": lambda: self.ground_screen,
            "bench": lambda: self.bench_screen,
        }
        for place, screen in made.items():
            self.add_mode(place, screen)
        self.switch_mode("run" if self.run_screen.session else "episodes")
        if self._episode is not None:
            self.push_screen(Trace(self._episode))

    def action_go(self, place: str) -> None:
        self.switch_mode(place)

    async def action_quit(self) -> None:
        """A run goes on without the screen, unless it is stopped; a benchmark does not."""
        session = self.run_screen.session
        if self.screen.has_class("leaving"):  # Ctrl+Q once more: it is being asked
            return
        if self.bench_screen.busy:
            said = "It is stopped when you leave; what was answered is kept, and it can go on."
            asked = Confirm("A benchmark goes on", said, "Stop it and leave", "Stay")
            asked.add_class("leaving")
            self.push_screen(asked, answered(lambda yes: self.exit() if yes else None))
            return
        if session is None or not session.running:
            self.exit()
            return
        said = "It goes on without this screen, with no to every question, unless you stop it."
        asked = Confirm("A run goes on", said, "Stop it", "Let it go on")
        asked.add_class("leaving")

        def leave(stop: bool) -> None:
            if stop:
                session.control.stop()
            self.exit()

        self.push_screen(asked, answered(leave))

    def on_unmount(self) -> None:
        if self.bench_screen.playing is not None:
            self.bench_screen.playing.stop()

    def on_to_ground(self, message: ToGround) -> None:
        self.ground_screen.open(message.observation, "a recorded frame")
        self.switch_mode("ground")

    def on_to_question(self, message: ToQuestion) -> None:
        self.ground_screen.ask(message.observation, message.detail)
        self.switch_mode("ground")

    def on_to_watch(self, message: ToWatch) -> None:
        session = self.run_screen.session
        if session is not None and session.running:
            self.notify("A run goes on: stop it first, in Run.", severity="warning")
            return
        self.switch_mode("run")
        self.run_screen.begin(message.session)

    def on_place_wanted(self, message: Place.Wanted) -> None:
        self.switch_mode(message.place)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        yield from super().get_system_commands(screen)
        for place, label in PLACES.items():
            yield SystemCommand(
                f"Go to {label}", f"Show {label}", lambda p=place: self.action_go(p)
            )
        bench, ground = self.bench_screen, self.ground_screen
        for title, told, place, act in (
            ("Play MiniWoB++", "Start a benchmark of tasks", "bench", bench.action_play),
            ("Measure a grounder", "Start an evaluation", "bench", bench.action_measure),
            ("Look for results in a folder", "Of benchmarks", "bench", bench.action_folder),
            ("Grab the screen", "Ask where things are on it", "ground", ground.action_grab),
        ):
            yield SystemCommand(title, told, lambda p=place, a=act: self._do(p, a))

    def _do(self, place: str, act: Callable[[], None]) -> None:
        """Go there first, so that the dialog lies over the screen that it is about."""
        self.switch_mode(place)
        self.call_later(act)
