"""From older schemas to this one: a numbered function for each step of the schema.

Prevents: an episode of an older handeye that no longer opens. A file is never rewritten; its lines
are brought up to date as they are read. `migrate_1_1` makes a line of schema 1.0 one of 1.1.
"""

from collections.abc import Callable
from typing import Any

Line = dict[str, Any]


def migrate_1_1(line: Line) -> Line:
    """1.1 only added fields that may be left out: `calls`, and `usage` in `run_ended`."""
    return line


def migrate_1_2(line: Line) -> Line:
    """1.2 only added what may be left out: `parameters` and `secrets` in `run_started`."""
    return line


def migrate_1_3(line: Line) -> Line:
    """1.3 only added what may be left out: `nudged`, more reasons of an end, what was `blocked`,
    and where an element leads."""
    return line


MIGRATIONS: dict[tuple[int, int], Callable[[Line], Line]] = {
    (1, 1): migrate_1_1,
    (1, 2): migrate_1_2,
    (1, 3): migrate_1_3,
}
"""By the schema that they lead to, oldest first."""


def migrated(line: Line, schema: str) -> Line:
    """A line of an older schema as this handeye would have written it."""
    major, _, minor = schema.partition(".")
    if not (major.isdigit() and minor.isdigit()):
        return line
    for version, migrate in MIGRATIONS.items():
        if version > (int(major), int(minor)):
            line = migrate(line)
    return line
