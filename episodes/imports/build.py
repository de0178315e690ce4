"""Writes an imported episode step by step, and notes what could not be represented.

Nothing is written before the source has been read: a file that is no recording leaves no folder.
"""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from handeye.actions import Action, Done, ScreenSpace, Size, map_targets, targets
from handeye.actions.errors import ImageError
from handeye.envs import Element, Observation, Outcome, Screenshot
from handeye.episodes.events import Event, Intent, Planned, RunEnded, RunStarted
from handeye.episodes.result import StopReason, Timing
from handeye.episodes.writer import EpisodeWriter
from handeye.grounding.elements.vocabulary import ROLES

# What people call a role, where it is not the role's own name.
_WORDS = {
    "columnheader": "column header", "gridcell": "cell", "img": "image", "menuitem": "menu item",
    "spinbutton": "spinner", "treeitem": "node",
}  # fmt: skip


class Unreadable(Exception):
    """The source is not what it was taken for; the message says why."""


MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading raises where something is missing, or is of another kind than it should be."""


def why(error: Exception) -> str:
    """What was wrong, in words."""
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]!r}"
    if isinstance(error, ValidationError):
        detail = error.errors()[0]
        return f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}"
    if isinstance(error, AttributeError | TypeError):
        return "something in it is of another kind than it should be"
    return str(error)


@dataclass
class Screen:
    """A look of another tool: a picture, where there is one, and what else it knows."""

    picture: bytes
    url: str = ""
    title: str = ""
    space: ScreenSpace | None = None
    elements: tuple[Element, ...] | None = None

    def observation(self) -> Observation:
        shot = screenshot(self.picture, self.space)
        return Observation(screenshot=shot, url=self.url, title=self.title, elements=self.elements)


@dataclass
class Builder:
    """Collects steps; `close` writes them as an episode."""

    source: Path
    kind: str
    out: Path | None = None
    task: str = ""
    url: str = ""
    env: str = "browser"
    ok: bool = True
    answer: str = ""
    left_out: list[str] = field(default_factory=list)
    path: Path = Path()
    _steps: list[tuple[Action, Screen | None, str, tuple[Element | None, ...]]] = field(
        default_factory=list
    )
    _last: Screen | None = None

    @property
    def steps(self) -> int:
        return len(self._steps)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._write()

    def leave_out(self, what: str) -> None:
        """Note something of the source that an episode has no place for."""
        self.left_out.append(what)

    def add(
        self,
        action: Action,
        screen: Screen | None,
        thought: str = "",
        elements: Sequence[Element | None] = (),
    ) -> None:
        """An action and the screen before it; without a screen it is kept as what was planned."""
        self._steps.append((action, screen, thought, tuple(elements)))

    def end(self, screen: Screen | None) -> None:
        """The screen after the last action."""
        self._last = screen

    def _write(self) -> None:
        with ExitStack() as stack:
            name = self.task or f"imported from {self.source.name}"
            writer = stack.enter_context(EpisodeWriter(name, path=self.out))
            self.path = writer.path
            for event in self._events(writer):
                writer.emit(event)

    def _events(self, writer: EpisodeWriter) -> list[Event]:
        told = {"imported_from": self.source.name, "kind": self.kind}
        settings = told | {"left_out": json.dumps(self.left_out)}
        events: list[Event] = [
            RunStarted(
                task=self.task, url=self.url, env=self.env, planner=f"imported:{self.kind}",
                grounder=f"imported:{self.kind}", settings=settings,
            )
        ]  # fmt: skip
        for index, (action, screen, thought, elements) in enumerate(self._steps):
            if screen is not None:
                events.append(writer.observed(index, screen.observation()))
            events.append(Planned(step=index, thought=thought, action=action))
            if screen is not None and all(spot.point for spot in targets(action)):
                sent = map_targets(action, lambda spot: spot)
                events.append(Intent(step=index, action=sent, elements=elements))
                events.append(writer.acted(index, Outcome(sent=sent, seconds=0.0)))
        if self._last is not None:
            events.append(writer.observed(len(self._steps), self._last.observation()))
            done = Done(success=self.ok, answer=self.answer)
            events.append(Planned(step=len(self._steps), action=done))
        reason = StopReason.DONE if self.ok else StopReason.GAVE_UP
        ended = {"ok": self.ok, "reason": reason, "answer": self.answer, "steps": self.steps}
        events.append(RunEnded.model_validate(ended | {"timing": Timing(total=0.0)}))
        return events


def phrase_of(name: str, role: str, otherwise: str = "") -> str:
    """How a person would point at an element: its exact name, and its role's word or `otherwise`
    where people have no word for it."""
    word = _WORDS.get(role, role)
    quoted = f'"{name.strip()}"' if name.strip() else ""
    return f"{quoted} {word if word in ROLES else otherwise}".strip()


def screenshot(data: bytes, space: ScreenSpace | None = None) -> Screenshot:
    """A picture as a screenshot; PNG and JPEG are kept as they are. Raises Unreadable."""
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as image:
            size, kind = image.size, image.format
    except (UnidentifiedImageError, OSError, ImageError) as error:
        raise Unreadable("a picture in it is none") from error
    if kind not in ("PNG", "JPEG"):
        raise Unreadable(f"a picture in it is {kind}; PNG and JPEG are read")
    found = space or ScreenSpace(size=Size(width=size[0], height=size[1]))
    return Screenshot(data=data, format="png" if kind == "PNG" else "jpeg", space=found)


def parsed(data: bytes | str, what: str) -> Any:
    """JSON. Raises Unreadable."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{what} is no JSON") from error
