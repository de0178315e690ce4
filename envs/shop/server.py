"""The shop over HTTP on 127.0.0.1, standard library only.

Prevents: threads, ports and tracebacks left behind when a browser goes away in mid-answer.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from handeye.actions.errors import EnvError
from handeye.envs.shop.routes import Request, Response, respond
from handeye.envs.shop.state import ShopState

_MAX_BODY = 5_000_000


class Shop:
    """A running shop: `url` to open it, `state` to see what really happened."""

    def __init__(self, server: "_Server") -> None:
        self.state = server.state
        self.port = int(server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/"


@contextmanager
def serve(port: int = 0) -> Iterator[Shop]:
    """Run a new shop until the block ends; port 0 takes any free port.

    Raises EnvError when the port cannot be had.
    """
    try:
        server = _Server(port)
    except (OSError, OverflowError) as error:
        cause = str(getattr(error, "strerror", None) or error).rstrip(".")
        raise EnvError(
            f"Port {port} of 127.0.0.1 cannot be used: {cause}.",
            "Choose another port, as in: handeye demo --serve 8766",
        ) from error
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Shop(server)
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # On Windows address reuse would let two servers share a port; elsewhere it spares TIME_WAIT.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, port: int) -> None:
        self.state = ShopState()
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Paperclip"
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._answer({}, {})

    def do_HEAD(self) -> None:
        self._answer({}, {})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > _MAX_BODY:
            self.close_connection = True
            self.send_error(413 if length.isdigit() else 411)
            return
        form, uploads = _parse(self.rfile.read(int(length)), self.headers)
        self._answer(form, uploads)

    def _answer(self, form: dict[str, str], uploads: dict[str, str]) -> None:
        try:
            address = urlsplit(self.path)
        except ValueError:
            self.send_error(400)
            return
        request = Request(
            method=self.command,
            path=address.path,
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            form=form,
            uploads=uploads,
        )
        response = respond(self.server.state, request)
        self.server.stopping.wait(response.delay)
        self._send(response)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.type)
        self.send_header("Content-Length", str(len(response.body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:
        """The shop keeps quiet: the terminal belongs to the run."""


def _parse(body: bytes, headers: Message) -> tuple[dict[str, str], dict[str, str]]:
    """The fields and the names of the uploaded files of a posted form."""
    kind = headers.get("Content-Type", "")
    if not kind.lower().startswith("multipart/form-data"):
        text = body.decode("utf-8", errors="replace")
        return dict(parse_qsl(text, keep_blank_values=True)), {}
    form, uploads = {}, {}
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    for part in message.get_payload() if message.is_multipart() else ():
        if not isinstance(part, Message):
            continue
        name = str(part.get_param("name", "", header="content-disposition"))
        content = part.get_payload(decode=True)
        filename = part.get_filename()
        if filename is None:
            form[name] = (content if isinstance(content, bytes) else b"").decode(errors="replace")
        elif content:
            uploads[name] = PurePosixPath(filename.replace("\\", "/")).name[:200]
    return form, uploads
