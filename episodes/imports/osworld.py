"""Trajectories in OSWorld's layout: `traj.jsonl` with pyautogui lines, a picture after each step.

Prevents: an action matched with the picture that it led to.
"""

from pathlib import Path
from typing import Any

from handeye.actions import Action, Batch
from handeye.episodes.imports.build import Builder, Screen, Unreadable, parsed
from handeye.episodes.imports.pyautogui import Reader


def read(source: Path, builder: Builder) -> None:
    """`source` is the folder or its traj.jsonl. Raises Unreadable when it is none."""
    folder = source if source.is_dir() else source.parent
    lines = [parsed(line, "a line") for line in _text(folder / "traj.jsonl").splitlines() if line]
    if not all(isinstance(line, dict) and "action" in line for line in lines):
        raise Unreadable("a line of traj.jsonl has no action")
    if (folder / "config.json").is_file():
        builder.task = str(
            parsed(_text(folder / "config.json"), "config.json").get("instruction", "")
        )
        builder.leave_out("config.json: how the task is set up and judged")
    builder.env, hand = "desktop", Reader()
    before = next((Screen(path.read_bytes()) for path in sorted(folder.glob("step_0*.png"))), None)
    for line in lines:
        where = f"step {line.get('step_num', '?')}"
        action = _action(line, where, hand, builder)
        if action is not None:
            if before is None:
                builder.leave_out(f"{where}: there is no picture from before it")
            builder.add(action, before, str(line.get("response", "")))
        before = _picture(folder, line, where, builder) or before
    builder.end(before)
    result = folder / "result.txt"
    if result.is_file():
        _judged(_text(result).strip(), builder)


def _judged(result: str, builder: Builder) -> None:
    try:
        builder.ok = float(result or 0) > 0
    except ValueError:
        builder.leave_out(f"result.txt: {result[:200]}")


def _action(line: dict[str, Any], where: str, hand: Reader, builder: Builder) -> Action | None:
    code = line["action"]
    if not isinstance(code, str):
        builder.leave_out(f"{where}: {code}")
        return None
    if code.strip() in ("DONE", "FAIL", "WAIT"):
        builder.ok = code.strip() != "FAIL" and builder.ok
        if code.strip() == "WAIT":
            builder.leave_out(f"{where}: WAIT")
        return None
    actions, rest = hand.actions(code)
    for each in rest:
        builder.leave_out(f"{where}: {each}")
    if len(actions) > 1:
        return Batch(actions=tuple(actions))
    return actions[0] if actions else None


def _picture(folder: Path, line: dict[str, Any], where: str, builder: Builder) -> Screen | None:
    name = Path(str(line.get("screenshot_file") or "")).name
    if name and (folder / name).is_file():
        return Screen((folder / name).read_bytes())
    builder.leave_out(f"{where}: its picture {name} is missing" if name else f"{where}: no picture")
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is no text") from error
