"""Which options were written, so that none of them is dropped without a word."""

from collections.abc import Collection

import typer

from handeye.actions.errors import UsageError


def written(context: typer.Context) -> dict[str, str]:
    """The options on the command line, by parameter, spelt as there."""
    found = {}
    for each in context.command.params:
        source = context.get_parameter_source(str(each.name))
        if source is not None and source.name == "COMMANDLINE" and each.param_type_name == "option":
            off = context.params.get(str(each.name)) is False and each.secondary_opts
            found[str(each.name)] = (each.secondary_opts if off else each.opts)[0]
    return found


def refuse_with(option: str, lost: dict[str, str], kept: Collection[str] = ()) -> None:
    """Raises UsageError for the options in `lost` that are not in `kept`: `option` ignores them."""
    names = ", ".join(each for name, each in lost.items() if name not in kept)
    if names:
        raise UsageError(f"{names} cannot be used with {option}.", "Leave it out.")
