"""An episode as one HTML file that needs nothing else: frames inside, no network, no library.

Everything that comes from pages or models is data, set as text by the page's own script; the
file's content policy admits only that script, by its hash. Prevents: a recorded page that runs
its script in whoever reads the report.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from handeye.actions import describe, targets
from handeye.actions.errors import EpisodeCorruptError, RecordingError
from handeye.episodes.events import Observed
from handeye.episodes.reader import Episode, RecordedStep, status_line
from handeye.episodes.stored import load_frame
from handeye.episodes.views.summary import StepSummary, in_words, summarise
from handeye.grounding import Candidate, Grounding
from handeye.grounding.calls import ModelCall, Usage

_TEMPLATE = Path(__file__).with_name("report.html")
_ALTERNATIVES = 5


def write_report(episode: Episode, path: Path) -> None:
    """Write the report, into a folder that is made where it is missing; a damaged frame is left
    out and named in its step.

    Raises RecordingError when the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_report(episode, part)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise RecordingError(
            f"Cannot write the report {path}: {error.strerror}.", "Choose another place for it."
        ) from error


def save_report(episode: Episode, path: Path) -> None:
    """The same, with no care for what is there, or for half a file. Raises OSError."""
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.writelines(_pieces(episode))


def _pieces(episode: Episode) -> Iterator[str]:
    template = _TEMPLATE.read_text(encoding="utf-8")
    for kind in ("style", "script"):
        code = re.search(rf"<{kind}>(.*?)</{kind}>", template, re.DOTALL)
        assert code is not None
        digest = base64.b64encode(hashlib.sha256(code[1].encode()).digest()).decode()
        template = template.replace(f"{kind}-hash", f"'sha256-{digest}'")
    before, after = template.split("<!--episode-->")
    yield before
    problems: dict[str, str] = {}
    yield from _frames(episode, problems)
    data = _as_json(_data(episode, problems))
    yield f'<script type="application/json" id="episode">{data}</script>'
    yield after


def _frames(episode: Episode, problems: dict[str, str]) -> Iterator[str]:
    """Each frame once, as base64 text that the browser does not decode until it is shown."""
    seen: set[str] = set()
    for step in episode.steps:
        observed = step.observed
        if observed is None or observed.frame in seen:
            continue
        seen.add(observed.frame)
        try:
            data = base64.b64encode(load_frame(episode, observed).data).decode()
        except EpisodeCorruptError as error:
            problems[observed.frame] = error.message
            continue
        yield f'<script type="text/plain" id="f-{observed.frame}">{data}</script>\n'


def _as_json(data: object) -> str:
    """JSON that cannot end the script element that holds it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _data(episode: Episode, problems: dict[str, str]) -> dict[str, Any]:
    started, ended = episode.started, episode.ended
    return {
        "id": episode.id,
        "task": started.task if started else "",
        "url": started.url if started else "",
        "made": f"{started.env}, {started.planner}, {started.grounder}" if started else "",
        "created": episode.meta.created,
        "status": status_line(episode),
        "ok": bool(ended and ended.ok),
        "message": ended.message if ended else "",
        "answer": ended.answer if ended else "",
        "seconds": ended.timing.total if ended else None,
        "usage": in_words(ended.usage) if ended and ended.usage != Usage() else "",
        "steps": [
            _step(step, summary, problems)
            for step, summary in zip(episode.steps, summarise(episode), strict=True)
        ],
    }


def _step(step: RecordedStep, summary: StepSummary, problems: dict[str, str]) -> dict[str, Any]:
    decided = step.intent or step.planned
    aimed = targets(step.intent.action) if step.intent else ()
    return {
        **summary.model_dump(),
        "asked": describe(step.planned.action) if step.planned else "",
        "action": decided.action.model_dump(mode="json", exclude_defaults=True) if decided else {},
        "kind": decided.action.kind if decided else "",
        "screen": _screen(step.observed, problems) if step.observed else None,
        "points": [[spot.point.x, spot.point.y] for spot in aimed if spot.point],
        "boxes": _boxes(step),
        "calls": [_call(call) for call in summary.calls],
        "groundings": [_grounding(grounding) for grounding in step.groundings],
        "rule": step.verdict.model_dump() if step.verdict else None,
        "note": step.acted.note if step.acted else "",
    }


def _screen(observed: Observed, problems: dict[str, str]) -> dict[str, Any]:
    return {
        "frame": "" if observed.frame in problems else observed.frame,
        "problem": problems.get(observed.frame, ""),
        "format": observed.format,
        "width": observed.space.size.width,
        "height": observed.space.size.height,
        "url": observed.url,
        "title": observed.title,
        "dialogs": [f"{seen.kind}: {seen.message}" for seen in observed.dialogs],
        "downloads": list(observed.downloads),
    }


def _boxes(step: RecordedStep) -> list[list[float]]:
    """The boxes of the targets: of the elements acted on, else of what grounding found."""
    under = [element.box for element in step.intent.elements if element] if step.intent else []
    found = [grounding.box for grounding in step.groundings if grounding.box]
    return [[box.x1, box.y1, box.width, box.height] for box in under or found]


def _grounding(grounding: Grounding) -> dict[str, Any]:
    return {
        "phrase": grounding.phrase,
        "status": grounding.status,
        "confidence": grounding.confidence,
        "reason": grounding.reason,
        "alternatives": [_candidate(one) for one in grounding.alternatives[:_ALTERNATIVES]],
    }


def _call(call: ModelCall) -> dict[str, Any]:
    return {
        "title": f"{call.purpose} · {call.model} · {call.seconds:.1f} s",
        "usage": in_words(call.usage),
        "problem": call.problem,
        "thought": call.thought,
        "text": call.text,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    box = candidate.box
    return {
        "label": candidate.label,
        "role": candidate.role,
        "score": candidate.score,
        "box": [box.x1, box.y1, box.width, box.height],
    }
