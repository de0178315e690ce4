"""Recordings in the forms that other tools read. Each format is one function and one line here."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from handeye.actions.errors import RecordingError, UsageError
from handeye.episodes.exports.steps import deeds
from handeye.episodes.reader import Episode
from handeye.episodes.replay.unplaced import refuse_unplaced


class Format(NamedTuple):
    """`writer` is "module:function"; `suffix` is "" for a format that is a folder."""

    writer: str
    suffix: str
    told: str


FORMATS = {
    "playwright": Format("playwright:write_test", ".py", "a Playwright test in Python"),
    "atif": Format("atif:write_atif", "", "ATIF v1.8, with the frames"),
    "osworld": Format("osworld:write_osworld", "", "OSWorld's traj.jsonl, with the frames"),
    "dataset": Format("dataset:write_dataset", "", "a Hugging Face dataset (parquet)"),
    "gif": Format("movie:write_gif", ".gif", "an animation that every page shows"),
    "mp4": Format("movie:write_movie", ".mp4", "a film, H.264"),
    "webm": Format("movie:write_movie", ".webm", "a film, VP9"),
    "html": Format("html:write_html", ".html", "the report: one file that needs nothing else"),
}

_WHOLE = ("playwright", "osworld")
"""Formats that are run again, and may not lack a step."""


def export(episode: Episode, name: str, out: Path) -> Path:
    """Write an episode in a format to `out`, a new file or folder.

    Raises UsageError for an unknown format, for a missing library, where `out` is there already
    and where the episode has nothing for the format, RecordingError when it cannot be written,
    EpisodeCorruptError for a damaged episode.
    """
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}.", f"There is: {', '.join(FORMATS)}.")
    if name in _WHOLE:
        refuse_unplaced(episode)
    if name in (*_WHOLE, "dataset") and not any(deeds(episode)):
        raise UsageError(f"{episode.id} has no step that was done.", "Export it as html.")
    if out.exists():
        raise UsageError(f"{out} is there already.", "Name a new file or folder.")
    module, _, function = FORMATS[name].writer.partition(":")
    write: Callable[[Episode, Path], None] = getattr(
        import_module(f"handeye.episodes.exports.{module}"), function
    )
    try:
        with _beside(out) as part:
            write(episode, part)
            part.replace(out)
    except ImportError as error:
        raise UsageError(
            f"The format {name!r} needs a library that is not installed: {error.name}.",
            "Install it: pip install 'handeye[export]'",
        ) from error
    except OSError as error:
        why = error.strerror or " ".join(str(error).split())
        raise RecordingError(
            f"Cannot write {out}: {why}.", "Choose another place for it."
        ) from error
    return out


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Where to write what will be `out`: it is there whole or not at all. Same name, same disk."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".exporting-", dir=out.parent))
    try:
        yield folder / out.name
    finally:
        shutil.rmtree(folder, ignore_errors=True)
