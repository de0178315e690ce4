"""Streamable HTTP on this machine alone, for those who know the token.

Prevents: a page in some browser, or another user, that drives the browser of this one.
"""

import secrets
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mcp.server import MCPServer

HOST = "127.0.0.1"


def serve_http(server: "MCPServer[Any]", listener: socket.socket, token: str) -> None:
    """Answer at /mcp on a socket that listens, until Ctrl-C."""
    import uvicorn

    app = _Guarded(server.streamable_http_app(host=HOST), token)
    config = uvicorn.Config(app, log_level="warning", lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])


class _Guarded:
    """Lets through what has the token."""

    def __init__(self, app: Any, token: str) -> None:
        self._app = app
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not secrets.compare_digest(given, self._wanted):
                headers = [(b"content-type", b"text/plain"), (b"www-authenticate", b"Bearer")]
                await send({"type": "http.response.start", "status": 401, "headers": headers})
                await send(
                    {"type": "http.response.body", "body": b"The token is missing or wrong."}
                )
                return
        await self._app(scope, receive, send)
