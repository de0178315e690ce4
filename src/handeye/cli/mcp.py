"""`handeye mcp`: the browser, grounding, runs and replays as tools for MCP clients."""

import secrets as random
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from handeye.actions.errors import BackendError, EnvError, UsageError
from handeye.cli.console import err
from handeye.cli.keys import check_key
from handeye.cli.rules import AllowDomainOption, PolicyOption
from handeye.cli.secrets import DomainOption, SecretOption, SecretsOption

PORT = 8931


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Streamable HTTP on this machine instead of stdio.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="With --http; 0: any free.", show_default=str(PORT)),
    ] = None,
    token: Annotated[
        str,
        typer.Option(
            envvar="HANDEYE_MCP_TOKEN",
            help="With --http: what clients must send. Without one, a new one is made and shown.",
        ),
    ] = "",
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser.")] = False,
    grounder: Annotated[
        str, typer.Option(help="Finds what a phrase means.", show_default="elements")
    ] = "",
    model: Annotated[str, typer.Option(help="Plans what the tool `run` is given.")] = "",
    allow_uploads: Annotated[
        list[Path] | None, typer.Option(help="A folder that files may be uploaded from.")
    ] = None,
    secret: SecretOption = None,
    secret_domain: DomainOption = None,
    secrets: SecretsOption = None,
    allow_domain: AllowDomainOption = None,
    policy: PolicyOption = None,
) -> None:
    """Serve the tools observe, ground, act, run and replay to an MCP client, until it leaves."""
    if port is not None and not http:
        raise UsageError("A port goes with --http.", f"Write `handeye mcp --http --port {port}`.")
    check_key(token, "token")
    try:
        from handeye import mcp as served
    except ImportError as error:
        raise BackendError(
            f"The server cannot be started: {error}.", "Install it: pip install 'handeye[mcp]'."
        ) from error
    from handeye.agent.guard import checked, read_policy
    from handeye.agent.secrets import vault_of
    from handeye.api import check_folders
    from handeye.grounding.backends import make_grounder
    from handeye.grounding.chat.backends import make_model

    check_folders(tuple(allow_uploads or ()))
    for spec, make in ((grounder, make_grounder), (model, make_model)):
        if spec and "phi4:" not in spec:  # whose weights take long, and are loaded when needed
            make(spec)
    settings = served.Settings(
        headless=not headed,
        grounder=grounder,
        model=model,
        uploads=tuple(allow_uploads or ()),
        secrets=vault_of(secret or (), secret_domain or (), secrets),
        policy=None if policy is None else read_policy(policy),
        allow_domains=checked(allow_domain or ()),
    )
    server = served.make_server(settings)
    if not http:
        if sys.stdin.isatty():
            err.print("Waiting for an MCP client on stdin, which is to start this; Ctrl-C ends it.")
        server.run("stdio")
        return
    with _listener(PORT if port is None else port) as listener:
        number = listener.getsockname()[1]
        shown = token or random.token_urlsafe(24)
        err.print(f"http://127.0.0.1:{number}/mcp answers, until Ctrl-C.", highlight=False)
        if not token:
            err.print(f"Authorization: Bearer {shown}", highlight=False, soft_wrap=True)
        served.serve_http(server, listener, shown)


def _listener(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        cause = str(error.strerror).partition(" (while")[0]  # Python adds the address
        fix = "Choose another one with --port."
        raise EnvError(f"Port {port} cannot be used: {cause}.", fix) from error
