"""What the default grounder costs on plain screenshots: loading, a new screen, a further phrase.

The screens are those of the data set that comes with handeye; each is seen for the first time.
Loading is what the first screen takes longer than the same one takes when all is loaded, and the
imports. Peak memory is that of this process at its end. The targets stand beside the figures.
"""

import io
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from tests.bench.figures import milliseconds, table

if TYPE_CHECKING:
    from handeye.envs import Observation
    from handeye.grounding.elements import ElementsGrounder

PHRASES = ("the Save button", "the Search icon", "the Email field", "the second checkbox", "Help")
TARGETS = {"1280x720@1": "150", "1920x1080@1": "", "2560x1440@1": "450"}
Row = tuple[str, str, str, str, str]


def main() -> None:
    start = perf_counter()
    from handeye.grounding.elements import ElementsGrounder
    from handeye.grounding.evaluate.datasets import EMBEDDED, find_dataset

    imported = 1000 * (perf_counter() - start)
    seen, *images = sorted((find_dataset(EMBEDDED) / "images").iterdir())
    grounder = ElementsGrounder()
    first, again = _twice(grounder, seen)
    rows: list[Row] = [
        ("load: imports, and what the first screen takes longer than again, ms",
         f"{imported + first - again:.0f}", "", "", "500"),
        ("  imports", f"{imported:.0f}", "", "", ""),
        ("  the first screen", f"{first:.0f}", "", "", ""),
        ("  the same screen again, as new", f"{again:.0f}", "", "", ""),
    ]  # fmt: skip
    further: list[float] = []
    for size, target in TARGETS.items():
        new = list(_new_screens(grounder, [p for p in images if p.stem.endswith(size)], further))
        told = f"a new screen of {size}, and a phrase ({len(new)} screens), ms"
        rows.append((told, *milliseconds(new), target))
    rows.append(("a further phrase on a screen, ms", f"{median(further):.1f}", "", "", "1"))
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    rows.append(("peak memory, MB", f"{peak:.0f}", "", "", "600"))
    table("Plain screenshots", ("", "median", "10 %", "90 %", "target"), rows)


def _twice(grounder: "ElementsGrounder", path: Path) -> tuple[float, float]:
    """Milliseconds of the first phrase on a screen, and on the same pixels in another file."""
    from handeye.envs import Screenshot

    screen = _decoded(path)
    packed = io.BytesIO()
    screen.screenshot.image.save(packed, "PNG")
    other = screen.model_copy(
        update={"screenshot": Screenshot(data=packed.getvalue(), space=screen.screenshot.space)}
    )
    _ = other.screenshot.image
    return _asked(grounder, screen, PHRASES[0]), _asked(grounder, other, PHRASES[0])


def _new_screens(
    grounder: "ElementsGrounder", paths: Sequence[Path], further: list[float]
) -> Iterator[float]:
    """Seconds of the first phrase on each screen; those of the others go to `further`."""
    for path in paths:
        screen = _decoded(path)
        yield _asked(grounder, screen, PHRASES[0]) / 1000
        further += [_asked(grounder, screen, phrase) for phrase in PHRASES[1:]]


def _asked(grounder: "ElementsGrounder", screen: "Observation", phrase: str) -> float:
    start = perf_counter()
    grounder.ground(screen, phrase)
    return 1000 * (perf_counter() - start)


def _decoded(path: Path) -> "Observation":
    from handeye.grounding.images import load_screenshot

    screen = load_screenshot(path)
    _ = screen.screenshot.image  # decoding is not what is timed
    return screen


if __name__ == "__main__":
    main()
