"""The table of commands; the module of a command is imported when that command is asked for.

Prevents: a list of recordings that waits for everything that evaluations need.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS = {
    "run": "run:run",
    "record": "record:record",
    "replay": "replay:replay",
    "show": "show:show",
    "export": "export:export",
    "import": "import_:import_",
    "tui": "tui:tui",
    "ground": "ground:ground",
    "serve": "serve:serve",
    "mcp": "mcp:mcp",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "episodes": "episodes:episodes",
    "eval": "eval:evaluate",
    "bench": "bench:bench",
    "policy": "policy:policy",
}
"""From a command's name to "module:function", or to the typer.Typer that holds its commands."""


class _Commands(Mapping[str, Any]):
    """The commands by their names, each made when it is looked at."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            module, _, attribute = COMMANDS[name].partition(":")
            found = getattr(import_module(f"handeye.cli.{module}"), attribute)
            if not isinstance(found, typer.Typer):
                function, found = found, typer.Typer(rich_markup_mode="rich", add_completion=False)
                found.command(name)(function)
            self._made[name] = typer.main.get_command(found)
            self._made[name].name = name
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(TyperGroup):
    """A group that has the commands of the table."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: Any = _Commands()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)
