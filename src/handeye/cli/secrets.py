"""The options by which a command is given secrets; docs/secrets.md says what becomes of them."""

from pathlib import Path
from typing import Annotated

import typer

SecretOption = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        help="A text to type where {{NAME}} stands: env:VARIABLE, keyring:SERVICE/USER or "
        "cmd:COMMAND; a NAME alone is a variable.",
        metavar="NAME[=SOURCE]",
    ),
]
DomainOption = Annotated[
    list[str] | None,
    typer.Option(
        "--secret-domain",
        help="Type the secret on this site too; without one, where the run starts.",
        metavar="NAME=DOMAIN",
    ),
]
SecretsOption = Annotated[
    Path | None, typer.Option("--secrets", help="A TOML file with secrets and their sites.")
]
