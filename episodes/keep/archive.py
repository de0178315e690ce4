"""An episode as one file, and back: a zip that any tool opens.

Prevents: an archive that writes outside its folder, or that unpacks into half an episode.
"""

import os
import re
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

from handeye.actions.errors import EpisodeCorruptError, EpisodeError, RecordingError
from handeye.episodes.envelope import (
    DOWNLOADS_FOLDER,
    ELEMENTS_FOLDER,
    EVENTS_FILE,
    FRAMES_FOLDER,
    MANIFEST_FILE,
    META_FILE,
)
from handeye.episodes.keep.verify import verify_episode

SUFFIX = ".handeye.zip"
_TOP = (META_FILE, EVENTS_FILE, MANIFEST_FILE)
_FOLDERS = (FRAMES_FOLDER, ELEMENTS_FOLDER, DOWNLOADS_FOLDER)
_INSIDE = re.compile(
    rf"[^/\\:]+/({'|'.join(map(re.escape, _TOP))}|({'|'.join(_FOLDERS)})/[^/\\]+)\Z"
)
_WHEN = (1980, 1, 1, 0, 0, 0)  # so that the same episode makes the same archive


def pack(path: Path, archive: Path) -> Path:
    """Write an episode into a new file. Raises EpisodeCorruptError when it is damaged,
    EpisodeError when the file is there already, RecordingError when it cannot be written."""
    problems = [each for each in verify_episode(path) if "cut off by a crash" not in each]
    if problems:
        raise EpisodeCorruptError(f"{path} is damaged: {problems[0]}", "Restore it from a copy.")
    if archive.exists():
        raise EpisodeError(f"{archive} is there already.", "Name a new file.")
    part = archive.with_name(archive.name + ".part")
    name = path.resolve().name
    try:
        archive.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w") as file:
            for each in _files(path):
                info = zipfile.ZipInfo(f"{name}/{each.relative_to(path).as_posix()}", _WHEN)
                whole = each.suffix not in (".jsonl", ".json")
                info.compress_type = zipfile.ZIP_STORED if whole else zipfile.ZIP_DEFLATED
                file.writestr(info, each.read_bytes())
        part.replace(archive)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise RecordingError(
            f"Cannot write {archive}: {error.strerror}.", "Choose another place for it."
        ) from error
    return archive


def unpack(archive: Path, home: Path) -> Path:
    """Make an episode's folder in `home` from an archive, and verify it.

    Raises EpisodeError when the folder is there already or the file cannot be read,
    EpisodeCorruptError when it holds anything but a whole episode.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            name = _only_folder(archive, file)
            target = home / name
            if target.exists():
                raise EpisodeError(
                    f"{target} is there already.", "Remove it, or name another --to."
                )
            home.mkdir(parents=True, exist_ok=True)
            part = home / f".unpacking-{name}-{os.getpid()}"
            try:
                file.extractall(part)
                for folder in _FOLDERS:
                    (part / name / folder).mkdir(exist_ok=True)
                problems = verify_episode(part / name)
                if problems and "cut off by a crash" not in problems[0]:
                    raise EpisodeCorruptError(f"{archive} is damaged: {problems[0]}", _AGAIN)
                (part / name).rename(target)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        raise EpisodeCorruptError(f"{archive} is damaged: {error}.", _AGAIN) from error
    except OSError as error:
        if error.filename == str(archive):
            raise EpisodeError(
                f"Cannot read {archive}: {error.strerror}.", "Check the path."
            ) from error
        raise EpisodeError(
            f"Cannot unpack {archive} into {home}: {error.strerror or error}.",
            "Name another folder: --to.",
        ) from error
    return target


def _only_folder(archive: Path, file: zipfile.ZipFile) -> str:
    """The name of the folder that everything in an archive lies in."""
    names = [info.filename for info in file.infolist() if not info.is_dir()]
    wrong = [name for name in names if not _INSIDE.match(name) or ".." in name.split("/")]
    folders = {name.partition("/")[0] for name in names}
    if wrong or len(folders) != 1:
        what = f"it holds {wrong[0]!r}" if wrong else "it does not hold one folder"
        raise EpisodeCorruptError(f"{archive} is no packed episode: {what}.", _AGAIN)
    return folders.pop()


def _files(path: Path) -> list[Path]:
    top = [path / name for name in _TOP if (path / name).is_file()]
    inner = [file for folder in _FOLDERS for file in sorted((path / folder).glob("*"))]
    return top + [file for file in inner if file.is_file() and file.suffix != ".part"]


_AGAIN = "Pack the episode again with `handeye episodes pack`."
