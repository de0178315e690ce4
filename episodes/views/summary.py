"""An episode as people read it: one `StepSummary` a step, for the table, the report and JSON."""

from handeye.actions import Value, describe, targets
from handeye.episodes.events import Acted, Grounded, Intent, Observed, Planned
from handeye.episodes.reader import Episode, RecordedStep
from handeye.episodes.replay.refind import label
from handeye.grounding.calls import ModelCall, Usage

_PHASES: tuple[tuple[type, str], ...] = (
    (Observed, "observe"),
    (Planned, "plan"),
    (Grounded, "ground"),
    (Intent, "record"),
    (Acted, "act"),
)


class StepSummary(Value):
    """One step in words. `confidence` is the lowest of its groundings, None where none was needed.

    `seconds` is the time since the step before; `phases` divides it up. `settled` is in seconds.
    `calls` is what was asked of models, to plan and to find targets.
    """

    number: int
    what: str
    target: str = ""
    confidence: float | None = None
    outcome: str
    ok: bool
    settle_reason: str = ""
    settled: float = 0.0
    seconds: float
    phases: dict[str, float]
    thought: str = ""
    calls: tuple[ModelCall, ...] = ()

    @property
    def usage(self) -> Usage:
        return sum((call.usage for call in self.calls), Usage())


def in_words(usage: Usage) -> str:
    """ "1,200 tokens read (900 cached), 40 written, $0.0012" """
    cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    told = f"{usage.prompt_tokens:,} tokens read{cached}, {usage.completion_tokens:,} written"
    return told if usage.cost is None else f"{told}, ${usage.cost:.4f}"


def summarise(episode: Episode) -> tuple[StepSummary, ...]:
    """Every step of an episode, in order."""
    return tuple(step_summary(episode, index) for index in range(len(episode.steps)))


def step_summary(episode: Episode, index: int) -> StepSummary:
    """One step of an episode, by its place in `episode.steps`; looks at no other step."""
    return _summary(episode.steps[index], episode.steps.began(index))


def _summary(step: RecordedStep, began: float) -> StepSummary:
    decided = step.intent or step.planned
    under = [label(element) for element in step.intent.elements if element] if step.intent else []
    words = [str(target) for target in targets(decided.action)] if decided else []
    settled = step.observed.settled if step.observed else None
    outcome, ok = _outcome(step)
    return StepSummary(
        number=step.index + 1,
        what=describe(decided.action) if decided else "look at the screen",
        target=", ".join(under or words),
        confidence=min((found.confidence for found in step.groundings), default=None),
        outcome=outcome,
        ok=ok,
        settle_reason=settled.reason if settled else "",
        settled=settled.seconds if settled else 0.0,
        seconds=max(0.0, step.events[-1].time - began),
        phases=_phases(step, began),
        thought=step.planned.thought if step.planned else "",
        calls=_calls(step),
    )


def _calls(step: RecordedStep) -> tuple[ModelCall, ...]:
    planned = step.planned.calls if step.planned else ()
    return planned + tuple(call for found in step.groundings for call in found.calls)


def _outcome(step: RecordedStep) -> tuple[str, bool]:
    """What became of a step, and whether it went as planned."""
    if step.planned is not None and step.planned.calls and step.planned.calls[-1].problem:
        return f"no usable answer: {step.planned.calls[-1].problem}", False
    if step.acted is not None:
        error = step.acted.error
        return (f"{error.kind.value}: {error.message}", False) if error else ("ok", True)
    if step.intent is not None:
        return "may have happened", False
    if step.verdict is not None and step.verdict.decision != "allow":
        return f"refused: {step.verdict.reason or step.verdict.rule}", False
    lost = next((found for found in step.groundings if found.point is None), None)
    if lost is not None:
        return f"{lost.status}: {lost.reason or lost.phrase}", False
    if step.replied is not None:
        return f"answered: {step.replied.reply}", True
    if step.planned is not None and step.planned.action.kind == "done":
        return ("done", True) if step.planned.action.success else ("gave up", False)
    return "not sent", False


def _phases(step: RecordedStep, began: float) -> dict[str, float]:
    """Seconds by phase: each event ends the phase that is named after what led to it."""
    spent: dict[str, float] = {}
    last = began
    for recorded in step.events:
        name = next((name for kind, name in _PHASES if isinstance(recorded.event, kind)), "record")
        spent[name] = spent.get(name, 0.0) + max(0.0, recorded.time - last)
        last = recorded.time
    return spent
