"""Going on with a recording: `resume` after a crash, `fork` from one of its steps.

Prevents: an order that is sent twice because the first run was killed while it sent it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from handeye.actions.errors import UsageError
from handeye.agent.asking import Approver, Asker, approve_at_terminal, ask_at_terminal
from handeye.agent.backends import PLANNERS, choose
from handeye.agent.guard import Policy, policy_of
from handeye.agent.guard import told as told_rules
from handeye.agent.guard.replays import judge_of
from handeye.agent.journal import Journal, Listener, ToldWriter
from handeye.agent.limits import Limits
from handeye.agent.loop import Agent
from handeye.agent.past import catch_up, history_of, task_from
from handeye.agent.secrets import named, told
from handeye.agent.steering import ALONE, SteeredPlanner, Steering
from handeye.agent.telemetry import together, traced
from handeye.agent.types import Planner, Step
from handeye.api import outside_loop
from handeye.cutoff import InFlight, last_address, refuse_ended_display, was_done
from handeye.envs import Env
from handeye.envs.browser.address import start_address
from handeye.envs.browser.downloads import MOST_MB
from handeye.envs.domains import origin_of
from handeye.envs.secrets import Vault
from handeye.episodes import (
    Episode,
    EpisodeWriter,
    RunResult,
    find_episode,
    read_episode,
)
from handeye.episodes import replay as run_again
from handeye.episodes.claim import refuse_held
from handeye.episodes.events import RunStarted
from handeye.episodes.replay import move_origin
from handeye.grounding import Grounder
from handeye.grounding.chat import Heard
from handeye.grounding.chat.backends import ModelOptions
from handeye.screens import Screen, recorded_at, screen_at


class Person(NamedTuple):
    """Who is asked, who looks at each action, and who hears the model write."""

    approve: Approver = approve_at_terminal
    ask: Asker = ask_at_terminal
    steering: Steering = ALONE
    heard: Heard | None = None


class Onward:
    """How a run goes on: with which planner, grounder or model, and within which limits."""

    def __init__(
        self,
        *,
        planner: str = "",
        grounder: str = "",
        model: str = "",
        options: ModelOptions | None = None,
        max_steps: int = 100,
        max_seconds: float = 600,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        max_actions_per_domain: int | None = None,
        headless: bool = True,
        display: str = "",
        app: str = "",
        max_download_mb: float = MOST_MB,
        secrets: Vault = Vault(),  # noqa: B008
        policy: Policy | str | Path | None = None,
        allow_domains: Sequence[str] = (),
        on_event: Listener | None = None,
        person: Person | None = None,
    ) -> None:
        self.planner, self.grounder, self.model = planner, grounder, model
        self.options = options or ModelOptions()
        self.limits = Limits(
            max_steps=max_steps, max_seconds=max_seconds, max_tokens=max_tokens, max_cost=max_cost,
            max_actions_per_domain=max_actions_per_domain,
        )  # fmt: skip
        self.limits.check(grounder, model)
        self.recorded_at = partial(
            recorded_at, display=display, app=app, headless=headless,
            max_download_mb=max_download_mb,
        )  # fmt: skip
        self.secrets = secrets
        self.rules = policy, allow_domains
        self.on_event = on_event
        self.person = person or Person()

    def place(self, episode: Episode, url: str = "", here: str = "") -> tuple[str, Screen]:
        """The address that the run starts at ("" on a desktop), and the screen that it goes on
        on: where it was recorded, in a browser at the address `here`.

        Raises UsageError for one that was recorded elsewhere, and for options that do not fit it.
        """
        where = self.recorded_at(episode, url=url)
        if where.env == "desktop":
            return "", screen_at(where.model_copy(update={"secrets": self.secrets}))
        start = start_address(where.url)
        at_start = {"url": here or start, "secrets": self.secrets.bound([origin_of(start)])}
        return start, screen_at(where.model_copy(update=at_start))

    def policy(self, start: str, task: str) -> Policy:
        """Raises UsageError for a file that is no policy."""
        rules, domains = self.rules
        return policy_of(rules, start, (), task, domains)

    def minds(self, episode: Episode, task: str, moves: frozenset[str]) -> tuple[Planner, Grounder]:
        """Raises UsageError where the recording's planner is none that can be named again."""
        planner = self.planner
        if not planner and not self.model and episode.started is not None:
            planner = episode.started.planner
            if planner.partition(":")[0] not in PLANNERS:
                raise UsageError(
                    f"The recording was planned by {planner!r}.",
                    "Name who goes on: --model or --planner.",
                )
        thinker, finder = choose(
            planner, self.grounder, self.model, self.options, moves | {"ask_user"},
            heard=self.person.heard,
        )  # fmt: skip
        task = named(self.secrets, task)
        thinker.prepare(task + told(self.secrets) if self.model else task)
        return thinker, finder

    @contextmanager
    def writer(self, task: str, path: Path | None) -> Iterator[EpisodeWriter]:
        """What is written is told as well, also of the steps that are repeated."""
        with traced() as spans:
            told = together(self.on_event, *spans)
            with ToldWriter(task, path=path, told=told) as writer:
                yield writer

    def started(
        self,
        task: str,
        start: str,
        place: Screen,
        minds: tuple[Planner, Grounder],
        policy: Policy,
        about: dict[str, str],
    ) -> RunStarted:
        """The first event, which says where and under which rules the run can be done again."""
        screen = {name: str(value) for name, value in place.settings.items()}
        return RunStarted(
            task=task,
            url=self.secrets.redactor.text(start),
            env=place.name,
            planner=minds[0].name,
            grounder=minds[1].name,
            settings=screen | told_rules(policy) | about,
            secrets=self.secrets.names,
        )

    def finish(
        self,
        env: Env,
        minds: tuple[Planner, Grounder],
        writer: EpisodeWriter,
        policy: Policy,
        history: list[Step],
        stop: threading.Event,
        first: int = 0,
    ) -> RunResult:
        """Take steps from where the history ends; `first` were recorded before it begins."""
        person, budget = self.person, self.limits.budget(stop)
        mind = SteeredPlanner(minds[0], person.steering, budget)
        agent = Agent(
            env, mind, minds[1], Journal(writer), budget, policy,
            person.approve, person.ask, person.steering, history=history, first=first,
        )  # fmt: skip
        return agent.run().model_copy(update={"episode": writer.path})


