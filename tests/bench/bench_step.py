"""One step without a model: handeye, plain Playwright and BrowserGym on the same pages, one run.

The contenders take turns in short blocks, so that a machine that slows down slows all of them.
`python -m tests.bench.bench_step [STEPS]` (default 24 each). Targets: handeye at most 80 ms on a
still page; BrowserGym at least 9 times handeye as it comes, and 2 times with its waits set to 0.
"""

import json
import sys
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.figures import err, milliseconds, table
from tests.bench.pages import served
from tests.bench.peers import Peer, running
from tests.bench.peers.browsergym_venv import (
    PYTHON,
    browsergym_environment,
    browsergym_ready,
    miniwob_html,
)

BLOCK = 4
PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class Page:
    """What to open and click; the viewport is the one that BrowserGym gives to its task."""

    title: str
    path: str
    viewport: tuple[int, int]
    selector: str
    phrase: str
    task: str
    argument: str  # the name of the task's argument that takes the address `task_path`
    task_path: str


PAGES = (
    Page("202 links and buttons, a click that changes nothing", "/still", (1280, 720), "#idle",
         "the Idle button|Idle button", "openended", "start_url", "/still"),
    Page("202 links and buttons, a click that changes a text", "/still", (1280, 720), "#count",
         "the Count button", "openended", "start_url", "/still"),
    Page("MiniWoB++ click-checkboxes", "/miniwob/click-checkboxes.html?start", (332, 214),
         "#ch0", "the first checkbox", "miniwob.click-checkboxes", "base_url",
         "/miniwob/"),
)  # fmt: skip


def contenders(page: Page, address: str) -> dict[str, AbstractContextManager[Peer]]:
    """Name → peer, to be started by entering it."""
    width, height = map(str, page.viewport)
    opened = (address + page.path, width, height)
    task = json.dumps({page.argument: address + page.task_path})
    gym = (str(PYTHON), str(PEERS / "browsergym_step.py"), page.task, task, page.selector)
    env = browsergym_environment()

    def ours(name: str, what: str) -> AbstractContextManager[Peer]:
        return running([sys.executable, "-m", f"tests.bench.peers.{name}", *opened, what])

    return {
        "handeye": ours("handeye_step", page.phrase),
        "plain Playwright": ours("playwright_step", page.selector),
        "BrowserGym, its waits at 0": running([*gym, "none"], env),
        "BrowserGym": running([*gym, "default"], env),
    }


def measure(page: Page, address: str, steps: int) -> dict[str, list[float]]:
    """Contender → seconds of each step; the first block of each is not counted."""
    with ExitStack() as stack:
        peers = {
            name: stack.enter_context(peer) for name, peer in contenders(page, address).items()
        }
        seconds: dict[str, list[float]] = {name: [] for name in peers}
        for block in range(-(-steps // BLOCK) + 1):
            for name, peer in peers.items():
                with err.status(f"{page.title}: {name}, {block * BLOCK} of {steps} steps"):
                    taken = peer.steps(BLOCK)
                seconds[name] += taken if block else []
    return seconds


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    browsergym_ready()
    with served(miniwob_html()) as address:
        for page in PAGES:
            seconds = measure(page, address, steps)
            ours = median(seconds["handeye"])
            rows = [
                (name, *milliseconds(taken), f"{median(taken) / ours:.1f}")
                for name, taken in seconds.items()
            ]
            title = f"{page.title}: one step, {len(seconds['handeye'])} steps each"
            table(title, ("", "median ms", "p10 ms", "p90 ms", "times handeye"), rows)


if __name__ == "__main__":
    main()
