"""Asks how a run goes on from a step of an episode."""

from collections.abc import Mapping
from pathlib import Path

from handeye.actions.errors import UsageError
from handeye.episodes.writer import new_id
from handeye.tui.modals.form import Form, Line
from handeye.tui.session import Forked, Session


class Fork(Form[Session]):
    """The steps before are repeated as they were recorded; gives back a run that has not begun."""

    def __init__(self, episode: Path, at: int, recorded: str) -> None:
        super().__init__()
        self.heading = f"Go on from step {at + 1} in another way"
        self._episode, self._at, self._recorded = episode, at, recorded

    def lines(self) -> list[Line]:
        return [
            Line("task", "What to do", "", "the rest of what was asked for"),
            Line("planner", "Planner", "", "the recorded one"),
            Line("grounder", "Grounder", "", "elements"),
            Line("model", "Model", "", "none: the planner"),
            Line("paused", "Pause", "yes", "before each action: yes or no"),
        ]

    def read(self, given: Mapping[str, str]) -> Session:
        if given["planner"] and given["model"]:
            raise UsageError("A planner or a model, not both.", "Leave one out.")
        names = ("planner", "grounder", "model")
        options = {name: given[name] for name in names if given[name]}
        task = given["task"] or self._recorded
        out = self.app.folder / new_id(task)  # type: ignore[attr-defined]
        session = Forked(self._episode, self._at, given["task"], self._recorded, out=out, **options)
        session.control.paused = not given["paused"].casefold().startswith("n")
        return session
