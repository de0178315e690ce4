"""What is known of a run that goes on, put together from what it says. No widget knows of it.

The ledger has the step's seconds by phase. `prefill` is the time to a model's first word (the
encoding of pictures in it), `decode` the time in which it wrote.
"""

from rich.text import Text

from handeye.actions import describe
from handeye.episodes.events import Event, Observed
from handeye.episodes.views.show import plain
from handeye.grounding import Grounding
from handeye.grounding.calls import Usage
from handeye.tui.control import Pending
from handeye.tui.marks import OTHER, Mark
from handeye.tui.session import Heard, Over, Said

PHASES = ("capture", "settle", "plan", "prefill", "decode", "ground", "act")
_TAIL = 4000  # characters of a thought that are kept


class Line:
    """One step in the list."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.what, self.outcome = "", ""
        self.ok: bool | None = None
        self.seconds = 0.0


class Live:
    """`hear` each thing that was said with the time when it was."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.written = ""
        self.thought, self.action, self.verdict, self.outcome = "", "", "", ""
        self.observed: Observed | None = None
        self.groundings: list[Grounding] = []
        self.pending: Pending | None = None
        self.ledger: dict[str, float] = {}
        self.usage = Usage()
        self.over = False
        self._last = 0.0
        self._waited = 0.0
        self._asked: float | None = None

    def hear(self, said: Said, now: float) -> None:
        if isinstance(said, Heard):
            if not self.written:
                self._spend("prefill", now)
            self.written = (self.written + said.piece)[-_TAIL:]
        elif said is None or isinstance(said, Pending):
            self._waited, self._asked = self.waited(now), None if said is None else now
            self.pending = said
            self._last = now  # a person's time is nobody's phase
        elif isinstance(said, Over):
            self.over, self.pending = True, None
        else:
            self._event(said, now)

    def waited(self, now: float) -> float:
        """How many seconds of the run a person has taken, which count towards no limit."""
        return self._waited + (0.0 if self._asked is None else now - self._asked)

    def _spend(self, phase: str, now: float) -> None:
        self.ledger[phase] = self.ledger.get(phase, 0.0) + max(0.0, now - self._last)
        self._last = now

    def _event(self, event: Event, now: float) -> None:
        match event.kind:
            case "observed":
                self._observe(event, now)
            case "planned":
                self._spend("decode" if self.written else "plan", now)
                self.thought, self.action = plain(event.thought), describe(event.action)
                self.groundings, self.verdict, self.outcome = [], "", ""
                self._line.what = self.action
                self.usage = sum((call.usage for call in event.calls), self.usage)
            case "grounded":
                self._spend("ground", now)
                self.groundings.append(event.grounding)
                self.usage = sum((call.usage for call in event.grounding.calls), self.usage)
                if event.grounding.point is None:
                    self._close(f"{event.grounding.status}: {event.grounding.reason}", ok=False)
            case "judged":
                said = event.verdict
                self.verdict = f"{said.decision}: {said.rule} {said.reason}".strip()
                if said.decision != "allow":
                    self._close(f"refused: {said.reason or said.rule}", ok=False)
            case "intent":
                self._last = now
            case "acted":
                self._spend("act", now)
                error = event.error
                self._close(f"{error.kind.value}: {error.message}" if error else "ok", ok=not error)
            case "replied":
                self._close(f"answered: {event.reply}", ok=True)
            case "run_ended":
                how = event.reason.value.replace("_", " ")
                self._close(event.message or event.answer or how, ok=event.ok)
            case "run_started":
                self._last = now

    def _observe(self, event: Observed, now: float) -> None:
        self.ledger = {}
        settled = event.settled.seconds if event.settled else 0.0
        self._spend("capture", now)
        self.ledger = {
            "settle": min(settled, self.ledger["capture"]),
            "capture": max(0.0, self.ledger["capture"] - settled),
        }
        self.observed, self.written, self.groundings = event, "", []
        self.lines.append(Line(event.step + 1))

    @property
    def _line(self) -> Line:
        if not self.lines:
            self.lines.append(Line(1))
        return self.lines[-1]

    def _close(self, outcome: str, *, ok: bool) -> None:
        self.outcome = plain(outcome)
        line = self._line
        line.outcome, line.ok = self.outcome, ok
        line.seconds = sum(self.ledger.values())

    def marks(self) -> tuple[Mark, ...]:
        """Where the targets are; the candidates, where there is none."""
        shown: list[Mark] = []
        for found in self.groundings:
            if found.point is not None:
                shown.append(Mark(box=found.box, point=found.point, label=found.phrase))
            else:
                shown += [
                    Mark(box=each.box, label=each.label, colour=OTHER)
                    for each in found.alternatives
                ]
        return tuple(shown)

    def row(self, index: int, width: int) -> Text:
        """A step in the list."""
        line = self.lines[index]
        sign, style = {True: ("✓", "green"), False: ("✗", "red"), None: ("…", "yellow")}[line.ok]
        took = f"{line.seconds:.1f} s" if line.seconds else ""
        row = Text().append(f"{line.number:>4} ", "dim").append(f"{sign} ", style)
        row.append(plain(line.what) or "looking")
        row.truncate(max(1, width - len(took) - 1), overflow="ellipsis", pad=True)
        return row.append(f" {took}", "dim")
