"""Keeps secrets out of a recording: in texts a placeholder, in pictures a grey box.

Prevents: a password or a key that lies in a folder which is packed, shared and trained on.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from handeye.actions import Value
from handeye.envs import Observation
from handeye.envs.cover import covered

_V = TypeVar("_V", bound=Value)


def placeholder(name: str) -> str:
    return "{{" + name + "}}"


def slug(label: str) -> str:
    """A name for a parameter, from the label of a field."""
    return re.sub(r"\W+", "_", label.casefold()).strip("_")[:40] or "text"


class Redactor:
    """Replaces the values of named secrets, in every form in which they stand in a page."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = {name: value for name, value in secrets.items() if value}
        self._fields: set[str] = set()

    @property
    def covers(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._secrets or self._fields)

    def hide_field(self, name: str) -> None:
        """What stands behind `name=` in addresses is secret: forms put passwords there."""
        self._fields.add(name)

    def text(self, text: str) -> str:
        for name, value in self._secrets.items():
            for form in {value, quote(value), quote_plus(value)}:
                text = text.replace(form, placeholder(name))
        for field in self._fields:
            found = rf"([?&#;]{re.escape(quote_plus(field))}=)[^&#;\s]+"
            text = re.sub(found, rf"\g<1>{placeholder(slug(field))}", text)
        return text

    def value(self, value: _V) -> _V:
        """The same value with all of its texts cleaned."""
        data = value.model_dump(mode="json")
        clean = self._clean(data)
        return value if clean == data else type(value).model_validate(clean)

    def observation(self, seen: Observation) -> Observation:
        """A look without secrets: boxes of elements that tell one are covered in the picture."""
        if not self.covers:
            return seen
        elements = seen.elements
        telling = []
        if elements is not None:
            cleaned = tuple(self.value(element) for element in elements)
            pairs = zip(elements, cleaned, strict=True)
            telling = [
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

    def _clean(self, data: Any) -> Any:
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {key: self._clean(each) for key, each in data.items()}
        if isinstance(data, list):
            return [self._clean(each) for each in data]
        return data
