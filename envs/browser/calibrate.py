"""Check that a click lands where the screenshot shows its target, at each device scale.

Markers are found in the pixels, clicked, and the page itself tells the server where the click
arrived. Prevents: trusting the geometry on a machine where screenshot and mouse disagree.
"""

import json
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

from handeye.actions import Click, Point, Target, Value
from handeye.actions.errors import EnvError
from handeye.envs.browser.env import VIEWPORT, BrowserEnv
from handeye.envs.browser.session import Session
from handeye.envs.types import Screenshot

_SIDE = 16
"""Of a marker, in CSS pixels; with places that are multiples of 4 it is sharp at 1.25 as well."""
_LEFTS = (0, 316, 632, 948, VIEWPORT.width - _SIDE)
_TOPS = (0, 352, VIEWPORT.height - _SIDE)
_ANSWER_SECONDS = 5.0


class BrowserStart(Value):
    """What the browser calls itself, and the seconds from nothing to an empty page."""

    version: str
    seconds: float


class Calibration(Value):
    """Where clicks arrived. Offsets in screenshot pixels; scales in them per CSS pixel.

    The browser reports whole CSS pixels, so an offset below `device_scale` is none at all.
    """

    device_scale: float
    clicks: int
    received: int
    mean_offset: float
    max_offset: float
    scale_x: float
    scale_y: float

    @property
    def ok(self) -> bool:
        wrong = max(abs(self.scale_x - self.device_scale), abs(self.scale_y - self.device_scale))
        return (
            self.received == self.clicks
            and self.max_offset <= 1.5 * self.device_scale
            and wrong < 0.01 * self.device_scale
        )


def start_browser(*, headless: bool = True) -> BrowserStart:
    """Start the browser once and end it. Raises BrowserMissingError or BrowserLostError."""
    start = time.monotonic()
    session = Session(headless=headless, viewport=VIEWPORT, device_scale=1.0)
    seconds = time.monotonic() - start
    try:
        browser = session.context.browser
        return BrowserStart(version=browser.version if browser else "", seconds=seconds)
    finally:
        session.close()


def calibrate(device_scale: float = 1.0, *, headless: bool = True) -> Calibration:
    """Click the middle of 15 markers and the 4 corner pixels of the screen.

    Raises EnvError when the browser does not start or the markers cannot be seen.
    """
    with (
        _server() as (url, clicks),
        BrowserEnv(url, device_scale=device_scale, headless=headless) as env,
    ):
        shot = env.observe().screenshot
        seen = _markers(shot)
        width, height = shot.space.size.width, shot.space.size.height
        corners = [Point(x=x, y=y) for y in (0, height - 1) for x in (0, width - 1)]
        arrived = [_click(env, clicks, point) for point in (*seen, *corners)]
        scale = (width / VIEWPORT.width, height / VIEWPORT.height)
    return _judge(device_scale, scale, seen, corners, arrived)


def _judge(
    device_scale: float,
    scale: tuple[float, float],
    seen: Sequence[Point],
    corners: Sequence[Point],
    arrived: Sequence[Point | None],
) -> Calibration:
    """The true places are known from the page for markers, and by the scale for corners."""
    import numpy as np

    true = [*_centres(), *(Point(x=at.x / scale[0], y=at.y / scale[1]) for at in corners)]
    pairs = [(a, b) for a, b in zip(arrived, true, strict=True) if a is not None]
    offsets = [
        Point(x=a.x * scale[0], y=a.y * scale[1]).distance(
            Point(x=b.x * scale[0], y=b.y * scale[1])
        )
        for a, b in pairs
    ]
    hits = [(spot, at) for spot, at in zip(seen, arrived, strict=False) if at is not None]
    slopes = [0.0, 0.0]
    if len(pairs) == len(true):
        slopes = [
            float(np.polyfit([getattr(at, axis) for _, at in hits],
                             [getattr(spot, axis) for spot, _ in hits], 1)[0])
            for axis in ("x", "y")
        ]  # fmt: skip
    return Calibration(
        device_scale=device_scale,
        clicks=len(true),
        received=len(pairs),
        mean_offset=sum(offsets) / len(offsets) if offsets else 0.0,
        max_offset=max(offsets, default=0.0),
        scale_x=slopes[0],
        scale_y=slopes[1],
    )


def _click(env: BrowserEnv, clicks: "queue.Queue[Point]", point: Point) -> Point | None:
    """Where the page says that the click arrived, in CSS pixels; None when it did not."""
    while not clicks.empty():
        clicks.get_nowait()
    env.act(Click(target=Target(point=point)))
    try:
        return clicks.get(timeout=_ANSWER_SECONDS)
    except queue.Empty:
        return None


def _places() -> list[tuple[int, int]]:
    return [(left, top) for top in _TOPS for left in _LEFTS]


def _centres() -> list[Point]:
    return [Point(x=left + _SIDE / 2, y=top + _SIDE / 2) for left, top in _places()]


def _colour(index: int) -> tuple[int, int, int]:
    return (200, 10 * index, 90)


def _markers(shot: Screenshot) -> list[Point]:
    """The middle of each marker, found by its colour. Raises EnvError for one that is not seen."""
    import numpy as np

    pixels = np.asarray(shot.image)
    middles = []
    for index in range(len(_places())):
        ys, xs = np.nonzero((pixels == _colour(index)).all(axis=2))
        if xs.size == 0:
            raise EnvError(
                f"Marker {index + 1} of the calibration page is not in the screenshot.",
                "The browser may change colours or zoom: try another one with HANDEYE_BROWSER.",
            )
        middles.append(
            Point(x=float(xs.min() + xs.max() + 1) / 2, y=float(ys.min() + ys.max() + 1) / 2)
        )
    return middles


def _page() -> bytes:
    markers = "".join(
        f'<i style="left:{left}px;top:{top}px;background:rgb{_colour(index)}"></i>'
        for index, (left, top) in enumerate(_places())
    )
    text = files("handeye.envs.browser").joinpath("calibrate.html").read_text("utf-8")
    return text.replace("MARKERS", markers).encode()


@contextmanager
def _server() -> "Iterator[tuple[str, queue.Queue[Point]]]":
    """The page's address on the loopback, and the clicks that it reports, in CSS pixels."""
    clicks: queue.Queue[Point] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, _page() if self.path == "/" else b"")

        def do_POST(self) -> None:
            x, y = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            clicks.put(Point(x=x, y=y))
            self._answer(200, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: the terminal belongs to the check."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", clicks
        finally:
            server.shutdown()
            thread.join()
