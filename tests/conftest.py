"""What tests in every folder use: a real web server on loopback that serves what a test gives it."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does.
settings.register_profile("handeye", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("handeye")


@pytest.fixture(scope="session", autouse=True)
def as_in_a_terminal() -> None:
    """A shell that starts tests in the background has Ctrl-C ignored, also in what they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass
class Reply:
    body: str | bytes | Callable[[], Iterator[bytes]] = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


class Site:
    """Serves `pages` (path → HTML, Reply, or what makes the HTML) on 127.0.0.1; logs the requests."""

    def __init__(self, pages: dict[str, str | Reply | Callable[[], str]]) -> None:
        self.pages = pages
        self.log: list[tuple[str, str, bytes]] = []
        self.stopping = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site.log.append((self.command, self.path, body))
                page = site.pages.get(self.path.partition("?")[0], Reply("not here", 404))
                page = page() if callable(page) else page
                reply = page if isinstance(page, Reply) else Reply(page)
                site.stopping.wait(reply.delay)
                whole = reply.body.encode() if isinstance(reply.body, str) else reply.body
                pieces = whole() if callable(whole) else [whole]
                try:
                    self.send_response(reply.status)
                    headers = {"Content-Type": "text/html; charset=utf-8", **reply.headers}
                    for name, value in headers.items():
                        self.send_header(name, value)
                    if not callable(whole):
                        self.send_header("Content-Length", str(len(whole)))
                    self.end_headers()
                    for piece in pieces:
                        self.wfile.write(piece)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the browser left; that is its right

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_origin(self) -> str:
        """The same pages under another site, for frames that the parent may not read."""
        return f"http://localhost:{self.port}"

    def posted(self, path: str) -> list[str]:
        """The bodies sent to `path`, in order."""
        return [body.decode() for _, asked, body in self.log if asked.partition("?")[0] == path]

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def lasting_site() -> Iterator[Site]:
    """One Site for the tests of a module, which set its `pages`."""
    made = Site({})
    yield made
    made.close()


@pytest.fixture
def site() -> Iterator[Callable[[dict[str, str | Reply]], Site]]:
    """Makes a Site; every one made is closed at the end of the test."""
    made: list[Site] = []

    def make(pages: dict[str, str | Reply]) -> Site:
        made.append(Site(pages))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Poll until `condition` holds or `seconds` are over; the last answer. Only a fault takes so
    long, also where other programs have most of the machine."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


@pytest.fixture
def until() -> Callable[..., bool]:
    return wait_until
