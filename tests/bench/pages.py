"""The pages that benchmarks look at, served on 127.0.0.1."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

STILL = """<!doctype html><meta charset="utf-8"><title>A still page</title>
<style>body {{ font: 14px sans-serif }} li {{ display: inline-block; width: 22% }}</style>
<h1>Catalogue</h1>
<p><button id="count" onclick="this.dataset.n = +this.dataset.n + 1; said.textContent =
  'Counted ' + this.dataset.n" data-n="0">Count</button> <button id="idle">Idle</button> <span id="said">Counted 0</span></p>
<ul>{items}</ul>"""
STILL_ITEM = '<li><a href="#{n}">Article {n}</a> <button>Buy {n}</button></li>'

NODES = """<!doctype html><meta charset="utf-8"><title>5,000 nodes</title>
<style>body {{ font: 13px sans-serif }} td {{ padding: 2px 8px }}</style>
<table>{rows}</table>"""
NODES_ROW = (
    "<tr><td>{n}</td><td><a href='#{n}'>Order {n}</a></td><td>open</td>"
    "<td><button>Ship {n}</button></td></tr>"
)

# One row more with each click on a button.
STOCK = """<!doctype html><meta charset="utf-8"><title>Page</title>
<style>body { font: 14px sans-serif } td { padding: 2px 8px }</style>
<h1>Stock</h1><p><button id="next">Next row</button> <a href="?again">Another page</a>
<input aria-label="Note"> <span id="said">Row 0</span></p><table id="rows"></table>
<script>
  let count = 0;
  const draw = () => {
    said.textContent = `Row ${count} of ${Date.now() % 1e6}`;
    rows.innerHTML = Array.from({length: 12}, (_, n) =>
      `<tr><td>${count * 12 + n}</td><td><a href="#${n}">Article ${(count * 7 + n) % 90}</a></td>` +
      `<td><button>Order ${n}</button></td></tr>`).join("");
  };
  next.onclick = () => { count += 1; draw(); };
  draw();
</script>"""

# Starts a MiniWoB++ episode without its clock, as BrowserGym does before its own.
MINIWOB_START = """<script>addEventListener("load", () => {
  core.EPISODE_MAX_TIME = 1e6;
  core.startEpisodeReal();
  core.clearTimer();
  document.body.removeEventListener("click", core.canvasDrawClick);
  for (const id of ["reward-display", "click-canvas", "sync-task-cover"])
    document.getElementById(id)?.remove();
});</script>"""


def still_page() -> str:
    """A page of 202 links and buttons on which nothing moves by itself."""
    return STILL.format(items="".join(STILL_ITEM.format(n=n) for n in range(100)))


def nodes_page() -> str:
    """A table of 5,000 elements (714 rows of 7), most of them below the fold."""
    return NODES.format(rows="".join(NODES_ROW.format(n=n) for n in range(714)))


@contextmanager
def served(miniwob: Path | None = None) -> Iterator[str]:
    """The address of a server with /still, /nodes, /stock and, where given, MiniWoB++ under /miniwob/.

    A MiniWoB++ page asked for with "?start" starts its episode by itself.
    """
    made = {"/still": still_page(), "/nodes": nodes_page(), "/stock": STOCK}

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(miniwob or Path(__file__).parent))

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if path in made:
                self._answer(made[path])
            elif query == "start" and miniwob is not None:
                page = (miniwob / path.lstrip("/")).read_text(encoding="utf-8")
                self._answer(page + MINIWOB_START)
            else:
                super().do_GET()

        def _answer(self, page: str) -> None:
            body = page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Benchmarks print figures only."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
