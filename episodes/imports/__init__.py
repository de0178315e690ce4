"""Recordings of other tools as episodes. What cannot be represented is listed, never dropped."""

from importlib import import_module
from pathlib import Path
from typing import Literal, get_args

from handeye.actions import Value
from handeye.actions.errors import UsageError
from handeye.episodes.imports.build import MALFORMED, Builder, Unreadable, why

Kind = Literal["chrome", "osworld", "playwright", "atif"]


class Imported(Value):
    """The new episode, how many steps it has, and what of the source it has not."""

    episode: Path
    steps: int
    left_out: tuple[str, ...] = ()


def import_recording(source: Path, kind: str = "", *, out: Path | None = None) -> Imported:
    """Make an episode of a recording of another tool; without `kind` the file tells.

    Raises UsageError for what is no such recording, RecordingError when it cannot be written.
    """
    chosen = kind or _guess(source)
    if chosen not in get_args(Kind):
        raise UsageError(f"There is no kind {kind!r}.", f"There is: {', '.join(get_args(Kind))}.")
    try:
        with Builder(source, chosen, out) as builder:
            _read(source, chosen, builder)
    except Unreadable as error:
        raise UsageError(f"{source} cannot be imported: {error}.", "Check --kind.") from error
    except OSError as error:
        raise UsageError(
            f"Cannot read {error.filename or source}: {error.strerror or error}."
        ) from error
    return Imported(episode=builder.path, steps=builder.steps, left_out=tuple(builder.left_out))


def _read(source: Path, kind: str, builder: Builder) -> None:
    try:
        import_module(f"handeye.episodes.imports.{kind}").read(source, builder)
    except MALFORMED as error:
        raise Unreadable(why(error)) from error


def _guess(source: Path) -> str:
    """What a file or folder seems to be. Raises UsageError where it is not to be told."""
    if not source.exists():
        raise UsageError(f"There is no file or folder {source}.", "Check the path.")
    if source.is_dir():
        if (source / "traj.jsonl").is_file():
            return "osworld"
        if (source / "trajectory.json").is_file():
            return "atif"
    elif source.suffix == ".zip":
        return "playwright"
    elif source.name == "traj.jsonl":
        return "osworld"
    elif source.suffix == ".json":
        with source.open("rb") as file:
            return "atif" if b"schema_version" in file.read(4096) else "chrome"
    raise UsageError(f"{source} is nothing that can be imported.", "Name what it is with --kind.")
