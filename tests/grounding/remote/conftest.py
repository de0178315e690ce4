"""A real server on loopback that speaks the chat API as a test tells it to, or misbehaves."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from handeye.grounding.remote import RemoteModel
from handeye.grounding.remote.server import Server


@dataclass
class Sent:
    """What the server sends: `pieces` in turn with `delay` seconds before each; `cut` breaks off."""

    pieces: list[bytes]
    status: int = 200
    kind: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


def event(value: Any) -> bytes:
    return b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"


def stream(
    *words: str, finish: str = "stop", usage: dict[str, Any] | None = None, **extra: Any
) -> Sent:
    """A well-behaved stream of `words`; `extra` goes into each delta."""
    deltas = [{"choices": [{"index": 0, "delta": {"content": word, **extra}}]} for word in words]
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}
    last = [{"choices": [], "usage": usage}] if usage else []
    return Sent([event(each) for each in (*deltas, end, *last, b"[DONE]")])


def refuse(status: int, message: str, **headers: str) -> Sent:
    body = json.dumps({"error": {"message": message}}).encode()
    return Sent([body], status, "application/json", headers)


class ChatServer:
    """Answers each POST with what `script` makes of its body; logs bodies and headers."""

    def __init__(self, script: Callable[[dict[str, Any]], Sent]) -> None:
        self.script = script
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.stopping = threading.Event()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                chat.asked.append(body)
                chat.headers.append({name.lower(): value for name, value in self.headers.items()})
                found = self.path == "/v1/chat/completions"
                sent = chat.script(body) if found else Sent([b"<html>no</html>"], 404, "text/html")
                with suppress(OSError):  # the client left
                    self._send(sent)

            def _send(self, sent: Sent) -> None:
                self.send_response(sent.status)
                for name, value in {"Content-Type": sent.kind, **sent.headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Connection", "close")
                self.end_headers()
                for piece in sent.pieces:
                    if chat.stopping.wait(sent.delay):
                        return
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    self.wfile.flush()
                if not sent.cut:
                    self.wfile.write(b"0\r\n\r\n")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def model(self, name: str = "tiny", **settings: Any) -> RemoteModel:
        """The model of this server, in a hurry."""
        server = Server(model=name, url=self.url, **settings.pop("server", {}))
        return RemoteModel(server, **{"silence": 5.0, "patience": 20.0, "pause": 0.001} | settings)

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def chat_server() -> Iterator[Callable[..., ChatServer]]:
    """Servers that answer with one script, or with one of several answers after the other."""
    running: list[ChatServer] = []

    def start(*answers: Sent | Callable[[dict[str, Any]], Sent]) -> ChatServer:
        left = list(answers)

        def script(body: dict[str, Any]) -> Sent:
            answer = left.pop(0) if len(left) > 1 else left[0]
            return answer(body) if callable(answer) else answer

        running.append(ChatServer(script))
        return running[-1]

    yield start
    for server in running:
        server.close()
