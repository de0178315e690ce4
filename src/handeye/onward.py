"""Going on with a recording: `resume` after a crash, `fork` from one of its steps.

Prevents: an order that is sent twice because the first run was killed while it sent it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from handeye.actions import Action, describe
from handeye.actions.errors import UsageError
from handeye.again import screen_of
from handeye.agent.asking import Approver, Asker, approve_at_terminal, ask_at_terminal
from handeye.agent.backends import PLANNERS, choose
from handeye.agent.guard import Policy, policy_of
from handeye.agent.guard.replays import judge_of
from handeye.agent.journal import Journal, Listener, ToldWriter
from handeye.agent.limits import Limits
from handeye.agent.loop import Agent
from handeye.agent.past import catch_up, history_of
from handeye.agent.secrets import named, told
from handeye.agent.steering import ALONE, SteeredPlanner, Steering
from handeye.agent.telemetry import together, traced
from handeye.agent.types import Planner, Step
from handeye.api import outside_loop
from handeye.envs import Env
from handeye.envs.browser.address import start_address
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

InFlight = Literal["ask", "done", "again"]
"""What to do about an action that may have happened: ask a person, take it as done, do it again."""


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
        max_steps: int = 100,
        max_seconds: float = 600,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        max_actions_per_domain: int | None = None,
        headless: bool = True,
        secrets: Vault = Vault(),  # noqa: B008
        policy: Policy | str | Path | None = None,
        allow_domains: Sequence[str] = (),
        on_event: Listener | None = None,
        person: Person | None = None,
    ) -> None:
        self.planner, self.grounder, self.model = planner, grounder, model
        self.limits = Limits(
            max_steps=max_steps, max_seconds=max_seconds, max_tokens=max_tokens, max_cost=max_cost,
            max_actions_per_domain=max_actions_per_domain,
        )  # fmt: skip
        self.limits.check(grounder, model)
        self.headless = headless
        self.secrets = secrets
        self.rules = policy, allow_domains
        self.on_event = on_event
        self.person = person or Person()

    def policy(self, start: str, task: str) -> Policy:
        """Raises UsageError for a file that is no policy."""
        rules, domains = self.rules
        return policy_of(rules, start, (), task, domains)

    def minds(self, episode: Episode, task: str) -> tuple[Planner, Grounder]:
        """Raises UsageError where the recording's planner is none that can be named again."""
        from handeye.envs.browser import BrowserEnv

        planner = self.planner
        if not planner and not self.model and episode.started is not None:
            planner = episode.started.planner
            if planner.partition(":")[0] not in PLANNERS:
                raise UsageError(
                    f"The recording was planned by {planner!r}.",
                    "Name who goes on: --model or --planner.",
                )
        moves = BrowserEnv.action_space | {"ask_user"}
        thinker, finder = choose(
            planner, self.grounder, self.model, ModelOptions(), moves, heard=self.person.heard
        )
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

    def finish(
        self,
        env: Env,
        minds: tuple[Planner, Grounder],
        writer: EpisodeWriter,
        policy: Policy,
        history: list[Step],
        stop: threading.Event,
    ) -> RunResult:
        """Take steps from where the history ends."""
        person, budget = self.person, self.limits.budget(stop)
        mind = SteeredPlanner(minds[0], person.steering, budget)
        agent = Agent(
            env, mind, minds[1], Journal(writer), budget, policy,
            person.approve, person.ask, person.steering, history=history,
        )  # fmt: skip
        return agent.run().model_copy(update={"episode": writer.path})


