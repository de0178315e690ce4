"""Fields that hold one kind of value (a date, a time, a colour): what was typed, as they take it.

Prevents: a date typed as people write it that the field drops without a word.
"""

import re
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y")
_DATES_IN_WORDS = ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y")
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
# Kind of field → the form of its value (HTML standard, 2.3.5), and the forms that people write.
_FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "date": ("%Y-%m-%d", (*_DATES, *_DATES_IN_WORDS)),
    "time": ("%H:%M", _TIMES),
    "month": ("%Y-%m", ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y")),
    "datetime-local": (
        "%Y-%m-%dT%H:%M",
        tuple(
            f"{date}{gap}{time}" for date in _DATES for gap in ("T", " ", ", ") for time in _TIMES
        ),
    ),
}
_SHAPES = {
    "week": r"\d{4}-W\d\d",
    "color": "#[0-9a-fA-F]{6}",
    "range": r"-?\d+(\.\d+)?",
}
_EXAMPLES = {
    "date": "2026-11-23",
    "time": "18:05",
    "month": "2026-11",
    "week": "2026-W48",
    "datetime-local": "2026-11-23T18:05",
    "color": "#ff8800",
    "range": "42",
}
FILLED = frozenset(_EXAMPLES)
"""The types of `<input>` that are filled at once and not typed into key by key."""


def fill(handle: "ElementHandle", kind: str, text: str) -> str:
    """Give the field its value; the answer is a note for the record.

    Raises Refused when the field has no value like that.
    """
    value = field_value(kind, text.strip())
    if value is None:
        message = f"A {kind} field cannot hold {text!r}. Type it like {_EXAMPLES[kind]}."
        raise Refused(ActionErrorKind.INVALID, message)
    handle.fill(value)
    return f"filled the {kind} field" + (f" with {value}" if value != text else "")


def field_value(kind: str, text: str) -> str | None:
    """The text in the form that the field takes; None when it is nothing of the kind.

    With slashes the month comes first where it can; with dots the day does.
    """
    if kind in _SHAPES:
        return text if not text or re.fullmatch(_SHAPES[kind], text) else None
    form, written = _FORMS[kind]
    for each in written:
        with suppress(ValueError):
            return datetime.strptime(text, each).strftime(form)
    return None if text else ""
