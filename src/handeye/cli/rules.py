"""The options by which a command is given rules for what may be done; docs/safety.md."""

from pathlib import Path
from typing import Annotated

import typer

AllowDomainOption = Annotated[
    list[str] | None,
    typer.Option("--allow-domain", help="A domain that may be opened besides the start's own."),
]
PolicyOption = Annotated[
    Path | None, typer.Option("--policy", help="Rules of your own, in TOML; see handeye policy.")
]
