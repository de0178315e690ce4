"""ATIF v1.8 (Agent Trajectory Interchange Format): `trajectory.json` and its images.

Prevents: a recording that only handeye can read. Tests validate it with the published models.
"""

import json
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from handeye.actions import describe
from handeye.episodes.envelope import SUFFIXES
from handeye.episodes.events import Observed
from handeye.episodes.exports.steps import frame_of
from handeye.episodes.reader import Episode, RecordedStep

VERSION = "ATIF-v1.8"
_EXTRA = "handeye"


def write_atif(episode: Episode, out: Path) -> None:
    images = out / "images"
    images.mkdir(parents=True)
    for step in episode.steps:
        if step.observed is not None:
            path = out / _path(step.observed)
            if not path.exists():
                path.write_bytes(frame_of(episode, step.observed).data)
    text = json.dumps(trajectory(episode), ensure_ascii=False, indent=2)
    (out / "trajectory.json").write_text(text + "\n", encoding="utf-8")


def trajectory(episode: Episode) -> dict[str, Any]:
    """The document. The screen before each action is the content of the step before it."""
    started, ended = episode.started, episode.ended
    task = started.task if started else ""
    steps = list(episode.steps)
    looks = [step.observed for step in steps]
    first = looks[0] if looks else None
    told: list[dict[str, Any]] = [
        {"step_id": 1, "source": "user", "message": [_text(task or "No task was recorded."),
                                                     *([_image(first)] if first else [])]}
    ]  # fmt: skip
    for step, after in zip_longest(steps, looks[1:]):
        if step.planned is not None:
            told.append(_step(len(told) + 1, step, after))
    document: dict[str, Any] = {
        "schema_version": VERSION,
        "session_id": episode.id,
        "agent": {
            "name": "handeye",
            "version": episode.meta.handeye or "unknown",
            "extra": {"planner": started.planner, "grounder": started.grounder} if started else {},
        },
        "steps": told,
        "extra": {_EXTRA: {"url": started.url if started else "", "env": _env(episode)}},
    }
    if ended is not None:
        usage = ended.usage
        document["final_metrics"] = {
            "total_prompt_tokens": usage.prompt_tokens,
            "total_completion_tokens": usage.completion_tokens,
            "total_cached_tokens": usage.cached_tokens,
            "total_steps": len(told),
            **({"total_cost_usd": usage.cost} if usage.cost is not None else {}),
        }
        over = {"ok": ended.ok, "reason": ended.reason.value, "message": ended.message}
        document["extra"][_EXTRA] |= over | {"answer": ended.answer}
    return document


def _env(episode: Episode) -> str:
    return episode.started.env if episode.started else ""


def _step(number: int, step: RecordedStep, after: Observed | None) -> dict[str, Any]:
    assert step.planned is not None
    action = step.intent.action if step.intent else step.planned.action
    calls = step.planned.calls + tuple(call for found in step.groundings for call in found.calls)
    identity = f"call_{step.index + 1}"
    outcome = "not sent"
    if step.acted is not None:
        outcome = step.acted.error.message if step.acted.error else "ok"
    content = [_text(outcome), *([_image(after)] if after else [])]
    told: dict[str, Any] = {
        "step_id": number,
        "timestamp": _time(step.events[0].time),
        "source": "agent",
        "message": describe(action),
        "tool_calls": [
            {
                "tool_call_id": identity,
                "function_name": action.kind,
                "arguments": action.model_dump(mode="json", exclude={"kind"}),
            }
        ],
        "observation": {"results": [{"source_call_id": identity, "content": content}]},
        "llm_call_count": len(calls),
        "extra": {_EXTRA: _place(step)},
    }
    if calls:
        told["model_name"] = calls[-1].model
        told["reasoning_content"] = step.planned.thought
        usage = [call.usage for call in calls]
        told["metrics"] = {
            "prompt_tokens": sum(each.prompt_tokens for each in usage),
            "completion_tokens": sum(each.completion_tokens for each in usage),
            "cached_tokens": sum(each.cached_tokens for each in usage),
        }
    elif step.planned.thought:
        told["message"] = f"{step.planned.thought}\n{describe(action)}"
    return told


def _place(step: RecordedStep) -> dict[str, Any]:
    """What ATIF has no place for: the page, the screen's geometry, the element under a target."""
    seen = step.observed
    found: dict[str, Any] = {}
    if seen is not None:
        found = {"url": seen.url, "title": seen.title, "space": seen.space.model_dump(mode="json")}
    if step.intent is not None:
        under = [each.model_dump(mode="json") if each else None for each in step.intent.elements]
        found["elements"] = under
    return found


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _image(observed: Observed) -> dict[str, Any]:
    source = {"media_type": f"image/{observed.format}", "path": _path(observed)}
    return {"type": "image", "source": source}


def _path(observed: Observed) -> str:
    return f"images/{observed.frame}.{SUFFIXES[observed.format]}"


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
