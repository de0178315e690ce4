"""Asking all items of a run: each screen decoded once and ahead of time, remote models in parallel.

Prevents: a model that waits for a disk, and a screen that is encoded once per question.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path

from handeye.actions import HandeyeError
from handeye.envs import Observation
from handeye.grounding.evaluate.asking import Ask, AskForPlace
from handeye.grounding.evaluate.detail import Detail
from handeye.grounding.evaluate.items import Item
from handeye.grounding.images import load_screenshot


def ask_all(
    items: Sequence[Item], ask: Ask, concurrency: int = 1, batch: int = 1
) -> Iterator[Detail]:
    """The answers as they come: screen by screen, in order unless `concurrency` is above 1.

    With a `batch` above 1 `ask` is an AskForPlace whose grounder answers several questions at once.

    Raises what `ask` raises, after the answers that were on their way; and ImageError for an image
    that is broken after all.
    """
    questions = ((item, screen) for screen, group in screens(items) for item in group)
    if batch > 1 and isinstance(ask, AskForPlace):
        return (each for some in _batches(questions, batch) for each in ask.together(some))
    if concurrency <= 1:
        return (ask(item, screen) for item, screen in questions)
    return _in_parallel(questions, ask, concurrency)


def _batches(
    questions: Iterable[tuple[Item, Observation]], size: int
) -> Iterator[list[tuple[Item, Observation]]]:
    questions = iter(questions)
    while some := list(islice(questions, size)):
        yield some


def _in_parallel(
    questions: Iterable[tuple[Item, Observation]], ask: Ask, concurrency: int
) -> Iterator[Detail]:
    with ThreadPoolExecutor(concurrency, thread_name_prefix="ask") as pool:
        waiting: set[Future[Detail]] = set()
        try:
            for item, screen in questions:
                waiting.add(pool.submit(ask, item, screen))
                if len(waiting) == concurrency:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from _answers(done)
            done, waiting = wait(waiting)
            yield from _answers(done)
        except HandeyeError:
            yield from (future.result() for future in wait(waiting).done if not future.exception())
            raise


def _answers(done: set[Future[Detail]]) -> Iterator[Detail]:
    """Those that came, and only then the error of one that did not."""
    for future in sorted(done, key=lambda future: future.exception() is not None):
        yield future.result()


def screens(items: Sequence[Item]) -> Iterator[tuple[Observation, list[Item]]]:
    """The items by image, in the order of their first items; each image is decoded in a thread
    while the one before it is used."""
    groups: dict[Path, list[Item]] = {}
    for item in items:
        groups.setdefault(item.image, []).append(item)
    if not groups:
        return
    paths = list(groups)
    with ThreadPoolExecutor(1, thread_name_prefix="decode") as pool:
        coming = pool.submit(_decoded, paths[0])
        for number, path in enumerate(paths):
            screen = coming.result()
            if number + 1 < len(paths):
                coming = pool.submit(_decoded, paths[number + 1])
            yield screen, groups[path]


def _decoded(path: Path) -> Observation:
    screen = load_screenshot(path)
    _ = screen.screenshot.image  # decoded here, and kept
    return screen
