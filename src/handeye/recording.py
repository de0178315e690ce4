"""Recording by hand from Python: the screen, the secrets, and the folder that it goes to.

Prevents: a recording that begins although a named secret is not known, and so would be kept.
"""

import re
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from handeye.actions import Action
from handeye.actions.errors import UsageError
from handeye.agent.planner.listing import shown_on
from handeye.agent.secrets import vault_of
from handeye.api import check_folders
from handeye.envs.redact import Redactor
from handeye.episodes import EpisodeWriter, RunResult
from handeye.episodes.claim import refuse_used
from handeye.episodes.events import RunStarted
from handeye.episodes.record import Recorder
from handeye.episodes.record import record as record_from
from handeye.screens import NEW

if TYPE_CHECKING:
    from handeye.envs.browser.listen import BrowserListener
    from handeye.envs.desktop import PrivateDisplay
    from handeye.envs.desktop.listen import DesktopListener


def record(
    url: str | Path = "",
    *,
    env: str = "browser",
    display: "str | PrivateDisplay" = "",
    view: str = "all",
    task: str = "",
    secrets: Sequence[str] = (),
    parameters: Mapping[str, str] | None = None,
    uploads: Sequence[Path] = (),
    out: Path | None = None,
    headless: bool = False,
    on_start: Callable[[], None] = lambda: None,
    on_step: Callable[[int, Action], None] = lambda _index, _action: None,
) -> RunResult:
    """Record what a person does in a browser or on a desktop, until they end it or press Ctrl-C.

    A browser starts at `url`, and closing it ends the recording; on a desktop (`display`, `view`:
    as for `run`) the pointer moved into a corner does. `secrets` ("name=env:VAR", or the name of a
    variable) are kept out; `parameters` are texts that a replay may change. Raises UsageError for
    a secret that is not set and for options that do not go together, EnvError when there is no
    screen, EpisodeError when the folder cannot be used.
    """
    vault = vault_of(secrets)
    check_folders(tuple(uploads))
    refuse_used(out)
    place = _place(env, str(url), display, view, uploads=uploads, headless=headless)
    title = task or "recorded by hand"
    redactor = Redactor(vault.values)
    with ExitStack() as stack:
        watched = stack.enter_context(closing(place.listen()))
        writer = stack.enter_context(EpisodeWriter(title, path=out))
        watched.save_downloads_to(writer.downloads)
        recorder = Recorder(
            writer,
            redactor,
            parameters or {},
            lambda name: _found(name, uploads),
            on_step,
            shown_on,
        )
        started = RunStarted(
            task=redactor.text(title),
            url=redactor.text(place.start),
            env=watched.name,
            planner="person",
            grounder="person",
            settings=place.settings,
            parameters=dict(parameters or {}),
            secrets=vault.names,
        )
        on_start()
        with _until_interrupted() as interrupted:
            return record_from(watched, recorder, started, interrupted)


class _Place(NamedTuple):
    """Where is recorded; `listen` opens it."""

    start: str
    settings: dict[str, str]
    listen: "Callable[[], BrowserListener | DesktopListener]"


def _place(env: str, url: str, display: "str | PrivateDisplay", view: str, **more: Any) -> _Place:
    if env not in ("browser", "desktop"):
        raise UsageError(f"There is no environment called {env!r}.", "Use browser or desktop.")
    if env == "browser":
        if display or view != "all":
            raise UsageError("These are for a desktop: display, view.", "Add --env desktop.")
        return _browser(url, headless=bool(more["headless"]))
    if url or more["uploads"] or more["headless"]:
        raise UsageError("This is for a browser: an address, uploads.", "Leave it out.")
    if display == NEW:
        raise UsageError(
            "Nobody sees a private display, or can use it.",
            "Leave --display out for the desktop you are on, or name another one, as in :1.",
        )
    return _desktop(display, view)


def _browser(url: str, *, headless: bool) -> _Place:
    from handeye.envs.browser.address import start_address
    from handeye.envs.browser.env import VIEWPORT
    from handeye.envs.browser.listen import BrowserListener

    if not url.strip():
        raise UsageError("The recording has no address to start at.", "Add --url http://…")
    start = start_address(url)
    return _Place(start, {}, lambda: BrowserListener(start, headless=headless, viewport=VIEWPORT))


def _desktop(display: "str | PrivateDisplay", view: str) -> _Place:
    from handeye.envs.desktop import parse_view
    from handeye.envs.desktop.listen import DesktopListener

    part = parse_view(view)
    given = {"display": display if isinstance(display, str) else "", "view": view}
    settings = {name: value for name, value in given.items() if value not in ("", "all")}
    return _Place("", settings, lambda: DesktopListener(display, view=part))


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
    """From NAME=VALUE to a dict. Raises UsageError for what has no "=" or no name of one word."""
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not re.fullmatch(r"\w+", name.strip()):
            raise UsageError(
                f"{text!r} is no NAME=VALUE.",
                "Write it like --set city=Bonn; a name has letters, digits and _.",
            )
        found[name.strip()] = value
    return found


def _found(name: str, folders: Sequence[Path]) -> str:
    """The path of an uploaded file, where one of the folders has it; else its name."""
    for folder in folders:
        path = folder.expanduser().resolve() / Path(name).name
        if path.is_file():
            return str(path)
    return name
