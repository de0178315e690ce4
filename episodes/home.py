"""Where episodes live, and finding one by path, id, the beginning of an id, or "last"."""

import os
import re
from pathlib import Path

from handeye.actions.errors import EpisodeNotFoundError
from handeye.episodes.envelope import EVENTS_FILE, META_FILE

_ID = re.compile(r"\d{8}-\d{6}-\d{3}-")


def episodes_home() -> Path:
    """`$HANDEYE_HOME`, or the folder "episodes" in the user's data folder for handeye."""
    chosen = os.environ.get("HANDEYE_HOME")
    if chosen:
        return Path(os.path.expanduser(chosen))
    from platformdirs import user_data_path

    return user_data_path("handeye", appauthor=False) / "episodes"


def find_episode(ref: str | Path) -> Path:
    """The folder of an episode.

    Raises EpisodeNotFoundError when nothing fits, or when more than one id begins with `ref`.
    """
    name = str(ref)
    if name not in ("", "last"):
        path = Path(os.path.expanduser(name))
        if path.name in (EVENTS_FILE, META_FILE) and os.path.isfile(path):
            return path.parent
        if os.path.isdir(path):  # unlike Path.is_dir, no error for a name that is too long
            return path
    home = episodes_home()
    known = list_episodes(home)
    if not known:
        raise EpisodeNotFoundError(
            f"There is no episode {name[:60]!r}: {home} holds none.",
            "Give the path of an episode's folder, or record one with `handeye run`.",
        )
    return home / (known[-1] if name == "last" else _by_id(name, known))


def list_episodes(home: Path) -> list[str]:
    """The ids in a folder of episodes, oldest first; folders with names of their own come first."""
    if not home.is_dir():
        return []
    with os.scandir(home) as entries:
        names = [
            entry.name
            for entry in entries
            if entry.name[0] != "." and os.path.isfile(f"{entry.path}{os.sep}{EVENTS_FILE}")
        ]
    return sorted(names, key=lambda name: (bool(_ID.match(name)), name))


def _by_id(ref: str, known: list[str]) -> str:
    if ref in known:
        return ref
    fitting = [name for name in known if ref and name.startswith(ref)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise EpisodeNotFoundError(
            f"{len(fitting)} episodes begin with {ref!r}: {', '.join(fitting[-3:])}.",
            "Write more of the id.",
        )
    from rapidfuzz import fuzz, process

    near = [name for name, *_ in process.extract(ref, known, scorer=fuzz.partial_ratio, limit=3)]
    raise EpisodeNotFoundError(
        f"There is no episode {ref[:60]!r}.", f'Nearest: {", ".join(near)}. Or write "last".'
    )
