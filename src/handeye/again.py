"""Doing a recording again, from Python: `replay`, over the rows of a table, or healed by a model.

Prevents: a browser started for a replay that lacks a value or a file.
"""

import csv
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from handeye.actions import describe, map_targets, targets
from handeye.actions.errors import UsageError
from handeye.agent.aim import element_under, placed
from handeye.agent.asking import Approver, approve_at_terminal
from handeye.agent.backends import choose
from handeye.agent.endings import grounding_failure
from handeye.agent.guard import Policy, PolicyFile, policy_of, told
from handeye.agent.guard.replays import judge_of, widened
from handeye.agent.journal import Listener, ToldWriter
from handeye.agent.secrets import open_vault
from handeye.agent.telemetry import together, traced
from handeye.api import check_folders, outside_loop
from handeye.envs import Observation
from handeye.envs.domains import origin_of, window_called
from handeye.envs.secrets import Secret, Vault
from handeye.episodes import (
    Episode,
    EpisodeWriter,
    ReplayStep,
    RunResult,
    find_episode,
    read_episode,
)
from handeye.episodes import replay as run_again
from handeye.episodes.events import Observed
from handeye.episodes.replay import (
    Heal,
    Healed,
    Judge,
    Speed,
    Values,
    keep_beside,
    move_origin,
    parameters_of,
    refuse_unplaced,
)
from handeye.grounding import Grounding
from handeye.grounding.chat import ChatModel
from handeye.grounding.chat.backends import ModelOptions
from handeye.screens import Screen, Where, recorded_at, screen_at


def replay(
    episode: str | Path,
    *,
    url: str | Path = "",
    display: str = "",
    app: str = "",
    headless: bool = True,
    record: bool = True,
    uploads: Sequence[str | Path] = (),
    on_step: Callable[[ReplayStep], None] | None = None,
    values: Mapping[str, str] | None = None,
    secrets: Sequence[str] | Vault = (),
    policy: PolicyFile | str | Path | None = None,
    allow_domains: Sequence[str] = (),
    approve: Approver = approve_at_terminal,
    speed: Speed = "fast",
    patience: float = 5.0,
    heal: str | ChatModel = "",
    planner: str = "",
    start_at: int = 0,
    out: Path | None = None,
    on_event: Listener | None = None,
) -> RunResult:
    """Do what an episode recorded again, without any model.

    `episode` is a folder, an id, the beginning of an id, or "last". With `url` the replay starts
    there, and addresses of the recorded start's origin move to that origin. A recording of a
    desktop is done again on `display`; with `app` on a private one where that is started; without
    them where it was recorded. `uploads` are folders that files may be uploaded from. `values`
    change typed texts and chosen options by name; `secrets` ("name=env:VAR") are typed on the sites
    that they were typed on. Each step is judged like one of a run: what was recorded on the same
    site is granted, `approve` is asked about the rest, and pages are opened of the recorded sites
    and of `allow_domains` only; `policy` is a file of rules before the shipped ones.
    With `heal`, a model is asked about a step that cannot be repeated (`planner` names one that is
    no model); when the replay then succeeds, its recording is put beside the old one as a new
    version. With `start_at` the steps before that one are left out: it starts at the address that
    was seen there, on a page that knows nothing of them. `out` is the folder of its recording, of
    which `on_event` hears every event.
    Raises EpisodeError, UsageError for values or imported steps that do not fit, EnvError.
    """
    found = read_episode(find_episode(episode))
    refuse_unplaced(found)
    folders = tuple(Path(folder) for folder in uploads)
    check_folders(folders)
    first = str(url) or _seen_at(found, start_at)
    where = recorded_at(found, url=first, display=display, app=app, headless=headless)
    where = where.model_copy(update={"uploads": folders})
    place, shown, vault = _placed(found, where, values or {}, open_vault(secrets))
    Values(found, shown, vault.names)
    rules = policy_of(policy, place.start, folders, "", allow_domains)
    rules, judge = _guarded(rules, found, place.start, approve)
    healing = bool(heal) or bool(planner)
    kept, stop = record or healing, threading.Event()
    told_of: list[ReplayStep] = []

    def tell(step: ReplayStep) -> None:
        told_of.append(step)
        if on_step is not None:
            on_step(step)
        if stop.is_set():
            raise KeyboardInterrupt

    def work() -> RunResult:
        healer = _healer(heal, planner, place) if healing else None
        taped = (lambda told: ToldWriter(_task(found), path=out, told=told)) if kept else None
        how = {"values": shown, "entrusted": vault.names, "speed": speed, "patience": patience}
        how |= {"start_at": start_at, "on_step": tell, "heal": healer, "judge": judge}
        result = _done_again(found, place, rules, taped, on_event, **how)
        if not result.ok or result.episode is None or not any(step.healed for step in told_of):
            return result
        return result.model_copy(update={"episode": keep_beside(result.episode, found.path)})

    return outside_loop(work, stop)