def resume(
    episode: str | Path,
    onward: Onward,
    *,
    in_flight: InFlight = "ask",
    ask: Callable[[str], str | None] = ask_at_terminal,
) -> RunResult:
    """Continue a run that was cut off, in its own folder, at the page or on the desktop where it
    was.

    Nothing that was done is done again; what may have been done only on a person's word.
    Raises UsageError for a run that has ended, for one on a private display, which ended with it,
    and where nobody is there to ask; RecordingError for one that is still under way.
    """
    found = read_episode(find_episode(episode))
    refuse_held(found.path)
    task = _task(found)
    start, place = onward.place(found, here=last_address(found))
    if found.finished:
        raise UsageError(f"{found.id} has ended.", "Go on from one of its steps with --fork.")
    refuse_ended_display(found, place)
    done = found.in_flight is not None and was_done(found.in_flight.action, in_flight, ask)
    first = 0 if onward.model else task_from(found)
    history = history_of(found, first=first, taken_as_done=done)
    stop = threading.Event()

    def work() -> RunResult:
        minds, policy = onward.minds(found, task, place.moves), onward.policy(start, task)
        catch_up(minds[0], found, history, first)
        about = {"resumed_at": str(first + len(history) + 1)}
        with place.open(policy.reach) as env, onward.writer(task, found.path) as writer:
            env.save_downloads_to(writer.downloads)
            writer.emit(onward.started(task, start, place, minds, policy, about))
            return onward.finish(env, minds, writer, policy, history, stop, first)

    return outside_loop(work, stop)


def fork(
    episode: str | Path,
    onward: Onward,
    *,
    at: int,
    task: str = "",
    url: str = "",
    out: Path | None = None,
) -> RunResult:
    """Repeat the first `at` steps of a recording, and go on from there as a run of its own.

    `task` is what is to be done then; without one, the recording's. `out` is the new episode's
    folder. Raises UsageError for a step that there is not.
    """
    found = read_episode(find_episode(episode))
    doing = task or _task(found)
    start, place = onward.place(found, url)
    # Without a model, a new task is followed from its beginning.
    first = 0 if onward.model else at if task else min(at, task_from(found))
    history = history_of(found, first=first, before=at)
    most = len(history_of(found))
    if not 0 <= at <= most:
        raise UsageError(f"{found.id} has {most} steps.", f"Give --at a number up to {most}.")
    stop = threading.Event()
    assert found.started is not None
    moved = partial(move_origin, old_start=found.started.url, new_start=start)

    def work() -> RunResult:
        minds, policy = onward.minds(found, doing, place.moves), onward.policy(start, doing)
        if not task:
            catch_up(minds[0], found, history, first)
        with place.open(policy.reach) as env, onward.writer(doing, out) as writer:
            about = {"fork_of": found.id, "at": str(at)}
            about |= {"task_from": str(first)} if first else {}
            again = run_again(
                found, env, url=start, writer=writer, stop_before=at,
                started=onward.started(doing, start, place, minds, policy, about),
                entrusted=onward.secrets.names,
                judge=judge_of(policy, onward.person.approve, moved),
            )  # fmt: skip
            if again.reason != "done":
                return again
            return onward.finish(env, minds, writer, policy, history, stop, first)

    return outside_loop(work, stop)


def _task(episode: Episode) -> str:
    return episode.started.task if episode.started else ""
