"""Tells every event of a run to its listeners in order: the episode on disk first.

Prevents: a listener (progress line, TUI) that has seen an action of which the disk knows nothing.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from handeye.envs import Element, Observation, Outcome, Screenshot
from handeye.episodes.events import Acted, Event, Observed


class Recorder(Protocol):
    """Where events, frames and elements are kept; `handeye.episodes.EpisodeWriter` is one."""

    def emit(self, event: Event) -> None: ...

    def store_frame(self, screenshot: Screenshot) -> str: ...

    def store_elements(self, elements: tuple[Element, ...]) -> str: ...


class Journal:
    """One recorder and any number of listeners. Raises RecordingError when the disk fails."""

    def __init__(self, recorder: Recorder, *listeners: Callable[[Event], None]) -> None:
        self._recorder = recorder
        self._listeners = listeners

    def emit(self, event: Event) -> None:
        self._recorder.emit(event)
        for listener in self._listeners:
            listener(event)

    def observed(self, step: int, observation: Observation) -> None:
        shot, elements = observation.screenshot, observation.elements
        self.emit(
            Observed(
                step=step,
                frame=self._recorder.store_frame(shot),
                format=shot.format,
                space=shot.space,
                url=observation.url,
                title=observation.title,
                tabs=observation.tabs,
                dialogs=observation.dialogs,
                downloads=observation.downloads,
                settled=observation.settled,
                elements="" if elements is None else self._recorder.store_elements(elements),
            )
        )

    def acted(self, step: int, outcome: Outcome) -> None:
        look = outcome.closer_look
        self.emit(
            Acted(
                step=step,
                sent=outcome.sent,
                seconds=outcome.seconds,
                error=outcome.error,
                note=outcome.note,
                closer_look="" if look is None else self._recorder.store_frame(look),
            )
        )


def versions(*packages: str) -> Mapping[str, str]:
    """The installed versions of packages, without importing them."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
