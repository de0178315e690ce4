"""A look at a page of 5,000 nodes: handeye's `observe` against the bare screenshot, taking turns.

`python -m tests.bench.bench_observe [LOOKS]` (default 30). `observe` holds the wait for a page at
rest, the screenshot, and the elements. Target: within 1.5 times the bare screenshot.
"""

import sys
import time
from statistics import median

from tests.bench.figures import err, milliseconds, table
from tests.bench.pages import served
from tests.bench.peers import running

from handeye.actions import Size
from handeye.envs.browser import BrowserEnv

VIEWPORT = Size(width=1280, height=720)
BLOCK = 5
BARE = "bare screenshot, PNG packed for speed"


def observe(env: BrowserEnv, count: int) -> list[float]:
    """The seconds that each of so many looks took."""
    seconds = []
    for _ in range(count):
        started = time.perf_counter()
        env.observe()
        seconds.append(time.perf_counter() - started)
    return seconds


def main() -> None:
    looks = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    look = [sys.executable, "-m", "tests.bench.peers.playwright_look"]
    with served() as address:
        page = [f"{address}/nodes", str(VIEWPORT.width), str(VIEWPORT.height)]
        with (
            running([*look, *page, "default"]) as default,
            running([*look, *page, "speed"]) as speed,
            BrowserEnv(page[0], viewport=VIEWPORT) as env,
        ):
            ways = {
                "bare screenshot, PNG as it comes": default.steps,
                BARE: speed.steps,
                "handeye observe": lambda count: observe(env, count),
            }
            seconds: dict[str, list[float]] = {name: [] for name in ways}
            for block in range(-(-looks // BLOCK) + 1):
                with err.status(f"5,000 nodes: {block * BLOCK} of {looks} looks"):
                    for name, way in ways.items():
                        taken = way(BLOCK)
                        seconds[name] += taken if block else []  # the first block warms up
            seen = len(env.observe().elements or ())
    base = median(seconds[BARE])
    rows = [(n, *milliseconds(s), f"{median(s) / base:.2f}") for n, s in seconds.items()]
    title = f"A page of 5,000 nodes, {len(seconds[BARE])} looks each; {seen} elements in view"
    table(title, ("", "median ms", "p10 ms", "p90 ms", "times the bare one"), rows)


if __name__ == "__main__":
    main()
