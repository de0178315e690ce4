"""`manifest.json`: the SHA-256 of each file of a closed recording that is not named after it.

Prevents: a changed download, or a changed byte in a compressed list that unpacks all the same.
"""

import hashlib
import json
from pathlib import Path

from handeye.actions.errors import EpisodeCorruptError
from handeye.episodes.envelope import (
    DOWNLOADS_FOLDER,
    ELEMENTS_FOLDER,
    EVENTS_FILE,
    MANIFEST_FILE,
    META_FILE,
    is_sealed,
    parse_object,
    seal,
)
from handeye.episodes.lines import RESTORE


def make_manifest(path: Path) -> bytes:
    """The sealed line that says what is in the folder now."""
    listed = [path / META_FILE, path / EVENTS_FILE]
    for folder in (ELEMENTS_FOLDER, DOWNLOADS_FOLDER):
        listed += sorted(file for file in (path / folder).rglob("*") if _is_whole(file))
    files = {file.relative_to(path).as_posix(): hash_of(file) for file in listed}
    return seal(json.dumps({"files": files}, separators=(",", ":")).encode())


def hash_of(file: Path) -> str:
    """The SHA-256 of a file, which need not fit into memory."""
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def _is_whole(file: Path) -> bool:
    """Whether it is a file, and no leftover of a write that a kill cut off."""
    return file.is_file() and file.suffix != ".part"


def read_manifest(path: Path) -> dict[str, str]:
    """Names in the folder and their SHA-256. Raises EpisodeCorruptError when it was changed."""
    file = path / MANIFEST_FILE
    data = file.read_bytes()
    line = data.removesuffix(b"\n")
    files = parse_object(line).get("files")
    if not is_sealed(line) or not data.endswith(b"\n") or not isinstance(files, dict):
        raise EpisodeCorruptError(f"{file} was changed or cut off.", RESTORE)
    return {str(name): str(sha256) for name, sha256 in files.items()}
