"""Makes the pictures of the terminal interface: `python docs/images/make_tui.py`.

Real runs in the shop are recorded, some tasks of MiniWoB++ are played, the screens are used by
pressing keys, and what the terminal shows is photographed in a browser.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import handeye
from handeye.actions import Size
from handeye.agent.bench.course import BenchSettings
from handeye.agent.bench.pool import play_in_workers
from handeye.agent.bench.wanted import Wanted
from handeye.envs.browser import BrowserEnv
from handeye.envs.shop import DEMO, serve
from handeye.tui.app import HandeyeApp
from handeye.tui.session import Session

FOLDER = Path(__file__).parent
LARGE, SMALL = (130, 40), (80, 24)
LAMP = "Search for 'desk lamp', open the {} result, set quantity to {}, add it to the cart"
TASKS = (
    DEMO.instruction,
    LAMP.format("first", 2),
    "Search for 'notebook', click the Frobnicate button",
    LAMP.format("second", 1),
)
MINIWOB = (
    "bisect-angle", "click-button", "click-checkboxes", "click-dialog-2", "click-option",
    "click-shape", "click-tab-2", "copy-paste", "enter-date", "enter-password", "enter-text",
    "find-word", "focus-text-2", "grid-coordinate", "login-user", "navigate-tree", "search-engine",
    "use-spinner",
)  # fmt: skip
Steps = Callable[[Any], Awaitable[None]]


async def rest(pilot: Any) -> None:
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.1)


def pressing(*keys: str) -> Steps:
    async def press(pilot: Any) -> None:
        await rest(pilot)
        for key in keys:
            await pilot.press(key)
            await rest(pilot)

    return press


async def pausing(pilot: Any) -> None:
    """Send two actions, and stop before the third."""
    live, end = pilot.app.run_screen.live, time.monotonic() + 60
    for action in ("type", "press", "click"):
        while True:
            live = pilot.app.run_screen.live
            if live.pending is not None and live.action.startswith(action):
                break
            assert time.monotonic() < end, live.action
            await pilot.pause(0.05)
        if action != "click":
            await pilot.press("enter")
    await rest(pilot)


def play(root: Path) -> None:
    """Some tasks of MiniWoB++, with ten steps each and with two."""
    for steps in (2, 10):
        out = root / "bench" / "miniwob" / f"at-most-{steps}-steps"
        settings = BenchSettings(out=out, steps=steps)
        wanted = Wanted(tasks=MINIWOB, seeds=5, first_seed=0, workers=2, settings=settings)
        results, left = wanted.begin()
        with closing(play_in_workers(left, settings, wanted.workers)) as all_:
            for played in all_:
                results.add(played)


async def screen(app: HandeyeApp, size: tuple[int, int], steps: Steps) -> str:
    async with app.run_test(size=size) as pilot:
        await steps(pilot)
        return app.export_screenshot(title="")


def photograph(svg: str, name: str, folder: Path) -> None:
    shape = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert shape is not None
    page = folder / f"{name}.html"
    page.write_text(f"<body style='margin:0'>{svg}</body>", encoding="utf-8")
    size = Size(width=round(float(shape[1])), height=round(float(shape[2])))
    with BrowserEnv(page.as_uri(), viewport=size) as env:
        image = env.observe().screenshot.image
    image.quantize(256).save(FOLDER / f"tui-{name}.png", optimize=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name, serve() as shop:
        home = Path(name) / "home"
        for number, task in enumerate(TASKS):
            handeye.run(task, url=shop.url, out=home / f"run-{number}")
        play(Path(name) / "results")
        shots: dict[str, tuple[tuple[int, int], Steps]] = {
            "episodes": (LARGE, pressing("down")),
            "trace": (LARGE, pressing("enter", "right", "right")),
            "difference": (LARGE, pressing("enter", "right", "right", "d")),
            "compare": (LARGE, pressing("c", "down", "down", "c")),
            "ground": (
                LARGE,
                pressing("enter", "right", "right", "g", *"the", "space", *"lamp", "enter"),
            ),
            "bench": (LARGE, pressing("4")),
            "board": (LARGE, pressing("4", "enter", "w", "n")),
            "versus": (LARGE, pressing("4", "down", "c", "up", "c")),
            "bench-small": (SMALL, pressing("4", "enter", "n")),
            "small": (SMALL, pressing("enter", "right", "right")),
        }
        for shot, (size, steps) in shots.items():
            svg = asyncio.run(screen(HandeyeApp(home, results=Path(name) / "results"), size, steps))
            photograph(svg, shot, Path(name))
        session = Session(LAMP.format("second", 2), shop.url, out=home / "live")
        session.control.paused = True
        svg = asyncio.run(screen(HandeyeApp(home, session=session), LARGE, pausing))
        session.control.detach()
        session.wait()
        photograph(svg, "run", Path(name))


if __name__ == "__main__":
    main()
