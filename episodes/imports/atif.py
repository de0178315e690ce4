"""ATIF documents (Agent Trajectory Interchange Format): handeye's own and those of others.

Prevents: tool calls that are no actions of a screen, dropped without a word.
"""

from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from handeye.actions import ScreenSpace
from handeye.actions.union import action_adapter
from handeye.envs import Element
from handeye.episodes.imports.build import Builder, Screen, Unreadable, parsed

_under: TypeAdapter[tuple[Element | None, ...]] = TypeAdapter(tuple[Element | None, ...])


def read(source: Path, builder: Builder) -> None:
    """`source` is the document or the folder with its trajectory.json. Raises Unreadable."""
    path = source / "trajectory.json" if source.is_dir() else source
    document = parsed(path.read_bytes(), "it")
    if not isinstance(document, dict) or not isinstance(document.get("steps"), list):
        raise Unreadable("it has no steps")
    if not str(document.get("schema_version", "")).startswith("ATIF-v1."):
        raise Unreadable(f"its version is {document.get('schema_version')!r}; ATIF v1 is read")
    own = (document.get("extra") or {}).get("handeye") or {}
    builder.url, builder.env = str(own.get("url", "")), str(own.get("env", "browser"))
    builder.ok, builder.answer = bool(own.get("ok", True)), str(own.get("answer", ""))
    for name in ("subagent_trajectories", "continued_trajectory_ref", "notes"):
        if document.get(name):
            builder.leave_out(f"the document's {name}")
    before: Screen | None = None
    for step in document["steps"]:
        before = _step(step, before, path.parent, builder)
    builder.end(before)


def _step(
    step: dict[str, Any], before: Screen | None, folder: Path, builder: Builder
) -> Screen | None:
    """Add what a step did; returns the screen after it."""
    where = f"step {step.get('step_id')}"
    message = step.get("message", "")
    if step.get("source") != "agent":
        words, picture = _content(message, folder, where, builder)
        if step.get("source") == "user" and not builder.task:
            builder.task = words
        elif words:
            builder.leave_out(f"{where}: a message of the {step.get('source')}: {words[:200]}")
        return picture or before
    extra = (step.get("extra") or {}).get("handeye") or {}
    if before is not None and extra.get("space"):
        before.space = ScreenSpace.model_validate(extra["space"])
        before.url, before.title = extra.get("url", ""), extra.get("title", "")
    words, _ = _content(message, folder, where, builder)
    calls = step.get("tool_calls") or []
    if not calls:
        builder.leave_out(f"{where}: a message without a tool call: {words[:200]}")
    for call in calls:
        _call(call, str(step.get("reasoning_content") or ""), before, extra, where, builder)
    picture = None
    for result in (step.get("observation") or {}).get("results", []):
        _, seen = _content(result.get("content") or "", folder, where, builder)
        picture = seen or picture
    return picture or before


def _call(
    call: dict[str, Any],
    thought: str,
    before: Screen | None,
    extra: dict[str, Any],
    where: str,
    builder: Builder,
) -> None:
    name, arguments = call.get("function_name"), call.get("arguments") or {}
    try:
        action = action_adapter.validate_python({"kind": name, **arguments})
        elements = _under.validate_python(extra.get("elements", ()))
    except (TypeError, ValidationError):
        builder.leave_out(f"{where}: the tool call {name}({arguments})")
        return
    if action.kind != "done":
        builder.add(action, before, thought, elements)


def _content(content: Any, folder: Path, where: str, builder: Builder) -> tuple[str, Screen | None]:
    """The words and the last picture of a message or a result."""
    if isinstance(content, str):
        return content, None
    words, picture = [], None
    for part in content:
        if part.get("type") == "text":
            words.append(str(part.get("text", "")))
            continue
        path = folder / str((part.get("source") or {}).get("path", ""))
        inside = path.resolve().is_relative_to(folder.resolve())
        if part.get("type") == "image" and inside and path.is_file():
            picture = Screen(path.read_bytes())
        else:
            builder.leave_out(f"{where}: {part.get('type')} {path.name} is not in the folder")
    return "\n".join(words), picture
