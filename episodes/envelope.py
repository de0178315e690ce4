"""One line of an episode file: an event with its number, its time, and a checksum of its bytes.

    {"seq":7,"time":1700000000.25,"event":{…},"sum":"1c291ca3"}

`sum` is the CRC-32 of the line's bytes before `,"sum"`. The first line and `meta.json` also carry
`schema`. Prevents: a changed, lost or doubled line that is taken for what happened.
"""

import json
import zlib
from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from handeye.actions import Value
from handeye.episodes.events import Event

SCHEMA = "1.4"
"""major.minor: a reader refuses a newer major; a newer minor only adds fields and kinds."""

EVENTS_FILE = "episode.jsonl"
META_FILE = "meta.json"
MANIFEST_FILE = "manifest.json"
FRAMES_FOLDER = "frames"
ELEMENTS_FOLDER = "elements"
DOWNLOADS_FOLDER = "downloads"
SUFFIXES = {"png": "png", "jpeg": "jpg"}

_SEAL_START = b',"sum":"'
_SEAL_LENGTH = len(_SEAL_START) + 8 + len(b'"}')


class Recorded(Value):
    """An event, its place in the episode from 0, and when it was recorded (Unix seconds)."""

    seq: int
    time: float
    event: Event


class Envelope(Recorded):
    """A whole line, as it is in the file."""

    schema_: str | None = Field(default=None, alias="schema")
    sum: str


class Meta(Value):
    """`meta.json`: what kind of folder this is. Written once, when the episode begins."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")

    format: str = "handeye-episode"
    schema_: str = Field(default=SCHEMA, alias="schema")
    id: str
    created: float
    handeye: str = ""


def seal(body: bytes) -> bytes:
    """Put a checksum at the end of a JSON object (`{…}`), and a line feed after it."""
    body = body[:-1]
    return b'%s%s%08x"}\n' % (body, _SEAL_START, zlib.crc32(body))


def is_sealed(line: bytes) -> bool:
    """Whether the line, without its line feed, still has the bytes that were written."""
    body, end = line[:-_SEAL_LENGTH], line[-_SEAL_LENGTH:]
    return end == b'%s%08x"}' % (_SEAL_START, zlib.crc32(body))


def encode_event(event: Event, seq: int, time: float) -> bytes:
    """The line of an event, with its line feed."""
    schema = f'"schema":"{SCHEMA}",' if seq == 0 else ""
    body = f'{{{schema}"seq":{seq},"time":{time:.6f},"event":{event.model_dump_json()}}}'
    return seal(body.encode())


def encode_meta(meta: Meta) -> bytes:
    return seal(meta.model_dump_json(by_alias=True).encode())


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object in a line; an empty one where there is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def is_newer_major(schema: object) -> bool:
    """Whether a schema version is one that this reader must refuse."""
    major = str(schema).partition(".")[0]
    return major.isdigit() and int(major) > int(SCHEMA.partition(".")[0])
