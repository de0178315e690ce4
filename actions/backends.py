"""Selectable backends: a name, optionally with an argument ("scripted:plan.json"), made lazily.

Each kind of backend has a table of name → "module:Class"; entry points of the group
"handeye.KIND" (for example "handeye.grounders") let other packages add their own.
Prevents: importing torch or a browser driver only because a name for it exists.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from rapidfuzz import process

from handeye.actions.errors import BackendError, UsageError


def known(kind: str, table: Mapping[str, str]) -> dict[str, str]:
    """Every backend of a kind: those of `table`, and those that other packages add."""
    added = {point.name: point.value for point in entry_points(group=f"handeye.{kind}")}
    return added | dict(table)


def build(
    kind: str,
    table: Mapping[str, str],
    spec: str,
    options: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """The backend that `spec` names, called with the spec's argument where it has one.

    Raises what `found` and the backend itself raise.
    """
    return found(kind, table, spec, options)()


def found(
    kind: str,
    table: Mapping[str, str],
    spec: str,
    options: Mapping[str, Any] = MappingProxyType({}),
) -> Callable[[], Any]:
    """What makes the backend that `spec` names: all is checked, and nothing is opened yet.

    `options` are passed on as keywords. Raises UsageError for an unknown name, naming the known
    ones, the nearest first, for an argument too few or too many, and for an option that the
    backend does not have; BackendError when a package that the backend needs is not installed.
    """
    name, _, argument = spec.partition(":")
    # Looking through all packages that are installed takes long, and `table` goes first anyway.
    names = table if name in table else known(kind, table)
    if name not in names:
        nearest = [match for match, *_ in process.extract(name, sorted(names), limit=None)]
        raise UsageError(
            f"There is no {kind.rstrip('s')} called {name!r}.", f"Use one of: {', '.join(nearest)}."
        )
    module, _, attribute = names[name].partition(":")
    try:
        made = getattr(import_module(module), attribute)
    except ImportError as error:
        raise BackendError(
            f"The {kind.rstrip('s')} {name!r} cannot be loaded: {error}.",
            "Install the package that it needs.",
        ) from error
    arguments = (argument,) if argument else ()
    signature = inspect.signature(made)
    for option in options:
        if option not in signature.parameters:
            raise UsageError(
                f"The {kind.rstrip('s')} {name!r} has no option {option!r}.", "Leave it out."
            )
    try:
        signature.bind(*arguments, **options)
    except TypeError as error:
        raise UsageError(
            f"The {kind.rstrip('s')} {name!r} "
            + ("takes no argument." if argument else "needs an argument."),
            f"Write {name}." if argument else f"Write {name}:{_wanted(signature)}.",
        ) from error
    return partial(made, *arguments, **options)


def _wanted(signature: inspect.Signature) -> str:
    """What a backend calls its argument: a path, an address."""
    return next(iter(signature.parameters), "argument").upper()
