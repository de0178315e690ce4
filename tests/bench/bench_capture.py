"""A picture of a desktop at 1920×1080: handeye's against bare mss, taking turns.

`python -m tests.bench.bench_capture [PICTURES]` (default 200). On a private display with an
application on it where one is installed. `capture` is what handeye takes each time it looks, with
where it lies; target: within 1.2 times the bare one. `observe` holds the wait for a screen at rest
(two pictures that agree) and the PNG.
"""

import shutil
import sys
import time
from collections.abc import Callable
from statistics import median

from tests.bench.figures import err, milliseconds, table

from handeye.actions import Size
from handeye.envs.desktop import DesktopEnv, PrivateDisplay, View
from handeye.envs.desktop.camera import Camera
from handeye.envs.desktop.x11.link import authority

SCREEN = Size(width=1920, height=1080)
APPLICATIONS = (["pcmanfm", "/usr"], ["mousepad"], ["xterm"])
BLOCK = 20
BARE, BARE_PNG = "bare mss", "bare mss and its PNG"
CAPTURE, OBSERVE = "handeye capture", "handeye observe"


def timed(take: Callable[[], object], count: int) -> list[float]:
    """The seconds that each of so many pictures took."""
    seconds = []
    for _ in range(count):
        started = time.perf_counter()
        take()
        seconds.append(time.perf_counter() - started)
    return seconds


def main() -> None:
    import mss
    import mss.tools

    pictures = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with PrivateDisplay(SCREEN) as display, DesktopEnv(display) as env:
        for command in APPLICATIONS:
            if shutil.which(command[0]):
                display.open(command)
        with authority(display.key_file):
            bare = mss.MSS(display=display.name)
        camera = Camera(View(), display=display.name, key_file=display.key_file)
        monitor = bare.monitors[1]

        def packed() -> bytes | None:
            shot = bare.grab(monitor)
            return mss.tools.to_png(shot.rgb, shot.size)

        ways: dict[str, Callable[[], object]] = {
            BARE: lambda: bare.grab(monitor),
            CAPTURE: camera.grab,
            BARE_PNG: packed,
            OBSERVE: env.observe,
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        for block in range(-(-pictures // BLOCK) + 1):
            with err.status(f"1920×1080: {block * BLOCK} of {pictures} pictures"):
                for name, take in ways.items():
                    count = BLOCK if name in (BARE, CAPTURE) else BLOCK // 4
                    taken = timed(take, count)
                    seconds[name] += taken if block else []  # the first block warms up
        bare.close()
        camera.close()
    base = {CAPTURE: BARE, BARE: BARE, OBSERVE: BARE_PNG, BARE_PNG: BARE_PNG}
    rows = [
        (name, *milliseconds(each, 1), f"{median(each) / median(seconds[base[name]]):.2f}")
        for name, each in seconds.items()
    ]
    title = f"A desktop of 1920×1080, {len(seconds[BARE])} pictures each, a quarter with PNG"
    table(title, ("", "median ms", "p10 ms", "p90 ms", "times the bare one"), rows)


if __name__ == "__main__":
    main()
