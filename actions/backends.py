"""Selectable backends: a name, optionally with an argument ("scripted:plan.json"), made lazily.

Each kind of backend has a table of name → "module:Class"; entry points of the group
"handeye.KIND" (for example "handeye.grounders") let other packages add their own.
Prevents: importing torch or a browser driver only because a name for it exists.
"""

import inspect
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from rapidfuzz import process

from handeye.actions.errors import BackendError, UsageError


def build(kind: str, table: Mapping[str, str], spec: str) -> Any:
    """The backend that `spec` names, called with the spec's argument where it has one.

    Raises UsageError for an unknown name, naming the nearest known ones, and for an argument too
    few or too many; BackendError when a package that the backend needs is not installed.
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
    try:
        made = getattr(import_module(module), attribute)
    except ImportError as error:
        raise BackendError(
            f"The {kind.rstrip('s')} {name!r} cannot be loaded: {error}.",
            "Install the package that it needs.",
        ) from error
    arguments = (argument,) if argument else ()
    try:
        inspect.signature(made).bind(*arguments)
    except TypeError as error:
        raise UsageError(
            f"The {kind.rstrip('s')} {name!r} "
            + ("takes no argument." if argument else "needs an argument."),
            f"Write {name}." if argument else f"Write {name}:ARGUMENT.",
        ) from error
    return made(*arguments)
