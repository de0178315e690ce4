"""What icons cost: loading the model, looking at the icons of a screen, and one phrase."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from tests.bench.figures import milliseconds, table

from handeye.grounding.elements.icons.model import Model, shipped_weights
from handeye.grounding.elements.icons.prepare import prepare

CROPS = 40
PHRASES = [f"{first} {second}" for first in ("open", "new", "red") for second in ("mail", "bin")]


def times(work: Callable[[], object], count: int) -> list[float]:
    found = []
    for _ in range(count):
        start = perf_counter()
        work()
        found.append(perf_counter() - start)
    return found


def main() -> None:
    folder: Path = shipped_weights()
    rng = np.random.default_rng(0)
    crops = [rng.integers(0, 256, (24, 24, 3), dtype=np.uint8) for _ in range(CROPS)]
    loading = times(lambda: Model(folder), 5)
    model = Model(folder)
    vectors = model.look(crops)
    rows = [
        ("load the weights", *milliseconds(loading)),
        ("prepare 40 crops of 24 × 24", *milliseconds(times(lambda: [*map(prepare, crops)], 20))),
        ("look at 40 crops, with that", *milliseconds(times(lambda: model.look(crops), 20))),
    ]
    table("Icons", ("", "ms, median", "10 %", "90 %"), rows)
    fresh = [times(partial(model.likeness, vectors, each), 1)[0] for each in PHRASES]
    again = times(lambda: model.likeness(vectors, PHRASES[0]), 50)
    phrases = [("a new phrase", median(fresh)), ("again", median(again))]
    shown = [(name, f"{1e6 * seconds:.0f}") for name, seconds in phrases]
    table("One phrase on 40 icons", ("", "µs, median"), shown)


if __name__ == "__main__":
    main()
