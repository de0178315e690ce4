"""A look at a page of 5,000 nodes: handeye's `observe` against the bare screenshot, taking turns.

`python -m tests.bench.bench_observe [LOOKS]` (default 30). `observe` holds the wait for a page at
rest, the screenshot, and the elements. Target: within 1.5 times the bare screenshot.
"""

import base64
import sys
import time
from collections.abc import Callable
from statistics import median

from tests.bench.figures import err, milliseconds, table
from tests.bench.pages import served

from handeye.envs.browser import BrowserEnv

WARM_UP = 3


def main() -> None:
    looks = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with served() as address, BrowserEnv(f"{address}/nodes") as env:

        def bare(**options: object) -> Callable[[], object]:
            asked = {"format": "png", **options}
            cdp = env.cdp()
            return lambda: base64.b64decode(cdp.send("Page.captureScreenshot", asked)["data"])

        ways: dict[str, Callable[[], object]] = {
            "bare screenshot, PNG": bare(),
            "bare screenshot, PNG for speed": bare(optimizeForSpeed=True),
            "handeye observe": env.observe,
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        with err.status(f"{looks} looks at 5,000 nodes"):
            for turn in range(looks + WARM_UP):
                for name, look in ways.items():
                    started = time.perf_counter()
                    look()
                    if turn >= WARM_UP:
                        seconds[name].append(time.perf_counter() - started)
        seen = env.observe()
    base = median(seconds["bare screenshot, PNG for speed"])
    rows = [(n, *milliseconds(s), f"{median(s) / base:.2f}") for n, s in seconds.items()]
    title = (
        f"A page of 5,000 nodes, {looks} looks each; {len(seen.elements or ())} elements in view"
    )
    table(title, ("", "median ms", "p10 ms", "p90 ms", "times bare for speed"), rows)


if __name__ == "__main__":
    main()
