"""Whether every byte of an episode is the one that was recorded.

Lines carry checksums, frames and element lists their hashes as names, and the manifest of a
finished recording has the hash of each other file. Prevents: a damaged recording that is found out
only when the one frame that is needed does not open.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from handeye.actions.errors import EpisodeError
from handeye.episodes.envelope import (
    DOWNLOADS_FOLDER,
    ELEMENTS_FOLDER,
    EVENTS_FILE,
    FRAMES_FOLDER,
    MANIFEST_FILE,
    META_FILE,
)
from handeye.episodes.events import Acted, Observed
from handeye.episodes.manifest import hash_of, read_manifest
from handeye.episodes.reader import Episode, read_episode
from handeye.episodes.stored import load_elements, load_frame

_KNOWN = {META_FILE, EVENTS_FILE, MANIFEST_FILE}


def verify_episode(path: Path) -> list[str]:
    """What is wrong with an episode, a sentence each; empty when every byte is right.

    Raises EpisodeNotFoundError when the folder holds none.
    """
    read_episode_at = path / EVENTS_FILE
    try:
        episode = read_episode(path)
    except EpisodeError as error:
        if not read_episode_at.is_file():
            raise
        return [error.message]
    problems = list(_stored(episode))
    if episode.torn:
        problems.append(f"{read_episode_at}: the last line was cut off by a crash.")
    return [*problems, *_against_manifest(path), *_strangers(path)]


def _stored(episode: Episode) -> Iterator[str]:
    """Frames and element lists that are missing or changed; each one is looked at once."""
    seen: set[str] = set()
    for recorded in episode.events:
        event = recorded.event
        if isinstance(event, Acted) and event.closer_look and event.closer_look not in seen:
            seen.add(event.closer_look)
            if not list((episode.path / FRAMES_FOLDER).glob(f"{event.closer_look}.*")):
                yield f"The closer look {event.closer_look} of step {event.step + 1} is missing."
        if not isinstance(event, Observed):
            continue
        for name, load in ((event.frame, load_frame), (event.elements, load_elements)):
            if not name or name in seen:
                continue
            seen.add(name)
            try:
                load(episode, event)
            except EpisodeError as error:
                yield error.message


def _against_manifest(path: Path) -> Iterator[str]:
    if not (path / MANIFEST_FILE).exists():
        return
    try:
        manifest = read_manifest(path)
    except EpisodeError as error:
        yield error.message
        return
    for name, sha256 in manifest.items():
        try:
            found = hash_of(path / name)
        except OSError as error:
            yield f"Cannot read {path / name}: {error.strerror}."
            continue
        if found != sha256:
            yield f"{path / name} was changed."


def _strangers(path: Path) -> Iterator[str]:
    """Frames that are not what their name says, and files that no episode has."""
    for file in sorted((path / FRAMES_FOLDER).glob("*")):
        if file.suffix == ".part":  # a kill while it was written; nothing names it
            continue
        try:
            found = hashlib.sha256(file.read_bytes()).hexdigest()
        except OSError as error:
            yield f"Cannot read {file}: {error.strerror}."
            continue
        if found != file.stem:
            yield f"{file} is not the picture that its name says."
    for entry in sorted(path.iterdir()):
        folder = entry.name in (FRAMES_FOLDER, ELEMENTS_FOLDER, DOWNLOADS_FOLDER)
        if entry.name not in _KNOWN and not folder and entry.suffix != ".lock":
            yield f"{entry} does not belong to the episode."
