"""Serves the terminal interface to a browser on this machine, to whoever has the token.

Each visitor gets a process of its own. Prevents: another user, or a page that is open in the same
browser, steering runs and reading recordings; and the page telling another host that it is open.
"""

import secrets
import shlex
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from textual_serve.server import Server

from handeye.actions.errors import UsageError

HOST = "127.0.0.1"
_COOKIE = "handeye_token"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def served(folder: Path, port: int, report: Callable[[str], None]) -> None:
    """Serve until Ctrl+C; `report` is told the address. Raises UsageError for a port in use."""
    port = _free(port)
    token = secrets.token_urlsafe(24)
    start = "from handeye.cli import main; main()"
    command = shlex.join([sys.executable, "-c", start, "tui", str(folder.expanduser().resolve())])
    report(f"http://{HOST}:{port}/?token={token}")
    Guarded(command, token, port).serve()


class Guarded(Server):  # type: ignore[misc]
    """Answers only those who came with the token; a cookie keeps it."""

    def __init__(self, command: str, token: str, port: int) -> None:
        super().__init__(command, host=HOST, port=port, title="handeye")
        self._token = token
        self._own = f"http://{HOST}:{port}"
        # The page of textual-serve asks for a font of another host.
        self._policy = (
            f"default-src 'self' 'unsafe-inline' data:; connect-src 'self' ws://{HOST}:{port}"
        )

    def initialize_logging(self) -> None:
        """Nothing is logged: addresses hold the token."""

    async def on_startup(self, app: web.Application) -> None:
        """The address has been told."""

    async def _make_app(self) -> web.Application:
        app: web.Application = await super()._make_app()
        app.middlewares.append(self._guard)
        return app

    @property
    def _guard(self) -> Any:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.headers.get("Origin", self._own) != self._own:
                raise web.HTTPForbidden(text="Not from this page.")
            if self._known(request.query.get("token", "")):
                response = web.HTTPFound("/")
                response.set_cookie(_COOKIE, self._token, httponly=True, samesite="Strict")
                raise response
            if not self._known(request.cookies.get(_COOKIE, "")):
                raise web.HTTPForbidden(text="Open the whole address that handeye printed.")
            answer = await handler(request)
            answer.headers["Content-Security-Policy"] = self._policy
            return answer

        return guard

    def _known(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self._token.encode())


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} cannot be used: {error.strerror}.", "Name another with --port."
            ) from error
        found: int = probe.getsockname()[1]
        return found
