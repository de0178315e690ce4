"""What the gate and the tunnel cost: a page with 100 requests of its own, with them and without.

`python -m tests.bench.bench_gate [LOADS]` (default 15). Three browsers of the same kind take turns: one
without a gate (Playwright as it comes), one with, and one with after something was typed, as the browser
then asks before scripts' requests too. Half of the requests are pictures, half a script's `fetch`.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

from pydantic import SecretStr
from tests.bench.figures import err, milliseconds, table

from handeye.envs.browser import BrowserEnv
from handeye.envs.reach import reach_from
from handeye.envs.secrets import Secret, Vault

EACH = 50
PAGE = f"""<!doctype html><title>Many requests</title><script>
const asked = [...Array({EACH})].map((_, n) => fetch(`/data?${{n}}`).then(answer => answer.text()))
window.loaded = Promise.all([...asked, new Promise(done => addEventListener("load", done))])
</script>{"".join(f'<img src="/picture?{n}" width=20 height=20>' for n in range(EACH))}"""
PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'/>"
TYPED = Vault(secrets=(Secret(name="word", value=SecretStr("Violin4711"), domains=()),))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body, kind = {
            "/": (PAGE.encode(), "text/html; charset=utf-8"),
            "/picture": (PICTURE, "image/svg+xml"),
        }.get(self.path.partition("?")[0], (b"x", "text/plain"))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def load(env: BrowserEnv, address: str) -> float:
    """Seconds until the page and all that it asks for is there."""
    started = time.perf_counter()
    env.open(address)
    env.evaluate("() => window.loaded.then(() => 0)")
    return time.perf_counter() - started


def main() -> None:
    loads = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with served() as address:
        reach = reach_from(address)
        with (
            BrowserEnv(address) as plain,
            BrowserEnv(address, reach=reach) as gate,
            BrowserEnv(address, reach=reach, secrets=TYPED) as typed,
        ):
            ways = {"without a gate": plain, "with it": gate, "with it, after typing": typed}
            seconds: dict[str, list[float]] = {name: [] for name in ways}
            for turn in range(loads + 1):
                with err.status(f"{2 * EACH} requests: {turn} of {loads} loads"):
                    for name, env in ways.items():
                        took = load(env, address)
                        seconds[name] += [took] if turn else []  # the first warms up
    base = median(seconds["without a gate"])
    rows = [(n, *milliseconds(s), f"{median(s) / base:.2f}") for n, s in seconds.items()]
    title = f"A page with {2 * EACH} requests, {loads} loads each, load {os.getloadavg()[0]:.1f}"
    table(title, ("", "median ms", "p10 ms", "p90 ms", "times without"), rows)


if __name__ == "__main__":
    main()
