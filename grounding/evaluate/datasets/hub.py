"""Data sets from the hub, into handeye's own cache; archives of images are unpacked there.

Prevents: a benchmark that can only be run by those who know where its files belong.
"""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from handeye.actions.errors import BackendError


def download(name: str, repository: str) -> Path:
    """The folder of the data set, with what was missing of it downloaded.

    A download that was cut off goes on. HF_ENDPOINT names another hub. Raises BackendError.
    """
    from platformdirs import user_cache_path

    folder = user_cache_path("handeye", appauthor=False) / "datasets" / name
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, HTTPError
    except ImportError as error:
        raise BackendError(
            f"{name} is on the hub, and huggingface_hub is not installed.",
            "Run: pip install 'handeye[eval]', or give its folder with --data.",
        ) from error
    try:
        snapshot_download(repository, repo_type="dataset", local_dir=folder)
    except (HTTPError, HFValidationError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(
            f"The hub does not give {repository}: {reason}",
            "Check the network; or download it elsewhere, and give its folder with --data.",
        ) from error
    for archive in sorted(folder.glob("*.zip")):
        _unpack(archive)
    return folder


def _unpack(archive: Path) -> None:
    """Beside the archive, once: a file of its name says that all of it is there."""
    done = archive.with_suffix(".unpacked")
    if done.exists() and done.stat().st_mtime >= archive.stat().st_mtime:
        return
    try:
        with ZipFile(archive) as files:
            files.extractall(archive.parent)
    except BadZipFile as error:
        raise BackendError(
            f"{archive} is no whole archive.", "Remove it; it is downloaded again."
        ) from error
    done.touch()
