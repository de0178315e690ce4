"""What the default grounder costs on plain screenshots: loading, a new screen, a further phrase.

The screens are those of the data set that comes with handeye; each is seen for the first time but
for the first, with which the engines are loaded. Peak memory is that of this process.
"""

import resource
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.bench.figures import milliseconds, table

PHRASES = ("the Save button", "the Search icon", "the Email field", "the second checkbox", "Help")
SIZES = ("1280x720@1", "1920x1080@1", "2560x1440@1")


def main() -> None:
    start = perf_counter()
    from handeye.grounding.elements import ElementsGrounder
    from handeye.grounding.evaluate.datasets import EMBEDDED, find_dataset
    from handeye.grounding.images import load_screenshot

    grounder = ElementsGrounder()
    importing = perf_counter() - start
    images = sorted((find_dataset(EMBEDDED) / "images").iterdir())
    start = perf_counter()
    grounder.ground(_load(load_screenshot, images[0]), "the Search icon")
    first = perf_counter() - start
    rows = [
        ("import", f"{1000 * importing:.0f}", "", ""),
        ("first screen", f"{1000 * first:.0f}", "", ""),
    ]
    for size in SIZES:
        new, further = [], []
        for path in images[1:]:
            if not path.stem.endswith(size):
                continue
            screen = _load(load_screenshot, path)
            for number, phrase in enumerate(PHRASES):
                start = perf_counter()
                grounder.ground(screen, phrase)
                (further if number else new).append(perf_counter() - start)
        rows.append(
            (f"a new screen of {size}, and a phrase ({len(new)} screens)", *milliseconds(new))
        )
        rows.append(("a further phrase", f"{1000 * median(further):.1f}", "", ""))
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    rows.append(("peak memory, MB", f"{peak:.0f}", "", ""))
    table("Plain screenshots", ("", "ms, median", "10 %", "90 %"), rows)


def _load(load, path: Path):  # type: ignore[no-untyped-def]
    screen = load(path)
    _ = screen.screenshot.image  # decoding is not what is timed
    return screen


if __name__ == "__main__":
    main()
