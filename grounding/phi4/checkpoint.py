"""Where the files of a checkpoint are and what they hold, before any weight is read.

Prevents: a shard that is missing, or a download that was cut off, found out after minutes of
loading or not at all.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from handeye.actions.errors import BackendError

INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"
TOKENIZER = "tokenizer.json"
MOST_HEADER_BYTES = 100_000_000  # the limit of the format's own reader
AGAIN = "Download it again."


class Stored(NamedTuple):
    """A tensor in a file; `dtype` as safetensors names it ("BF16", "F32")."""

    file: Path
    dtype: str
    shape: tuple[int, ...]


def checkpoint_folder(source: str | Path) -> Path:
    """The local folder of `source`: a folder, or a repository of the hub, downloaded when it is
    not in the hub's cache. Raises BackendError."""
    folder = Path(source)
    if folder.is_dir():
        return folder
    if folder.exists():
        raise BackendError(f"{folder} is a file.", "Name the folder that the checkpoint is in.")
    if isinstance(source, str) and re.fullmatch(r"\w[\w.-]*/\w[\w.-]*", source):
        return _from_hub(source)
    raise BackendError(f"There is no folder {folder}.", "Check the path.")


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, HTTPError

    try:
        wanted = ["config.json", TOKENIZER, INDEX, "model*.safetensors"]
        return Path(snapshot_download(name, allow_patterns=wanted))
    except (HTTPError, HFValidationError, OSError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise BackendError(
            f"There is no folder {name}, and the hub does not give {name!r}: {reason}",
            "Check the name and the network, or name a local folder.",
        ) from error


def stored_tensors(folder: Path) -> dict[str, Stored]:
    """Every tensor of the checkpoint, by its published key. Raises BackendError."""
    if (folder / INDEX).is_file():
        return _sharded(folder)
    if (folder / SINGLE).is_file():
        return _header(folder / SINGLE)
    raise BackendError(
        f"{folder} holds no weights: neither {INDEX} nor {SINGLE} is there.",
        "Name the folder of the whole checkpoint.",
    )


def _sharded(folder: Path) -> dict[str, Stored]:
    places = _weight_map(folder / INDEX)
    names = sorted(set(places.values()))
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise BackendError(
            f"{folder} lacks {len(missing)} of {len(names)} shards: {listed(missing)}.",
            "Download the missing files.",
        )
    tensors: dict[str, Stored] = {}
    for name in names:
        tensors |= _header(folder / name)
    absent = [key for key, name in places.items() if key not in tensors]
    if absent:
        raise BackendError(
            f"{INDEX} names tensors that are not in their shard: "
            f"{listed(f'{key} ({places[key]})' for key in absent)}.",
            "Download the index and the shards again, of one version.",
        )
    return tensors


def _weight_map(path: Path) -> dict[str, str]:
    try:
        places = json.loads(path.read_text(encoding="utf-8"))["weight_map"]
        named = {str(key): str(name) for key, name in places.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackendError(f"{path} is no index of shards: {error!r}.", AGAIN) from error
    strange = [name for name in named.values() if Path(name).name != name]
    if strange or not named:
        raise BackendError(f"{path} names no usable files: {listed(strange)}.", AGAIN)
    return named


def _header(path: Path) -> dict[str, Stored]:
    """What a safetensors file says it holds, when its length agrees.

    Format: 8 bytes little-endian length, that many bytes of JSON, the data
    (https://huggingface.co/docs/safetensors).
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            if start == b"version ":
                raise BackendError(f"{path} is a Git LFS pointer.", "Run: git lfs pull")
            if len(start) < 8 or length > MOST_HEADER_BYTES:
                raise BackendError(f"{path} is no safetensors file.", AGAIN)
            head = json.loads(file.read(length)) if 8 + length <= size else {}
        entries = {key: value for key, value in head.items() if key != "__metadata__"}
        data = max((entry["data_offsets"][1] for entry in entries.values()), default=0)
        tensors = {
            key: Stored(path, str(entry["dtype"]), tuple(map(int, entry["shape"])))
            for key, entry in entries.items()
        }
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BackendError(f"{path} is damaged: {error!r}.", AGAIN) from error
    if size < 8 + length + data:
        raise BackendError(
            f"{path} is cut off: it has {size:,} bytes of {8 + length + data:,}.", AGAIN
        )
    return tensors


def listed(names: Iterable[str], most: int = 5) -> str:
    """The names for a message: the first few, and how many more."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
