"""The front door from Python: `run` a task. (`replay` is in again.py.)

Sync, and usable from anywhere: in a running event loop the work moves to a thread of its own.
Prevents: a browser started for an instruction that is not understood.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from handeye.actions.errors import InstructionError, UsageError
from handeye.agent.asking import Approver, Asker, approve_at_terminal, ask_at_terminal
from handeye.agent.backends import choose
from handeye.agent.guard import Policy, PolicyFile, policy_of
from handeye.agent.guard import told as told_rules
from handeye.agent.journal import Journal, Listener
from handeye.agent.limits import Limits
from handeye.agent.loop import Agent
from handeye.agent.secrets import named, open_vault, told
from handeye.agent.steering import ALONE, SteeredPlanner, Steering
from handeye.agent.telemetry import traced
from handeye.agent.types import Planner
from handeye.envs import Env
from handeye.envs.browser.downloads import MOST_MB
from handeye.envs.secrets import Vault
from handeye.episodes import EpisodeWriter, RunResult
from handeye.episodes.claim import refuse_used
from handeye.episodes.events import RunStarted
from handeye.grounding.chat import ChatModel, Heard
from handeye.grounding.chat.backends import ModelOptions
from handeye.screens import Screen, Where, screen_at

if TYPE_CHECKING:
    from pydantic import BaseModel

T = TypeVar("T")

_POLL = 0.2  # seconds between looks for a Ctrl-C


def run(
    task: str,
    *,
    url: str | Path = "",
    env: str = "browser",
    display: str = "",
    app: str = "",
    view: str = "all",
    failsafe: bool = True,
    planner: str | Planner = "",
    grounder: str = "",
    model: str | ChatModel = "",
    profile: str = "",
    load: Literal["full", "8bit", "4bit"] = "full",
    mode: Literal["hybrid", "think", "nothink"] = "hybrid",
    output: "type[BaseModel] | None" = None,
    max_steps: int = 100,
    max_seconds: float = 600,
    max_tokens: int | None = None,
    max_cost: float | None = None,
    max_actions_per_domain: int | None = None,
    max_download_mb: float = MOST_MB,
    headless: bool = True,
    out: str | Path | None = None,
    uploads: Sequence[str | Path] = (),
    secrets: Sequence[str] | Vault = (),
    policy: Policy | PolicyFile | str | Path | None = None,
    allow_domains: Sequence[str] = (),
    on_event: Listener | None = None,
    approve: Approver = approve_at_terminal,
    ask: Asker = ask_at_terminal,
    heard: Heard | None = None,
    steering: Steering = ALONE,
) -> RunResult:
    """Do a task, in a browser starting at `url` or on a desktop, and record it.

    `env` is "browser" or "desktop". `display` is then "new" for a private one, on which `app`, a
    command, is started, or an X11 name, or "" for the desktop you are on; `view` is the part that
    is looked at; with `failsafe` a pointer moved into a corner ends the run.
    `planner` and `grounder` name backends ("instructions", "scripted:FILE.json"; "elements").
    With `model` ("remote:NAME@URL", "phi4:PATH", or one that is made already) a model plans, in
    the conventions of its family (`profile`, else by its name), and finds what it describes;
    `load` and `mode` say how it is run. With `output`, a pydantic model, the answer is one of
    those: `result.output`. `heard` hears the model while it writes. A limit that is reached ends
    the run, also then; `max_cost` is in US dollars. Files above `max_download_mb` do not come.
    `out` is the episode's folder, new or empty; without it one is made in the user's data folder.
    `uploads` are folders that files may be uploaded from without asking. `secrets` are typed where
    `{{name}}` stands ("name=env:VAR"; docs/secrets.md). Pages are opened of the site of `url` and
    of `allow_domains` only; `policy` is a file of rules before the default ones, or a whole Policy.
    `approve` and `ask` put questions to a person; where no terminal is there the answer is no.
    `steering` may look at each action before it is sent, and take the planner's turn.

    What goes wrong before the start raises a HandeyeError (InstructionError, UsageError,
    NavigationError, DisplayError …); after it, the result says what went wrong.
    Ctrl-C ends the run with the reason INTERRUPTED.
    """
    path, folders = _checked(task, out, uploads)
    task = named(vault := open_vault(secrets), task)
    limits = Limits(
        max_steps=max_steps, max_seconds=max_seconds, max_tokens=max_tokens, max_cost=max_cost,
        max_actions_per_domain=max_actions_per_domain,
    )  # fmt: skip
    limits.check(grounder, model if isinstance(model, str) else "")
    place = screen_at(Where(
        env=env, url=str(url), headless=headless, uploads=folders, secrets=vault,
        display=display, app=app, view=view, failsafe=failsafe, max_download_mb=max_download_mb,
    ))  # fmt: skip
    rules = policy_of(policy, place.start, folders, task, allow_domains)
    options = ModelOptions(profile=profile, load=load, mode=mode)
    stop = threading.Event()

    def work() -> RunResult:
        moves = place.moves | {"ask_user"}
        thinker, finder = choose(planner, grounder, model, options, moves, output, heard)
        thinker.prepare(task + told(vault) if model else task)
        with _opened(place, rules, path, on_event) as (screen, journal):
            names = (_spec(planner) or thinker.name, grounder or finder.name)
            journal.emit(_started(task, place, *names, limits, options, vault, rules))
            budget = limits.budget(stop)
            mind = SteeredPlanner(thinker, steering, budget)
            agent = Agent(screen, mind, finder, journal, budget, rules, approve, ask, steering)
            return _returned(agent.run(), output, journal.path)

    return outside_loop(work, stop)


def _spec(planner: str | Planner) -> str:
    return planner if isinstance(planner, str) else ""


@contextmanager
def _opened(
    place: Screen, policy: Policy, path: Path | None, on_event: Listener | None
) -> Iterator[tuple[Env, Journal]]:
    """The screen, and the journal of what is done there; both end with the block."""
    with (
        traced() as spans,
        place.open(policy.reach) as screen,
        EpisodeWriter(policy.task, path=path) as writer,
    ):
        screen.save_downloads_to(writer.downloads)
        yield screen, Journal(writer, *[on_event] if on_event else [], *spans)


def _returned(result: RunResult, output: "type[BaseModel] | None", path: Path) -> RunResult:
    answer = output.model_validate_json(result.answer) if output and result.ok else None
    return result.model_copy(update={"episode": path, "output": answer})


def _checked(
    task: str, out: str | Path | None, uploads: Sequence[str | Path]
) -> tuple[Path | None, tuple[Path, ...]]:
    """Where the episode goes, and the folders of uploads. Raises for what cannot be used."""
    if not isinstance(task, str) or not task.strip():
        raise InstructionError("The run has no task.", "Say what to do.")
    path = None if out is None else Path(out)
    folders = tuple(Path(folder) for folder in uploads)
    refuse_used(path)
    check_folders(folders)
    return path, folders


def check_folders(uploads: tuple[Path, ...]) -> None:
    for folder in uploads:
        if not folder.expanduser().is_dir():
            raise UsageError(f"There is no folder {folder} to upload from.", "Check the path.")


def outside_loop(work: Callable[[], T], stop: threading.Event) -> T:
    """Do the work here, or in a thread where an event loop runs here: Playwright refuses one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1, "handeye") as pool:
        future = pool.submit(work)
        task = asyncio.current_task()
        while not future.done():
            try:
                wait([future], timeout=_POLL)
            except KeyboardInterrupt:
                stop.set()
            # asyncio.run() turns the first Ctrl-C into a cancellation, which waits for this call.
            if task is not None and task.cancelling():
                stop.set()
        return future.result()


def _started(
    task: str,
    place: Screen,
    planner: str,
    grounder: str,
    limits: Limits,
    options: ModelOptions,
    vault: Vault,
    policy: Policy,
) -> RunStarted:
    given = limits.told() | dict(place.settings) | options.model_dump(exclude_defaults=True)
    given |= told_rules(policy)
    return RunStarted(
        task=task,
        url=vault.redactor.text(place.start),
        env=place.name,
        planner=planner,
        grounder=grounder,
        settings={name: str(value) for name, value in given.items()},
        versions=_versions(),
        secrets=vault.names,
    )


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    versions = {name: version(name) for name in ("handeye", "playwright")}
    return {**versions, "python": platform.python_version(), "platform": platform.platform()}
