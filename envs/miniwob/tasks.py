"""The tasks of MiniWoB++: where its pages are, what they are called, and which sets have a name.

The pages come in the wheel of the PyPI package `miniwob` (Farama Foundation, MIT). Only these
files are used; the package itself, which would load Selenium and Gymnasium, is never imported.
"""

from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from rapidfuzz import process

from handeye.actions.errors import EnvError, UsageError

NOT_IN_BROWSERGYM = frozenset(
    {"button-delay", "chase-circle", "hover-shape", "moving-items", "simon-says"}
)
"""The tasks that depend on quick reactions or on waiting; BrowserGym registers the other 125."""


@cache
def pages() -> Path:
    """The folder with one HTML page for each task. Raises EnvError when it is not installed."""
    try:
        folder = Path(str(distribution("miniwob").locate_file("miniwob/html/miniwob")))
    except PackageNotFoundError as error:
        raise EnvError(
            "MiniWoB++ is not installed.", "Run pip install 'handeye[miniwob]'."
        ) from error
    return folder


def all_tasks() -> tuple[str, ...]:
    """The names of all tasks ("click-button", …), in alphabetical order."""
    return tuple(sorted(page.stem for page in pages().glob("*.html")))


def browsergym_tasks() -> tuple[str, ...]:
    """The tasks that BrowserGym has, and on which most published scores are."""
    return tuple(task for task in all_tasks() if task not in NOT_IN_BROWSERGYM)


def page_of(task: str) -> Path:
    """The page of a task. Raises UsageError for an unknown name, with the nearest known ones."""
    known = all_tasks()
    if task not in known:
        near = [name for name, *_ in process.extract(task, known, limit=3)]
        raise UsageError(
            f"MiniWoB++ has no task called {task!r}.", f"The nearest are: {', '.join(near)}."
        )
    return pages() / f"{task}.html"
