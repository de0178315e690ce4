"""Keeps secrets out of what is seen and kept: in texts a placeholder, in pictures a grey box.

Runs, replays and recordings by hand all clean by this. Prevents: a password or a key that a model
reads, or that lies in a folder which is packed, shared and trained on.
"""

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from handeye.actions import Box, Value
from handeye.envs.cover import covered
from handeye.envs.types import Observation

_V = TypeVar("_V", bound=Value)

SHORT = 4
"""A value of fewer characters is hidden only where it stands as a word of its own."""
_ALIKE = 75.0  # of 100: a line that is read with mistakes
_LONG = 6  # characters from which mistakes are looked past
_CUT = "…"
"""Long texts of pages end with it."""


def placeholder(name: str) -> str:
    return "{{" + name + "}}"


def slug(label: str) -> str:
    """A name for a parameter, from the label of a field."""
    return re.sub(r"\W+", "_", label.casefold()).strip("_")[:40] or "text"


class Redactor:
    """Replaces the values of named secrets, in every form in which they stand in a page."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        given = {name: value for name, value in secrets.items() if value}
        # The longest first: one secret may be a part of another.
        order = sorted(given, key=lambda name: -len(given[name]))
        self._secrets = {name: _pattern(given[name]) for name in order}
        self._beginnings = {name: given[name].casefold() for name in order}
        self._fields: set[str] = set()

    @property
    def covers(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._secrets or self._fields)

    def hide_field(self, name: str) -> None:
        """What stands behind `name=` in addresses is secret: forms put passwords there."""
        self._fields.add(name)

    def text(self, text: str) -> str:
        for name, pattern in self._secrets.items():
            text = pattern.sub(lambda _, name=name: placeholder(name), text)  # type: ignore[misc]
        if text.endswith(_CUT):
            text = self._without_beginning(text)
        for field in self._fields:
            found = rf"([?&#;]{re.escape(quote_plus(field))}=)[^&#;\s]+"
            text = re.sub(found, rf"\g<1>{placeholder(slug(field))}", text)
        return text

    def begun(self, text: str) -> bool:
        """Whether a text may end in the beginning of a secret: the rest may follow."""
        low = text.casefold()
        return any(
            low.endswith(value[:length])
            for value in self._beginnings.values()
            for length in range(1, len(value))
        )

    def tells(self, runs: Sequence[str]) -> set[int]:
        """Which of the texts that stand one after the other on a screen show a secret together."""
        found: set[int] = set()
        joined, owners = [], []
        for at, run in enumerate(runs):
            if self.text(run) != run:
                found.add(at)
            kept = "".join(run.split()).casefold()
            joined.append(kept)
            owners += [at] * len(kept)
        whole = "".join(joined)
        for value in self._beginnings.values():
            sought = "".join(value.split())
            at = whole.find(sought) if len(sought) >= SHORT else -1
            while at >= 0 and len(whole) == len(owners):
                found.update(owners[at : at + len(sought)])
                at = whole.find(sought, at + 1)
        return found

    def tells_misread(self, lines: Sequence[str]) -> set[int]:
        """The same for lines that were read from pixels, where a letter may be another one."""
        from rapidfuzz import fuzz

        found = self.tells(lines)
        plain = ["".join(line.split()).casefold() for line in lines]
        for value in self._beginnings.values():
            sought = "".join(value.split())
            least = max(_LONG, len(sought) // 2)
            found |= {
                at
                for at, line in enumerate(plain)
                if len(sought) >= _LONG
                and len(line) >= least
                and fuzz.partial_ratio(sought, line) >= _ALIKE
            }
        return found

    def value(self, value: _V) -> _V:
        """The same value with all of its texts cleaned."""
        data = value.model_dump(mode="json")
        clean = self._clean(data)
        return value if clean == data else type(value).model_validate(clean)

    def observation(self, seen: Observation, boxes: Iterable[Box] = ()) -> Observation:
        """A look without secrets: `boxes` and what tells one are covered in the picture."""
        telling = list(boxes)
        if not self.covers and not telling:
            return seen
        elements = seen.elements
        if elements is not None:
            cleaned = tuple(self.value(element) for element in elements)
            pairs = zip(elements, cleaned, strict=True)
            telling += [
                old.box for old, new in pairs if (old.name, old.value) != (new.name, new.value)
            ]
            elements = cleaned
        return seen.model_copy(
            update={
                "screenshot": covered(seen.screenshot, telling),
                "elements": elements,
                "url": self.text(seen.url),
                "title": self.text(seen.title),
                "tabs": tuple(self.value(tab) for tab in seen.tabs),
                "dialogs": tuple(self.value(dialog) for dialog in seen.dialogs),
            }
        )

    def _without_beginning(self, text: str) -> str:
        """A text that was cut, without the beginning of a secret at its end."""
        body = text[: -len(_CUT)].rstrip()
        low = body.casefold()
        for name, value in self._beginnings.items():
            for length in range(min(len(value) - 1, len(body)), SHORT - 1, -1):
                if low.endswith(value[:length]):
                    return body[: len(body) - length] + placeholder(name) + _CUT
        return text

    def _clean(self, data: Any) -> Any:
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {key: self._clean(each) for key, each in data.items()}
        if isinstance(data, list):
            return [self._clean(each) for each in data]
        return data


def _pattern(value: str) -> re.Pattern[str]:
    """The value as it is, and as it is written in addresses, in HTML, in JSON and in headers."""
    words = " ".join(value.split())
    forms = {value, words, quote(value), quote(value, safe=""), quote_plus(value)}
    forms |= {html.escape(value), json.dumps(value)[1:-1]}
    if len(value) >= 2 * SHORT:
        forms.add(base64.b64encode(value.encode()).decode())
    longest = sorted(filter(None, forms), key=len, reverse=True)
    # Markup cuts words, and what is said of an element has a space there.
    gap = r"\s*" if len(value) >= SHORT else ""
    either = "|".join(gap.join(map(re.escape, form)) for form in longest)
    if len(value) < SHORT:
        either = rf"(?<!\w)(?:{either})(?!\w)"
    return re.compile(either, re.IGNORECASE)
