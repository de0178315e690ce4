"""What opens an answer of a benchmark: an episode as a trace, a question on its screen."""

from pathlib import Path
from typing import Any

from textual import work
from textual.message import Message

from handeye.agent.bench import Played
from handeye.agent.bench.results import EPISODES
from handeye.envs import Observation
from handeye.episodes.envelope import EVENTS_FILE
from handeye.grounding.evaluate.detail import Detail
from handeye.tui.screens.trace import Trace


class ToQuestion(Message):
    """A question of an evaluation goes to the playground."""

    def __init__(self, observation: Observation, detail: Detail) -> None:
        super().__init__()
        self.observation, self.detail = observation, detail


class Opening:
    """For screens that show answers."""

    def open_answer(self: Any, folder: Path, source: Played | Detail) -> None:
        if isinstance(source, Detail):
            self.ask_again(source)
            return
        episode = folder / EPISODES / f"{source.task}-{source.seed}"
        if (episode / EVENTS_FILE).is_file():
            self.app.push_screen(Trace(episode))
        else:
            told = f"There is no recording: {source.message or source.stop}"
            self.notify(told, timeout=8, markup=False)

    @work(thread=True, exclusive=True, group="question")
    def ask_again(self: Any, detail: Detail) -> None:
        from handeye.grounding.images import load_screenshot

        with self.reporting():
            found = load_screenshot(Path(detail.img_path))
            _ = found.screenshot.image  # decoded here, not on the screen's time
            self.post_message(ToQuestion(found, detail))
