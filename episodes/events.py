"""One model per event of a run, told apart by `kind`; this is the episode's file format.

Within a step the order is: observed, nudged, planned, grounded…, judged, intent, acted. The intent
is on disk before the action is sent, so that after a crash it is known that the action may have
happened.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter

from handeye.actions import Action, ScreenSpace, Value
from handeye.envs import ActionError, Blocked, DialogSeen, Element, Settled, Tab
from handeye.episodes.result import RunResult, StopReason, Timing, Verdict
from handeye.grounding import Grounding
from handeye.grounding.calls import ModelCall, Usage


class RunStarted(Value):
    """`parameters` are the recorded values of the names that stand as `{{name}}` in typed text;
    of `secrets` the names alone are known."""

    kind: Literal["run_started"] = "run_started"
    task: str
    url: str = ""
    env: str
    planner: str
    grounder: str
    settings: dict[str, str] = {}
    versions: dict[str, str] = {}
    parameters: dict[str, str] = {}
    secrets: tuple[str, ...] = ()


class Observed(Value):
    """`frame` and `elements` are content hashes (SHA-256) of files in the episode's folder."""

    kind: Literal["observed"] = "observed"
    step: int
    frame: str
    format: Literal["png", "jpeg"] = "png"
    space: ScreenSpace
    url: str = ""
    title: str = ""
    tabs: tuple[Tab, ...] = ()
    dialogs: tuple[DialogSeen, ...] = ()
    downloads: tuple[str, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    settled: Settled | None = None
    elements: str = ""


class Planned(Value):
    """`calls` is what was asked of models to decide this."""

    kind: Literal["planned"] = "planned"
    step: int
    thought: str = ""
    action: Action
    calls: tuple[ModelCall, ...] = ()


class Nudged(Value):
    """What who plans is told before this step: that the run goes round in circles."""

    kind: Literal["nudged"] = "nudged"
    step: int
    message: str


class Grounded(Value):
    kind: Literal["grounded"] = "grounded"
    step: int
    grounding: Grounding


class Judged(Value):
    kind: Literal["judged"] = "judged"
    step: int
    verdict: Verdict


class Intent(Value):
    """About to do `action`. `elements` has what lies under each of its targets, in order."""

    kind: Literal["intent"] = "intent"
    step: int
    action: Action
    elements: tuple[Element | None, ...] = ()


class Acted(Value):
    """What was really sent and what became of it; `closer_look` is a frame's content hash."""

    kind: Literal["acted"] = "acted"
    step: int
    sent: Action
    seconds: float
    error: ActionError | None = None
    note: str = ""
    closer_look: str = ""


class Replied(Value):
    kind: Literal["replied"] = "replied"
    step: int
    question: str
    reply: str


class RunEnded(Value):
    kind: Literal["run_ended"] = "run_ended"
    ok: bool
    reason: StopReason
    message: str = ""
    answer: str = ""
    steps: int
    timing: Timing
    usage: Usage = Usage()

    @classmethod
    def of(cls, result: RunResult) -> Self:
        """What an episode keeps of a result: not its own folder, and of the output the JSON."""
        return cls(**result.model_dump(exclude={"episode", "output"}))


Event = Annotated[
    RunStarted | Observed | Nudged | Planned | Grounded | Judged | Intent | Acted | Replied
    | RunEnded,
    Field(discriminator="kind"),
]  # fmt: skip

event_adapter: TypeAdapter[Event] = TypeAdapter(Event)
