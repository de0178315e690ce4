"""Workers where waiting dominates: the same episodes by 1 and by 4, with a slow model's server.

`python -m tests.bench workers`, or `python -m tests.bench.bench_workers [SECONDS]` (default 2): a
server on this machine waits so long before each answer; no answer can be used, so that each episode
is a few waits and counts as failed. Target: 4 workers are at least 1.7 times faster.
"""

import json
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.bench.figures import err, table

from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.pool import play_in_workers

EPISODES = [(task, seed) for seed in range(4) for task in ("click-test", "enter-text")]


class Slow(BaseHTTPRequestHandler):
    seconds = 2.0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        threading.Event().wait(self.seconds)
        said = {"role": "assistant", "content": '{"action": "done", "result": ""}'}
        choice = {"index": 0, "message": said, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        body = json.dumps({"id": "1", "model": "slow", "choices": [choice], "usage": usage})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Progress is told by the benchmark."""


def seconds_of(workers: int, model: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        settings = BenchSettings(out=Path(folder), model=model)
        started = time.monotonic()
        for played in play_in_workers(EPISODES, settings, workers):
            err.print(f"{workers}: {played.line()}", highlight=False)
        return time.monotonic() - started


def main() -> None:
    Slow.seconds = float(sys.argv[1]) if len(sys.argv) > 1 else Slow.seconds
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    model = f"remote:slow@http://127.0.0.1:{server.server_port}/v1"
    one, four = seconds_of(1, model), seconds_of(4, model)
    server.shutdown()
    rows = [("1", f"{one:.1f}", "1.0"), ("4", f"{four:.1f}", f"{one / four:.2f}")]
    table(f"{len(EPISODES)} episodes", ("workers", "s, start included", "times faster"), rows)


if __name__ == "__main__":
    main()
