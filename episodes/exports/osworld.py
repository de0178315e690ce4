"""OSWorld's layout: `traj.jsonl` with pyautogui lines, a picture after each step, `result.txt`.

The lines are text for other tools; handeye never runs them. Prevents: trajectories that cannot be
compared with those of other agents.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handeye.actions import Action, Batch, Target, describe
from handeye.episodes.events import Observed
from handeye.episodes.exports.steps import deeds, frame_of
from handeye.episodes.reader import Episode

_KEYS = {
    "Control": "ctrl", "Shift": "shift", "Alt": "alt", "Meta": "win", "Enter": "enter",
    "Escape": "esc", "Backspace": "backspace", "Delete": "delete", "Tab": "tab", " ": "space",
    "ArrowUp": "up", "ArrowDown": "down", "ArrowLeft": "left", "ArrowRight": "right",
    "Home": "home", "End": "end", "PageUp": "pageup", "PageDown": "pagedown", "Insert": "insert",
}  # fmt: skip


def write_osworld(episode: Episode, out: Path) -> None:
    out.mkdir(parents=True)
    lines = []
    found = list(deeds(episode))
    for number, deed in enumerate(found, 1):
        when = f"{datetime.fromtimestamp(deed.step.events[-1].time, UTC):%Y%m%d@%H%M%S}"
        if number == 1:
            _picture(episode, deed.observed, out / f"step_0_{when}.png")
        name = f"step_{number}_{when}.png"
        _picture(episode, deed.after or deed.observed, out / name)
        thought = deed.step.planned.thought if deed.step.planned else ""
        last = number == len(found)
        lines.append(_line(number, when, deed.action, thought, name, last=last, ok=_ok(episode)))
    (out / "traj.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines), "utf-8")
    (out / "result.txt").write_text(f"{float(_ok(episode))}\n", "utf-8")
    task = {"id": episode.id, "instruction": episode.started.task if episode.started else ""}
    (out / "config.json").write_text(json.dumps(task, indent=4, ensure_ascii=False) + "\n", "utf-8")


def _ok(episode: Episode) -> bool:
    return episode.ended is not None and episode.ended.ok


def _line(
    number: int, when: str, action: Action, thought: str, picture: str, *, last: bool, ok: bool
) -> dict[str, Any]:
    return {
        "step_num": number,
        "action_timestamp": when,
        "action": "\n".join([f"# {describe(action)}", *code(action)]),
        "response": thought or describe(action),
        "reward": float(ok) if last else 0,
        "done": last,
        "info": {},
        "screenshot_file": picture,
    }


def _picture(episode: Episode, observed: Observed, path: Path) -> None:
    shot = frame_of(episode, observed)
    if shot.format == "png":
        path.write_bytes(shot.data)
    else:
        shot.image.save(path)


def code(action: Action) -> Iterator[str]:
    """The action as lines of pyautogui; what it cannot do, as a comment."""
    if isinstance(action, Batch):
        for part in action.actions:
            yield from code(part)
        return
    told: dict[str, Any] = action.model_dump()
    at = _at(getattr(action, "target", None))
    match action.kind:
        case "click":
            button = "" if told["button"] == "left" else f", button={told['button']!r}"
            count = "" if told["count"] == 1 else f", clicks={told['count']}"
            held = [_KEYS[key] for key in told["modifiers"]]
            yield from (f"pyautogui.keyDown({key!r})" for key in held)
            yield f"pyautogui.click({at}{button}{count})"
            yield from (f"pyautogui.keyUp({key!r})" for key in reversed(held))
        case "hover":
            yield f"pyautogui.moveTo({at})"
        case "drag":
            first, *rest = [_at(target) for target in getattr(action, "path", ())]
            yield f"pyautogui.moveTo({first})"
            yield from (f"pyautogui.dragTo({spot}, button={told['button']!r})" for spot in rest)
        case "type":
            if at:
                yield f"pyautogui.click({at})"
            if told["clear"]:
                yield "pyautogui.hotkey('ctrl', 'a')"
            yield f"pyautogui.typewrite({told['text']!r})"
        case "press":
            keys = [_KEYS.get(key, key.lower()) for key in told["keys"]]
            name = "hotkey" if len(keys) > 1 else "press"
            yield f"pyautogui.{name}({', '.join(map(repr, keys))})"
        case "scroll":
            if at:
                yield f"pyautogui.moveTo({at})"
            yield f"pyautogui.scroll({-round(told['dy'] / 100)})"
        case "wait":
            yield f"time.sleep({told['seconds']:g})"
        case _:
            yield f"# pyautogui has no way to {describe(action)}"


def _at(target: Target | None) -> str:
    point = target.point if target else None
    return f"{point.x:.0f}, {point.y:.0f}" if point else ""
