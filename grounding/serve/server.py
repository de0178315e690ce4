"""Listening on an address and answering until Ctrl-C.

Prevents: a model that others on the network can use without a key, and minutes of loading for
a port that is taken.
"""

import ipaddress
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI

from handeye.actions.errors import EnvError, UsageError

_GRACE = 2
"""Seconds that clients have to take the rest of their answers when the server ends."""


def listen(host: str, port: int, *, key: str) -> socket.socket:
    """A socket that listens on `host`; port 0 takes any free port.

    Raises UsageError when others could reach it and there is no key; EnvError when the address
    cannot be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, _, _, _, address = found[0]
        if not key and not ipaddress.ip_address(address[0]).is_loopback:
            raise UsageError(
                f"{host} can be reached by others, and there is no key.",
                "Set HANDEYE_SERVE_KEY, or use --host 127.0.0.1.",
            )
        return socket.create_server(address[:2], family=family)
    except (OSError, OverflowError) as error:
        cause = str(getattr(error, "strerror", None) or error).rstrip(".")
        cause = cause.partition(" (while")[0]  # Python adds the address
        raise EnvError(
            f"Port {port} of {host} cannot be used: {cause}.", "Choose another with --port."
        ) from error


def run(app: FastAPI, listener: socket.socket) -> None:
    """Answer requests until Ctrl-C or SIGTERM; what is being answered then is ended.

    `app` is one of `create_app`.
    """
    config = uvicorn.Config(app, timeout_graceful_shutdown=_GRACE)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # not each step of the start
    with suppress(KeyboardInterrupt):
        _Server(config, app.state.turns.stop).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells the model to end when the server is told to: clients wait for it otherwise."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stop()
        super().handle_exit(sig, frame)
