"""`handeye serve`: a model that runs here, for other tools, as an OpenAI-compatible server."""

from typing import Annotated, Literal

import typer

from handeye.actions.errors import BackendError
from handeye.cli.console import err, out
from handeye.cli.keys import check_key


def serve(
    model: Annotated[
        str, typer.Option(help="phi4:FOLDER_OR_HUB_ID, remote:NAME@URL or scripted:FILE.json.")
    ],
    host: Annotated[str, typer.Option(help="Where to listen; beyond this machine needs a key.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 8000,
    key: Annotated[
        str,
        typer.Option(
            envvar="HANDEYE_SERVE_KEY",
            help="What clients must send as API key. Better in the environment than here.",
        ),
    ] = "",
    load: Annotated[
        Literal["full", "8bit", "4bit"], typer.Option(help="Precision of the weights.")
    ] = "full",
    mode: Annotated[
        Literal["hybrid", "think", "nothink"],
        typer.Option(help="Whether the model thinks before it answers; hybrid: as it likes."),
    ] = "hybrid",
    dtype: Annotated[Literal["bf16", "fp16", "fp32"], typer.Option()] = "bf16",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 …")] = "auto",
) -> None:
    """Answer /v1/chat/completions with a model that runs here, until Ctrl-C."""
    try:
        from handeye.grounding import serve as server
    except ImportError as error:
        raise BackendError(
            f"The server cannot be started: {error}.", "Install it: pip install 'handeye[serve]'."
        ) from error
    from handeye.grounding.chat.backends import ModelOptions, make_model

    check_key(key, "key")
    options = ModelOptions(load=load, mode=mode, dtype=dtype, device=device)
    with server.listen(host, port, key=key) as listener:
        with err.status(f"Loading {model} …"):
            chat = make_model(model, options)
        url = _url(*listener.getsockname()[:2])
        for line in (
            f"{chat.name} answers at {url} (Ctrl-C ends it).",
            f"In other tools: OPENAI_BASE_URL={url} "
            f"OPENAI_API_KEY={'the key' if key else 'any'}, model {chat.name}",
        ):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
        server.run(server.create_app(chat, key=key), listener)


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"