def resume(
    episode: str | Path,
    onward: Onward,
    *,
    in_flight: InFlight = "ask",
    ask: Callable[[str], str | None] = ask_at_terminal,
) -> RunResult:
    """Continue a run that was cut off, in its own folder, at the page where it was.

    Nothing that was done is done again; what may have been done only on a person's word.
    Raises UsageError for a run that has ended, and where nobody is there to ask, RecordingError
    for one that is still under way in another process.
    """
    found = read_episode(find_episode(episode))
    refuse_held(found.path)
    task, start = _about(found)
    if found.finished:
        raise UsageError(f"{found.id} has ended.", "Go on from one of its steps with --fork.")
    done = found.in_flight is not None and _was_done(found.in_flight.action, in_flight, ask)
    history = history_of(found, taken_as_done=done)
    stop = threading.Event()

    def work() -> RunResult:
        from handeye.envs.browser import BrowserEnv

        minds, policy = onward.minds(found, task), onward.policy(start, task)
        catch_up(minds[0], found, history)
        with ExitStack() as stack:
            here = _last_address(found) or start
            env = stack.enter_context(
                BrowserEnv(
                    here,
                    headless=onward.headless,
                    secrets=onward.secrets.bound([origin_of(start)]),
                    reach=policy.reach,
                    **screen_of(found),
                )
            )
            writer = stack.enter_context(onward.writer(task, found.path))
            env.save_downloads_to(writer.downloads)
            writer.emit(_started(env, task, start, minds, {"resumed_at": str(len(history) + 1)}))
            return onward.finish(env, minds, writer, policy, history, stop)

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
    recorded_task, recorded_start = _about(found)
    start = start_address(url or recorded_start)
    history = history_of(found, before=at)
    most = len(history_of(found))
    if not 0 <= at <= most:
        raise UsageError(f"{found.id} has {most} steps.", f"Give --at a number up to {most}.")
    stop = threading.Event()
    moved = partial(move_origin, old_start=recorded_start, new_start=start)

    def work() -> RunResult:
        from handeye.envs.browser import BrowserEnv

        doing = task or recorded_task
        minds, policy = onward.minds(found, doing), onward.policy(start, doing)
        if not task:
            catch_up(minds[0], found, history)
        with ExitStack() as stack:
            env = stack.enter_context(
                BrowserEnv(
                    start,
                    headless=onward.headless,
                    secrets=onward.secrets.bound([origin_of(start)]),
                    reach=policy.reach,
                    **screen_of(found),
                )
            )
            writer = stack.enter_context(onward.writer(task or recorded_task, out))
            about = {"fork_of": found.id, "at": str(at)}
            started = _started(env, task or recorded_task, start, minds, about)
            again = run_again(
                found, env, url=start, writer=writer, stop_before=at, started=started,
                entrusted=onward.secrets.names,
                judge=judge_of(policy, onward.person.approve, moved),
            )  # fmt: skip
            if again.reason != "done":
                return again
            past = history if not task or onward.model else []
            return onward.finish(env, minds, writer, policy, past, stop)

    return outside_loop(work, stop)


def _about(episode: Episode) -> tuple[str, str]:
    started = episode.started
    if started is None or started.env != "browser" or not started.url:
        raise UsageError(f"{episode.id} was not recorded in a browser.", "Replay or show it.")
    return started.task, started.url


def _was_done(action: Action, how: InFlight, ask: Callable[[str], str | None]) -> bool:
    """Whether the action that was under way counts as done."""
    if how != "ask":
        return how == "done"
    said = ask(f"“{describe(action)}” may have been done before the run was cut off. Was it? [y/n]")
    if said is None or said.strip().lower()[:1] not in ("y", "n"):
        raise UsageError(
            f"“{describe(action)}” may have been done before the run was cut off.",
            "Look, and say --in-flight done or --in-flight again.",
        )
    return said.strip().lower()[0] == "y"


def _last_address(episode: Episode) -> str:
    looks = [step.observed.url for step in episode.steps if step.observed]
    return looks[-1] if looks else ""


def _started(
    env: Env, task: str, start: str, minds: tuple[Planner, Grounder], settings: dict[str, str]
) -> RunStarted:
    thinker, finder = minds
    return RunStarted(
        task=task, url=start, env=env.name, planner=thinker.name, grounder=finder.name,
        settings=settings,
    )  # fmt: skip
