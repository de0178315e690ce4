"""What a run says while it goes on: one line a step, and a status line for what is under way.

Prevents: a page whose text moves the terminal's cursor.
"""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handeye.episodes.events import Acted, Event, Grounded, Judged

_TAIL = 60  # characters of what a model writes that fit on the status line


class Progress:
    """Turns events into one line a step: what, on what, with what result, in how many ms."""

    def __init__(self) -> None:
        self._what = ""
        self._on = ""
        self._since = time.monotonic()
        self._step = 0
        self._written = ""
        self._idle = False

    def thinking(self, piece: str) -> str:
        """The end of what a model has written so far, for the status line."""
        from rich.markup import escape

        self._written = (self._written + piece)[-_TAIL:]
        return f"Step {self._step + 1} {escape(plain(self._written))}"

    def doing(self, event: "Event") -> str:
        """What goes on now, for the status line."""
        from rich.markup import escape

        step = getattr(event, "step", None)
        return "Starting …" if step is None else f"Step {step + 1} {escape(self._what)}"

    def lines(self, event: "Event") -> list[str]:
        from handeye.actions import describe

        match event.kind:
            case "observed":
                self._since, self._step, self._written = time.monotonic(), event.step, ""
            case "planned":
                self._what, self._on = plain(describe(event.action)), ""
                problem = event.calls[-1].problem if event.calls else ""
                self._idle = bool(problem)
                if problem:  # what is done instead, waiting or giving up, is not the model's
                    self._what = "no usable answer"
                    return [self._line(event, problem)]
            case "grounded":
                return self._grounded(event)
            case "judged" if event.verdict.decision != "allow":
                return [self._line(event, f"refused: {event.verdict.reason}")]
            case "acted" if not self._idle:
                return [self._line(event, event.error.message if event.error else "ok")]
            case "replied":
                return [self._line(event, "answered")]
        return []

    def _grounded(self, event: "Grounded") -> list[str]:
        found = event.grounding
        if found.status != "found":
            return [self._line(event, f"“{found.phrase}” is {found.status}")]
        element = found.element
        self._on = f" → {element.role} “{element.name or element.value}”" if element else ""
        return []

    def _line(self, event: "Acted | Grounded | Judged | Event", result: str) -> str:
        took = (time.monotonic() - self._since) * 1000
        step = getattr(event, "step", 0) + 1
        return plain(f"{step:>4}  {self._what}{self._on}  {result}  {took:.0f} ms")


def plain(text: str) -> str:
    """Text from a page without control characters, cut to a line."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= 240 else clean[:239] + "…"
