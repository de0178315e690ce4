"""From the events of a run to spans: one for the run, one for each step, in it what was done there.

A span holds times, kinds, counts and reasons: no task, no page, no typed text, no address, no path.
The names are those of OpenTelemetry's GenAI conventions where these have one.
Prevents: traces that carry off what a page says or what was typed.
"""

import re
import time
from collections.abc import Sequence
from typing import Any

from handeye.envs import ActionErrorKind
from handeye.episodes.events import (
    Acted,
    Event,
    Grounded,
    Intent,
    Judged,
    Nudged,
    Observed,
    Planned,
    Replied,
    RunEnded,
    RunStarted,
)
from handeye.grounding.calls import ModelCall, Usage


class Spans:
    """Hears events and makes spans with `tracer`: invoke_agent, step, observe, plan, chat, ground,
    judge, execute_tool. The time of an event is that at which it is heard."""

    def __init__(self, tracer: Any) -> None:
        self._tracer = tracer
        self._run: Any = None
        self._step: Any = None
        self._index: int | None = None
        self._last = 0
        self._sent_at = 0

    def hear(self, event: Event) -> None:
        now = time.time_ns()
        getattr(self, f"_{event.kind}")(event, now)
        self._last = now

    def close(self) -> None:
        """End what is open: a run that broke off."""
        if self._run is not None:
            self._end_step()
            self._finish(self._run, self._last, error="broken_off")
            self._run = None

    def _run_started(self, event: RunStarted, now: int) -> None:
        self.close()
        about = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "handeye",
            "gen_ai.agent.version": own_version(),
            "handeye.env": event.env,
            "handeye.planner": event.planner.partition(":")[0],
            "handeye.grounder": event.grounder.partition(":")[0],
            **_model(event.planner),
        }
        self._run = self._tracer.start_span(
            "invoke_agent handeye", start_time=now, attributes=about
        )

    def _observed(self, event: Observed, now: int) -> None:
        if event.step != self._index:
            self._end_step()
            self._index = event.step
            self._step = self._child(
                "step", self._run, self._last, {"handeye.step": event.step + 1}
            )
        about: dict[str, Any] = {
            "handeye.dialogs": len(event.dialogs),
            "handeye.downloads": len(event.downloads),
            "handeye.blocked": len(event.blocked),
        }
        if event.settled is not None:
            about |= {"handeye.rest": event.settled.reason}
            about |= {"handeye.rest.seconds": event.settled.seconds}
        self._did("observe", now, about)

    def _nudged(self, _: Nudged, now: int) -> None:
        if self._step is not None:
            self._step.add_event("nudged", timestamp=now)

    def _planned(self, event: Planned, now: int) -> None:
        about = {"gen_ai.operation.name": "plan", "gen_ai.agent.name": "handeye"}
        self._did("plan handeye", now, {**about, "handeye.action": event.action.kind}, event.calls)

    def _grounded(self, event: Grounded, now: int) -> None:
        found = event.grounding
        self._did("ground", now, {"handeye.found": found.status}, found.calls)

    def _judged(self, event: Judged, now: int) -> None:
        verdict = event.verdict
        self._did("judge", now, {"handeye.verdict": verdict.decision, "handeye.rule": verdict.rule})

    def _intent(self, _: Intent, now: int) -> None:
        self._sent_at = now

    def _acted(self, event: Acted, now: int) -> None:
        kind = event.sent.kind
        about: dict[str, Any] = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": kind,
            "gen_ai.tool.type": "extension",
        }
        error = event.error
        if error is None or error.kind is not ActionErrorKind.CHANGED:
            self._index = None  # what follows is another step, also where a fork counts anew
        if error is not None:
            about |= {"handeye.maybe_done": error.maybe_done}
        span = self._child(f"execute_tool {kind}", self._step or self._run, self._sent_at, about)
        self._finish(span, now, error="" if error is None else str(error.kind))

    def _replied(self, _: Replied, now: int) -> None:
        self._did("ask_user", now, {})

    def _run_ended(self, event: RunEnded, now: int) -> None:
        self._end_step()
        if self._run is not None:
            self._run.set_attributes(
                {"handeye.reason": str(event.reason), "handeye.steps": event.steps}
                | _used(event.usage)
            )
            self._finish(self._run, now, error="" if event.ok else str(event.reason))
            self._run = None

    def _did(
        self, name: str, now: int, about: dict[str, Any], calls: Sequence[ModelCall] = ()
    ) -> None:
        """A span from the event before to this one; in it the calls of models, which ended last."""
        span = self._child(name, self._step or self._run, self._last, about)
        begin = max(self._last, now - sum(map(_nanoseconds, calls)))
        for call in calls:
            end = min(now, begin + _nanoseconds(call))
            asked = self._child(**_chat(call), parent=span, start=begin)
            self._finish(asked, end, error="unusable_answer" if call.problem else "")
            begin = end
        self._finish(span, now)

    def _child(self, name: str, parent: Any, start: int, about: dict[str, Any]) -> Any:
        from opentelemetry.trace import SpanKind, set_span_in_context

        kind = SpanKind.CLIENT if name.startswith("chat") else SpanKind.INTERNAL
        within = None if parent is None else set_span_in_context(parent)
        return self._tracer.start_span(
            name, context=within, start_time=start or None, attributes=about, kind=kind
        )

    def _finish(self, span: Any, end: int, error: str = "") -> None:
        from opentelemetry.trace import StatusCode

        if error:
            span.set_attribute("error.type", error)
            span.set_status(StatusCode.ERROR)
        span.end(end or None)

    def _end_step(self) -> None:
        if self._step is not None:
            self._step.end(self._last)
            self._step = None


def _chat(call: ModelCall) -> dict[str, Any]:
    """The name and the attributes of a question to a model; none of its words."""
    model = _model(call.model)
    about: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        **model,
        "gen_ai.response.finish_reasons": [call.finish],
        "handeye.purpose": call.purpose,
        "handeye.attempts": call.attempts,
        **_used(call.usage),
    }
    name = model.get("gen_ai.request.model", "")
    return {"name": f"chat {name}".strip(), "about": about}


def _used(usage: Usage) -> dict[str, Any]:
    about: dict[str, Any] = {
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
    }
    return about if usage.cost is None else about | {"handeye.cost_usd": usage.cost}


def _model(name: str) -> dict[str, str]:
    """What "remote:qwen@http://…" or "phi4:FOLDER" says, without address and path."""
    provider, _, rest = name.partition(":")
    model = {"remote": rest.partition("@")[0], "phi4": re.split(r"[\\/]", rest)[-1]}.get(
        provider, ""
    )
    if not model:
        return {}
    return {"gen_ai.provider.name": provider, "gen_ai.request.model": model}


def _nanoseconds(call: ModelCall) -> int:
    return int(call.seconds * 1e9)


def own_version() -> str:
    from importlib.metadata import version

    return version("handeye")
