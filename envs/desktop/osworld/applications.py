"""Which installed application opens a file, by the desktop entries of the system.

A private display has no session that would know. Source: the Desktop Entry Specification.
Prevents: a file that is opened by nothing because nobody ever built the system's cache of types.
"""

import configparser
import mimetypes
import os
import re
import shlex
from pathlib import Path

_CODES = re.compile(r"%[fFuU]")
_OTHER_CODES = re.compile(r"%[^fFuU%]")


def opener_of(path: Path) -> list[str] | None:
    """The command that opens `path`, without its file; None where nothing is installed for it."""
    kind = "inode/directory" if path.is_dir() else mimetypes.guess_type(path.name)[0]
    for entry in _entries():
        kinds = entry.get("MimeType", "").split(";")
        shown = "true" not in (entry.get("NoDisplay", ""), entry.get("Terminal", ""))
        if shown and (kind or "text/plain") in kinds and _CODES.search(entry.get("Exec", "")):
            command = _OTHER_CODES.sub("", entry["Exec"])
            return [word for word in shlex.split(command) if not _CODES.fullmatch(word)]
    return None


def _entries() -> list["configparser.SectionProxy"]:
    folders = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    found = []
    for folder in folders.split(":"):
        for file in sorted(Path(folder, "applications").glob("*.desktop")):
            entry = configparser.RawConfigParser(strict=False, delimiters=("=",))
            entry.optionxform = str  # type: ignore[assignment,method-assign]
            try:
                entry.read(file, encoding="utf-8")
            except (configparser.Error, UnicodeDecodeError):
                continue
            if "Desktop Entry" in entry:
                found.append(entry["Desktop Entry"])
    return found
