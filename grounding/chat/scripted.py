"""The model "scripted:FILE.json": its replies stand in a file. For tests and demonstrations.

Prevents: tests of planners and grounders that replace parts of handeye instead of running them.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from handeye.actions import Value
from handeye.actions.errors import BackendError, UsageError
from handeye.grounding.chat.types import Heard, Message, Reply


class _Line(Value):
    text: str
    thought: str = ""


_Script = list[str | _Line] | dict[str, str | _Line]
_script: TypeAdapter[_Script] = TypeAdapter(_Script)


class ScriptedModel:
    """Replies from a JSON file, each a text or {"text": …, "thought": …}.

    A list is given out in order. An object maps regular expressions to replies: the first that is
    found in the text of the last message answers, every time. Raises UsageError when the file
    cannot be read as that.
    """

    def __init__(self, path: str | Path = "") -> None:
        if not str(path):
            raise UsageError("A scripted model needs a file.", "Write scripted:FILE.json.")
        self.name = f"scripted:{path}"
        script = _read(Path(path))
        self._rules = [(re.compile(key), line) for key, line in _pairs(script)]
        self._ordered = isinstance(script, list)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Any] | None = None,  # noqa: ARG002
        max_tokens: int = 1024,  # noqa: ARG002
        heard: Heard | None = None,
    ) -> Reply:
        """The next reply, or the one whose pattern fits. Raises BackendError when there is none."""
        asked = messages[-1].text if messages else ""
        found = next((rule for rule in self._rules if rule[0].search(asked)), None)
        if found is None:
            raise BackendError(
                f"{self.name} has no reply left." if self._ordered else f"{self.name} is silent.",
                "Add a reply to the file.",
            )
        if self._ordered:
            self._rules.remove(found)
        line = found[1]
        if heard is not None and line.thought:
            heard(line.thought, "thought")
        if heard is not None:
            heard(line.text, "text")
        return Reply(text=line.text, thought=line.thought)


def _read(path: Path) -> _Script:
    try:
        return _script.validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}.", "Name a JSON file."
        ) from error
    except ValidationError as error:
        raise UsageError(
            f"{path} is not a script of replies.",
            'It needs ["reply", {"text": "reply", "thought": "why"}] or {"pattern": "reply"}.',
        ) from error


def _pairs(script: _Script) -> list[tuple[str, _Line]]:
    """Patterns and replies; what is given out in order fits everything."""
    entries = script.items() if isinstance(script, dict) else [("", line) for line in script]
    pairs = []
    for key, line in entries:
        try:
            re.compile(key)
        except re.error as error:
            raise UsageError(f"The script's pattern {key!r} is wrong: {error}.") from error
        pairs.append((key, _Line(text=line) if isinstance(line, str) else line))
    return pairs
