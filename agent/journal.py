"""Tells every event of a run to its listeners in order: the episode on disk first.

Prevents: a listener (progress line, TUI) that has seen an action of which the disk knows nothing.
"""

from collections.abc import Callable
from pathlib import Path

from handeye.agent.types import Plan
from handeye.envs import Observation, Outcome
from handeye.episodes import EpisodeWriter
from handeye.episodes.events import Event, Planned

Listener = Callable[[Event], None]


class Journal:
    """One episode and any number of listeners. Raises RecordingError when the disk fails."""

    def __init__(self, writer: EpisodeWriter, *listeners: Listener) -> None:
        self._writer = writer
        self._listeners = listeners

    @property
    def path(self) -> Path:
        """The episode's folder."""
        return self._writer.path

    def emit(self, event: Event) -> None:
        self._writer.emit(event)
        for listener in self._listeners:
            listener(event)

    def observed(self, step: int, observation: Observation) -> None:
        self.emit(self._writer.observed(step, observation))

    def planned(self, step: int, plan: Plan) -> None:
        said = Planned(step=step, thought=plan.thought, action=plan.action, calls=plan.calls)
        self.emit(said)

    def acted(self, step: int, outcome: Outcome) -> None:
        self.emit(self._writer.acted(step, outcome))


class ToldWriter(EpisodeWriter):
    """A writer that tells a listener of every event when it is on the disk."""

    def __init__(
        self, task: str = "", *, path: Path | None = None, told: Listener | None = None
    ) -> None:
        super().__init__(task, path=path)
        self._told = told

    def emit(self, event: Event) -> None:
        super().emit(event)
        if self._told is not None:
            self._told(event)
