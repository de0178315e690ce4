"""Frames and lists of elements of an episode, checked against the hashes that name them.

Prevents: a picture that was exchanged, shown as what was on the screen.
"""

import gzip
import hashlib
import re
import zlib

from pydantic import TypeAdapter

from handeye.actions.errors import EpisodeCorruptError
from handeye.envs import Element, Screenshot
from handeye.episodes.envelope import ELEMENTS_FOLDER, FRAMES_FOLDER, SUFFIXES
from handeye.episodes.events import Observed
from handeye.episodes.lines import RESTORE
from handeye.episodes.reader import Episode

_HASH = re.compile(r"[0-9a-f]{64}")
_elements_adapter: TypeAdapter[tuple[Element, ...]] = TypeAdapter(tuple[Element, ...])


def load_frame(episode: Episode, observed: Observed) -> Screenshot:
    """The picture of a step. Raises EpisodeCorruptError when it is missing or was changed."""
    name = f"{observed.frame}.{SUFFIXES[observed.format]}"
    data = _stored(episode, FRAMES_FOLDER, observed.frame, name)
    _verify(episode, FRAMES_FOLDER, name, data, observed.frame)
    return Screenshot(data=data, format=observed.format, space=observed.space)


def load_elements(episode: Episode, observed: Observed) -> tuple[Element, ...] | None:
    """The elements of a step; None where the environment listed none.

    Raises EpisodeCorruptError when the file is missing or was changed.
    """
    if not observed.elements:
        return None
    name = f"{observed.elements}.json.gz"
    packed = _stored(episode, ELEMENTS_FOLDER, observed.elements, name)
    try:
        data = gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        data = b""
    _verify(episode, ELEMENTS_FOLDER, name, data, observed.elements)
    return _elements_adapter.validate_json(data)


def _stored(episode: Episode, folder: str, sha256: str, name: str) -> bytes:
    path = episode.path / folder / name
    if not _HASH.fullmatch(sha256):
        raise EpisodeCorruptError(f"{sha256!r} in {episode.path} is no content hash.", RESTORE)
    try:
        return path.read_bytes()
    except OSError as error:
        raise EpisodeCorruptError(f"Cannot read {path}: {error.strerror}.", RESTORE) from error


def _verify(episode: Episode, folder: str, name: str, data: bytes, sha256: str) -> None:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise EpisodeCorruptError(f"{episode.path / folder / name} was changed.", RESTORE)
