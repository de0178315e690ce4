"""Selectable backends: a name, optionally with an argument ("scripted:plan.json"), made lazily.

Each kind of backend has a table of name → "module:Class"; entry points of the group
"handeye.KIND" (for example "handeye.grounders") let other packages add their own.
Prevents: importing torch or a browser driver only because a name for it exists.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from rapidfuzz import process

from handeye.actions.errors import UsageError


def build(kind: str, table: Mapping[str, str], spec: str) -> Any:
    """The backend that `spec` names, called with the spec's argument where it has one.

    Raises UsageError for an unknown name, naming the nearest known ones.
    """
    name, _, argument = spec.partition(":")
    known = {point.name: point.value for point in entry_points(group=f"handeye.{kind}")}
    known.update(table)
    if name not in known:
        near = [match for match, *_ in process.extract(name, list(known), limit=3, score_cutoff=50)]
        raise UsageError(
            f"There is no {kind.rstrip('s')} called {name!r}.",
            f"Use one of: {', '.join(near or sorted(known))}.",
        )
    module, _, attribute = known[name].partition(":")
    made = getattr(import_module(module), attribute)
    return made(argument) if argument else made()
