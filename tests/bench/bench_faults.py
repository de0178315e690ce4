"""What breaks under a run, in full size: how it ends, after how long, and with how much memory.

`python -m tests.bench faults [NAME …]`: a page that blocks for 60 s, 1 GB to download, a document of
100 MB, and the rest of tests/agent/test_faults.py. Each is a run of its own through `handeye.run`, whose
planner clicks what does the harm and then a button. Memory is the sum over handeye, the driver and all
processes of the browser, shared pages counted once (PSS), looked at twice a second.
"""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from tests.agent import faults
from tests.agent.faults import MARK, click
from tests.bench.figures import err, table
from tests.conftest import Reply, Site

import handeye
from handeye.episodes import read_episode

FILE = {"Content-Type": "application/x-thing"}


class Fault(NamedTuple):
    """A page whose button or link does the harm, or what does it at the first action."""

    says: str
    page: str = ""
    press: dict[str, Any] = click("Mark")
    then: tuple[dict[str, Any], ...] = (click("Mark"),)
    cause: Callable[[], None] | None = None
    options: dict[str, Any] = {}


GET = click("Get") | {"kind": "download"}
FIRST = {"kind": "switch_tab", "index": 0}
LINK = "<a href={0}>Get</a>" + MARK
FAULTS = {
    "page": Fault("a page that crashes", cause=lambda: faults.end_processes("renderer")),
    "browser": Fault("a browser that is killed", cause=lambda: faults.end_processes("browser")),
    "gpu": Fault("a GPU process that crashes", cause=lambda: faults.end_processes("gpu-process")),
    "navigation": Fault("a navigation that never ends", LINK.format("/never"), click("Get")),
    "block": Fault("a page that blocks for 60 s", faults.block(60) + MARK, click("Block")),
    "alerts": Fault("1,000 alerts", faults.alerts(1000) + MARK, click("Alerts")),
    "popups": Fault("100 popups", faults.popups(100) + MARK, click("Popups"), (FIRST, click("Mark"))),
    "download": Fault("1 GB to download, limit 500 MB", LINK.format("/file"), GET),
    "whole": Fault("the same, limit 2,000 MB", LINK.format("/file"), GET,
                   options={"max_download_mb": 2000}),
    "tall": Fault("a page of 50,000 pixels", faults.tall(50_000),
                  {"kind": "scroll", "dx": 0, "dy": 60_000}),
    "large": Fault("a document of 100 MB", LINK.format("/large"), click("Get")),
}  # fmt: skip


class Memory:
    """The most that this process and those below it held, in bytes, within the block."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look)

    def __enter__(self) -> "Memory":
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            held = 0
            for process in (psutil.Process(), *faults.below(os.getpid())):
                try:
                    held += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.most = max(self.most, held)


def play(fault: Fault, folder: Path) -> tuple[list[str], list[str]]:
    """The row of a fault, and what is wrong with how it ended."""
    script = folder / "script.json"
    script.write_text(json.dumps([fault.press, *fault.then]))
    pages = {
        "/": fault.page or MARK,
        "/never": Reply("late", delay=600),
        "/popup": "<title>Popup</title>" + MARK,
        "/file": Reply(faults.stream(1000), headers=FILE),
        "/large": lambda: faults.large(100),
    }
    site, heard = Site(pages), list[str]()
    cause = faults.on_first("intent", fault.cause or (lambda: None))

    def hear(event: Any) -> None:
        heard.append(event.kind)
        cause(event)

    with Memory() as memory:
        result = handeye.run(
            "x", url=site.url, planner=f"scripted:{script}", out=folder / "episode",
            on_event=hear, **fault.options,
        )  # fmt: skip
    site.close()
    told = faults.errors_of(read_episode(folder / "episode"))
    words = ", ".join(each or "ok" for each in told)
    row = [fault.says, words, str(result.reason), f"{result.timing.total:.1f}",
           f"{memory.most / 1e6:,.0f}"]  # fmt: skip
    return row, faults.wrong(result, folder / "episode", heard)


def main() -> int:
    wanted = sys.argv[1:] or list(FAULTS)
    rows, bad = [], []
    for name in wanted:
        err.print(f"{name} …")
        with tempfile.TemporaryDirectory() as folder:
            row, wrong = play(FAULTS[name], Path(folder))
        rows.append([*row, str(len(wrong))])
        bad += [f"{name}: {each}" for each in wrong]
    columns = ("fault", "each action", "reason", "seconds", "MB at most", "problems")
    table("Faults in full size", columns, rows)
    for each in bad:
        err.print(each)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