def rows_of(table: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file with a header. Raises UsageError when it cannot be read as one."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not rows.fieldnames:
                raise UsageError(f"{table} is empty.", "Give it a header with parameter names.")
            number = 1
            for number, row in enumerate(rows, 2):
                if None in row or None in row.values():
                    raise UsageError(
                        f"{table}, line {number} has not as many fields as the header."
                    )
                yield {name.strip(): value for name, value in row.items()}
            if number == 1:
                raise UsageError(f"{table} has a header and no rows.", "Give it a row a replay.")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"Cannot read {table}: {reason}.") from error


def _guarded(policy: Policy, found: Episode, start: str, approve: Approver) -> tuple[Policy, Judge]:
    """The policy with what the recording shows, and who judges each step by it."""
    moved = partial(move_origin, old_start=_start(found), new_start=start)
    rules = widened(policy, found, moved)
    return rules, judge_of(rules, approve, moved)


def _start(episode: Episode) -> str:
    return episode.started.url if episode.started else ""


def _task(episode: Episode) -> str:
    return episode.started.task if episode.started else ""


def _placed(
    found: Episode, where: Where, values: Mapping[str, str], vault: Vault
) -> tuple[Screen, dict[str, str], Vault]:
    """The screen, the values that a replay fills in, and what the screen types by its name."""
    start = screen_at(where).start
    shown, bound = _entrusted(found, values, vault, start)
    return screen_at(where.model_copy(update={"secrets": bound})), shown, bound


def _entrusted(
    episode: Episode, values: Mapping[str, str], vault: Vault, start: str
) -> tuple[dict[str, str], Vault]:
    """The values that may be shown, and the vault with those that were not recorded.

    What is bound to nothing is bound to the sites or windows where the episode has it typed.
    """
    known = parameters_of(episode)
    hidden = {name for name in values if name in known and known[name].recorded is None}
    shown = {name: value for name, value in values.items() if name not in hidden}
    given = [
        Secret(name=name, value=SecretStr(values[name]), domains=()) for name in sorted(hidden)
    ]
    bound = []
    for secret in (*vault.secrets, *given):
        steps = known[secret.name].steps if secret.name in known else ()
        looks = [step.observed for step in episode.steps if step.index in steps]
        places = (_place_of(episode, look, start) for look in looks if look is not None)
        sites = tuple(dict.fromkeys(filter(None, places)))
        bound.append(secret if secret.domains else secret.model_copy(update={"domains": sites}))
    return shown, Vault(secrets=tuple(bound))


def _place_of(episode: Episode, look: Observed, start: str) -> str:
    """The site or window of a look, as a pattern."""
    if episode.started is not None and episode.started.env == "desktop":
        return window_called(look.title) if look.title else ""
    return origin_of(move_origin(look.url, _start(episode), start))


def _healer(model: str | ChatModel, planner: str, place: Screen) -> Heal:
    """Asks a planner about one step, and finds what it means."""
    thinker, finder = choose(planner, "", model, ModelOptions(), place.moves)

    def heal(question: str, seen: Observation) -> Healed | str:
        thinker.prepare(question)
        plan = thinker.plan(seen, [])
        if plan.unusable:
            return f"the answer of {thinker.name} cannot be used."
        if plan.action.kind in ("done", "ask_user"):
            return getattr(plan.action, "answer", "") or f"{thinker.name} knows none."
        found: dict[str, Grounding] = {each.phrase: each for each in plan.groundings}
        for target in targets(plan.action):
            if target.point is None and target.phrase not in found:
                found[target.phrase] = finder.ground(seen, target.phrase)
        if lost := grounding_failure(tuple(found.values())):
            return f"“{describe(plan.action)}” was its answer. {lost.message}"
        action = map_targets(plan.action, lambda target: placed(target, found))
        under = tuple(element_under(target, found, seen) for target in targets(action))
        return Healed(
            action=action, thought=plan.thought or "Repaired.", elements=under,
            groundings=tuple(found.values()), calls=plan.calls,
        )  # fmt: skip

    return heal


def _done_again(
    found: Episode,
    place: Screen,
    policy: Policy,
    recorded: Callable[[Listener | None], EpisodeWriter] | None,
    on_event: Listener | None,
    **how: Any,
) -> RunResult:
    with ExitStack() as stack:
        heard = together(on_event, *stack.enter_context(traced()))
        env = stack.enter_context(place.open(policy.reach))
        writer = stack.enter_context(recorded(heard)) if recorded else None
        settings = {name: str(value) for name, value in place.settings.items()} | told(policy)
        return run_again(found, env, url=place.start, writer=writer, settings=settings, **how)


def _seen_at(episode: Episode, step: int) -> str:
    """The address of the page that was seen before a step; "" for the first."""
    if not step:
        return ""
    if step >= len(episode.steps):
        raise UsageError(f"{episode.id} has {len(episode.steps)} steps.", "Name an earlier one.")
    seen = episode.steps[step].observed
    return seen.url if seen else ""
