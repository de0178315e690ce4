"""What a replay may change: typed texts and chosen options, by the name of their field.

A text that holds `{{name}}` was marked when it was recorded, or is a secret whose value nobody
kept. Prevents: an episode that works for one row of a table only, and a placeholder typed as text.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from handeye.actions import Action, SelectOption, Type, Value
from handeye.actions.errors import UsageError
from handeye.envs import Element
from handeye.envs.redact import slug
from handeye.episodes.events import Intent
from handeye.episodes.reader import Episode

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_TELLING = 3  # characters from which a recorded value is looked for in names of other things


class Parameter(Value):
    """A name, the value that was recorded (None for a secret), and the steps that use it."""

    name: str
    recorded: str | None
    steps: tuple[int, ...]


def parameters_of(episode: Episode) -> dict[str, Parameter]:
    """Everything in an episode that `--set` can change, in the order of use."""
    given = episode.started.parameters if episode.started else {}
    found: dict[str, Parameter] = {}
    for step in episode.steps:
        if step.intent is None:
            continue
        for name, value in _names(step.intent, given, found):
            known = found.get(name)
            steps = (*(known.steps if known else ()), step.intent.step)
            found[name] = Parameter(name=name, recorded=value, steps=steps)
    return found


def _names(
    intent: Intent, given: Mapping[str, str], found: Mapping[str, Parameter]
) -> Iterable[tuple[str, str | None]]:
    action = intent.action
    if isinstance(action, Type) and (marked := _PLACE.findall(action.text)):
        return [(name, given.get(name)) for name in marked]
    if isinstance(action, (Type, SelectOption)):
        value = action.text if isinstance(action, Type) else ", ".join(action.options)
        name = base = slug(_field(intent))
        number = 1
        while name in found and found[name].recorded != value:
            number += 1
            name = f"{base}_{number}"
        return [(name, value)]
    return []


def _field(intent: Intent) -> str:
    element = next((each for each in intent.elements if each), None)
    if element is not None and element.name:
        return element.name
    target = getattr(intent.action, "target", None)
    return target.phrase if target is not None else ""


class Values:
    """The values of one replay: those given, else those recorded."""

    def __init__(
        self, episode: Episode, given: Mapping[str, str], entrusted: Collection[str] = ()
    ) -> None:
        """The screen itself knows what is `entrusted` to it, by name.

        Raises UsageError for a name that the episode has not, and for a secret without value.
        """
        self._known = parameters_of(episode)
        names = ", ".join(self._known) or "none"
        for name in given:
            if name not in self._known:
                raise UsageError(f"The episode has no parameter {name!r}.", f"It has: {names}.")
        for name, parameter in self._known.items():
            if parameter.recorded is None and name not in (*given, *entrusted):
                raise UsageError(
                    f"The value of the secret {name!r} was not recorded.",
                    f"Give it with --secret {name}=env:VARIABLE.",
                )
        self._given = dict(given)
        self.secret = {
            name: value for name, value in given.items() if self._known[name].recorded is None
        }

    def fill(self, intent: Intent) -> Action:
        """The action of an intent with the values of this replay in it."""
        action = intent.action
        if isinstance(action, Type) and _PLACE.search(action.text):
            text = _PLACE.sub(lambda match: self._value(match[1], match[0]), action.text)
            return action.model_copy(update={"text": text})
        for name, parameter in self._known.items():
            if name in self._given and intent.step in parameter.steps:
                if isinstance(action, Type):
                    return action.model_copy(update={"text": self._given[name]})
                if isinstance(action, SelectOption):
                    return action.model_copy(update={"options": (self._given[name],)})
        return action

    def expected(self, element: Element | None) -> Element | None:
        """The element as it will be called now: "Open desk lamp" for "Open red chair"."""
        if element is None:
            return None
        changes: dict[str, str] = {}
        for name, value in self._given.items():
            old = self._known[name].recorded
            if old is None or len(old) < _TELLING or old == value:
                continue
            pattern, new = re.compile(re.escape(old), re.IGNORECASE), value.replace("\\", r"\\")
            for part in ("name", "item_text", "value"):
                text = changes.get(part, getattr(element, part))
                changes[part] = pattern.sub(new, text)
        return element.model_copy(update=changes) if changes else element

    def _value(self, name: str, place: str) -> str:
        recorded = self._known[name].recorded if name in self._known else None
        return self._given.get(name, recorded if recorded is not None else place)


def template_of(intent: Intent, known: Mapping[str, Parameter]) -> list[tuple[str, bool]]:
    """A typed text in pieces: literal texts, and names of parameters (True)."""
    action = intent.action
    if isinstance(action, Type) and _PLACE.search(action.text):
        pieces = _PLACE.split(action.text.rstrip("\n"))
        return [(piece, at % 2 == 1) for at, piece in enumerate(pieces) if piece]
    names = [each.name for each in known.values() if intent.step in each.steps]
    whole = names and not (isinstance(action, Type) and action.text.endswith("\n"))
    return [(names[0], True)] if whole else []
