"""Recording by hand from Python: the browser, the secrets, and the folder that it goes to.

Prevents: a recording that begins although a named secret is not known, and so would be kept.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from handeye.actions import Action
from handeye.actions.errors import UsageError
from handeye.episodes import EpisodeWriter, RunResult
from handeye.episodes.claim import refuse_used
from handeye.episodes.events import RunStarted
from handeye.episodes.record import Recorder
from handeye.episodes.record import record as record_from
from handeye.episodes.record.redact import Redactor


def record(
    url: str,
    *,
    task: str = "",
    secrets: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
    uploads: Sequence[Path] = (),
    out: Path | None = None,
    headless: bool = False,
    on_step: Callable[[int, Action], None] = lambda _index, _action: None,
) -> RunResult:
    """Record what a person does in a browser until they close it or press Ctrl-C.

    `secrets` name environment variables whose values are kept out; `parameters` are texts that a
    replay may change. Raises UsageError for a secret that is not set, EnvError when no browser
    starts, EpisodeError when the folder cannot be used.
    """
    from handeye.envs.browser.address import start_address
    from handeye.envs.browser.env import VIEWPORT
    from handeye.envs.browser.listen import BrowserListener

    values = {name: _secret(name) for name in secrets}
    for folder in uploads:
        if not folder.expanduser().is_dir():
            raise UsageError(f"There is no folder {folder} to upload from.", "Check the path.")
    refuse_used(out)
    start = start_address(url)
    title = task or "recorded by hand"
    redactor = Redactor(values)
    with ExitStack() as stack:
        watched = stack.enter_context(
            closing(BrowserListener(start, headless=headless, viewport=VIEWPORT))
        )
        writer = stack.enter_context(EpisodeWriter(title, path=out))
        watched.save_downloads_to(writer.downloads)
        recorder = Recorder(
            writer, redactor, parameters or {}, lambda name: _found(name, uploads), on_step
        )
        started = RunStarted(
            task=redactor.text(title),
            url=redactor.text(start),
            env="browser",
            planner="person",
            grounder="person",
            parameters=dict(parameters or {}),
            secrets=tuple(values),
        )
        with _until_interrupted() as interrupted:
            return record_from(watched, recorder, started, interrupted)


@contextmanager
def _until_interrupted() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C or SIGTERM came: between two looks, not in the middle of one.

    A second one ends at once. In a thread there are no signals, and nothing changes.
    """
    came = threading.Event()

    def note(_number: int, _frame: object) -> None:
        if came.is_set():
            raise KeyboardInterrupt
        came.set()

    if threading.current_thread() is not threading.main_thread():
        yield came.is_set
        return
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """From NAME=VALUE to a dict. Raises UsageError for what has no name or no "="."""
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"{text!r} is no NAME=VALUE.", "Write it like --set city=Bonn.")
        found[name.strip()] = value
    return found


def _secret(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise UsageError(
            f"The environment variable {name} is not set.",
            "Set it to the secret, so that it can be recognised and left out.",
        )
    return value


def _found(name: str, folders: Sequence[Path]) -> str:
    """The path of an uploaded file, where one of the folders has it; else its name."""
    for folder in folders:
        path = folder.expanduser().resolve() / Path(name).name
        if path.is_file():
            return str(path)
    return name
