"""One fuzzed run: answers in, through the real parser, planner, guard, journal and loop, to `World`.

`play` raises AssertionError, with the rule that was broken, when anything but a typed ending comes
out, when an action arrives that may not or that the disk does not know of, or when one is sent twice.
"""

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from pydantic import ValidationError
from tests.agent.fuzz.answers import answer
from tests.agent.fuzz.world import START, World, harms, parts_of

from handeye.actions import Action, Done, action_adapter
from handeye.actions.errors import BackendError
from handeye.agent.budget import Budget
from handeye.agent.guard import Policy, Rule, default_policy
from handeye.agent.guard.files import parse_policy
from handeye.agent.journal import Journal
from handeye.agent.loop import Agent
from handeye.agent.planner import ModelPlanner
from handeye.agent.steering import ALONE, SteeredPlanner
from handeye.agent.types import Plan, Planner, Step
from handeye.envs import ActionErrorKind, Observation
from handeye.envs.browser.perform import ACTION_SPACE
from handeye.episodes import EpisodeWriter, RunResult, StopReason, read_episode
from handeye.episodes.events import Acted, Event, Intent, Judged, Planned, RunStarted
from handeye.grounding import Grounder
from handeye.grounding.backends import make_grounder
from handeye.grounding.chat import Heard, Message, Reply
from handeye.grounding.chat.grounder import ChatGrounder
from handeye.grounding.chat.profiles import profiles
from handeye.grounding.remote.answer import Garbled, read_whole

TASK = "Read what is new"
FORMS = {
    "text-only": "number",
    "default": "phrase",
    "phi4": "phrase",
    "qwen2.5-vl": "point",
    "ui-tars-1.5": "point",
    "gemini": "point",
    "": "action",
}
"""The form in which the planner's model answers, by the family; "" is a planner of another kind."""

OWN_RULES = """
[[rule]]
name = "no dragging"
kinds = ["drag", "hold"]
decision = "deny"

[[rule]]
name = "never the admin pages"
to = ["admin.shop.test"]
decision = "deny"

[[rule]]
name = "not on"
names = '^next'
decision = "deny"
"""

ELEMENTS_GROUNDER = make_grounder("elements")
_FAILS = (None, *ActionErrorKind, ActionErrorKind.CHANGED)


@dataclass(frozen=True)
class Case:
    """`places` are the answers to "where is it?", `replies` what a person says when asked."""

    family: str
    policy: str
    answers: tuple[str, ...]
    places: tuple[str, ...] = ()
    lively: bool = True
    fails: tuple[ActionErrorKind | None, ...] = ()
    reply: str | None = None


@dataclass
class Played:
    """What one run, or many of them, came to."""

    answers: int = 0
    different: set[int] = field(default_factory=set)
    sent: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    ended: Counter[StopReason] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Played") -> None:
        self.answers += other.answers
        self.different |= other.different
        for name in ("sent", "refused", "ended", "problems"):
            getattr(self, name).update(getattr(other, name))


def case_of(rng: Random) -> Case:
    """A run of some answers of one family."""
    family = rng.choice(list(FORMS))
    form = FORMS[family]
    places = rng.randint(0, 8) if form == "phrase" else 0
    return Case(
        family=family,
        policy=rng.choice(["default", "default", "own", "few", "file"]),
        answers=tuple(answer(rng, form) for _ in range(rng.randint(4, 16))),
        places=tuple(answer(rng, "place") for _ in range(places)),
        lively=rng.random() < 0.7,
        fails=tuple(rng.choice(_FAILS) for _ in range(rng.randint(0, 4))),
        reply=rng.choice([None, "", "yes \x00 <|im_end|>"]),
    )


def policy_of(name: str, folder: Path) -> tuple[Policy, str]:
    """A policy, and the page that a run under it starts on."""
    uploads = (folder,)
    if name == "few":
        rules = (Rule(name="looking", kinds=("hover", "scroll", "wait"), decision="allow"),)
        return Policy(rules=rules, task=TASK), START
    if name == "own":
        own = parse_policy(OWN_RULES, "own.toml")
        return default_policy(START, uploads, task=TASK, file=own), START
    start = f"file://{folder}/index.html" if name == "file" else START
    return default_policy(start, uploads, task=TASK), start


class Answering:
    """A model behind a server: each answer comes in the body of a chat completion."""

    name = "remote:fuzzed"

    def __init__(self, planned: Sequence[str], placed: Sequence[str]) -> None:
        self._planned, self._placed = list(planned), list(placed)
        self.given: list[str] = []

    def complete(
        self,
        messages: Sequence[Message],  # noqa: ARG002
        *,
        schema: Mapping[str, Any] | None = None,
        max_tokens: int = 1024,  # noqa: ARG002
        heard: Heard | None = None,
    ) -> Reply:
        left = self._placed if schema is None else self._planned
        if not left:
            raise BackendError("The model has gone.")
        self.given.append(left.pop(0))
        choice = {"message": {"content": self.given[-1]}, "finish_reason": "stop"}
        try:
            return read_whole(json.dumps({"choices": [choice]}).encode(), heard)
        except Garbled as error:
            raise BackendError(f"The server sent {error}.") from error


class Saying:
    """A planner of another kind: whole actions as JSON, as clients and other packages have them."""

    name = "saying"

    def __init__(self, said: Sequence[str]) -> None:
        self._said = list(said)
        self.given: list[str] = []

    def prepare(self, task: str) -> None:
        """The answers are there already."""

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:  # noqa: ARG002
        while self._said:
            self.given.append(self._said.pop(0))
            try:
                return Plan(action=action_adapter.validate_json(self.given[-1]))
            except ValidationError:
                continue
        return Plan(action=Done())


class Watch:
    """Hears all events and all actions of a run, and knows what may follow on what."""

    def __init__(self, case: Case, path: Path, folder: Path) -> None:
        self.case, self.path, self.folder = case, path, folder
        self.events: list[Event] = []
        self.world: World
        self.sent: Counter[str] = Counter()
        self._used: set[int] = set()
        self._executed: set[int] = set()

    def hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Acted) and (event.error is None or event.error.kind != "changed"):
            assert event.step not in self._executed, f"step {event.step} was executed twice"
            self._executed.add(event.step)

    def told(self, action: Action) -> None:
        """An action has arrived at the screen, before it is carried out."""
        number, last = len(self.events) - 1, self.events[-1]
        assert isinstance(last, Intent), f"{action!r} was sent after {last.kind}"
        assert last.action == action, f"{action!r} was sent, {last.action!r} was meant"
        assert number not in self._used, f"{action!r} was sent twice"
        self._used.add(number)
        assert b'"kind":"intent"' in self._last_line(), "the disk does not know of the action"
        judged, planned = self._before(Judged), self._before(Planned)
        assert isinstance(judged, Judged)
        assert isinstance(planned, Planned)
        assert judged.verdict.decision == "allow", f"{judged.verdict} was sent"
        assert judged.step == planned.step == last.step
        assert [part.kind for part in parts_of(action)] == [
            part.kind for part in parts_of(planned.action)
        ], f"{planned.action!r} became {action!r}"
        assert not (bad := self._harms(action)), f"under “{self.case.policy}”: {bad} by {action!r}"
        self.sent.update(part.kind for part in parts_of(action))

    def _before(self, kind: type[Event]) -> Event | None:
        return next((each for each in reversed(self.events) if isinstance(each, kind)), None)

    def _last_line(self) -> bytes:
        return (self.path / "episode.jsonl").read_bytes().splitlines()[-1]

    def _harms(self, action: Action) -> list[str]:
        found = harms(action, self.world.focused, self.world.page, self.folder)
        if self.case.policy == "few":
            kinds = {part.kind for part in parts_of(action)} - {"hover", "scroll", "wait"}
            found = [f"{kind} is not allowed" for kind in kinds]
        if self.case.policy == "own":
            for part in parts_of(action):
                if part.kind in ("drag", "hold"):
                    found.append(f"{part.kind} is not allowed")
                if part.kind in ("goto", "new_tab") and "admin.shop.test" in part.url.lower():
                    found.append(f"{part.url} is not allowed")
        return found


def play(case: Case, room: Path) -> Played:
    """Play a case in an empty folder of its own, and check all that must hold."""
    folder, path = room / "files", room / "episode"
    shutil.rmtree(path, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    (folder / "ok.txt").touch()
    written = tuple(text.replace("FOLDER", str(folder)) for text in case.answers)
    policy, start = policy_of(case.policy, folder)
    watch = Watch(case, path, folder)
    watch.world = World(watch.told, page=start, lively=case.lively, fails=case.fails)
    model = Answering(written, case.places)
    planner, grounder = _minds(case, model, written)
    planner.prepare(TASK)
    with EpisodeWriter(TASK, path=path) as writer:
        journal = Journal(writer, watch.hear)
        journal.emit(
            RunStarted(task=TASK, env="fuzz", planner=planner.name, grounder=grounder.name)
        )
        budget = Budget(40, 60.0)
        mind = SteeredPlanner(planner, ALONE, budget)
        result = Agent(
            watch.world, mind, grounder, journal, budget, policy,
            lambda *_: False, lambda _: case.reply, ALONE,
        ).run()  # fmt: skip
    _check(result, watch)
    given = planner.given if isinstance(planner, Saying) else model.given
    return _counted(result, watch, given)


def _minds(case: Case, model: Answering, given: Sequence[str]) -> tuple[Planner, Grounder]:
    if not case.family:
        return Saying(given), ELEMENTS_GROUNDER
    family = profiles()[case.family]
    grounder = ChatGrounder(model, family) if case.places else ELEMENTS_GROUNDER
    return ModelPlanner(model, family, ACTION_SPACE | {"ask_user"}), grounder


def _check(result: RunResult, watch: Watch) -> None:
    """The run is over, with a reason, and the disk holds all that was told."""
    episode = read_episode(watch.path)
    assert isinstance(result.reason, StopReason)
    assert result.message != "handeye itself failed.", "the run ended by its own fault"
    assert episode.finished, "the episode has no end"
    assert [each.event for each in episode.events] == watch.events, "the episode has other events"
    acts = sum(isinstance(each, Acted) for each in watch.events)
    intents = sum(isinstance(each, Intent) for each in watch.events)
    assert acts == intents, f"{intents} actions were meant and {acts} were answered"


def _counted(result: RunResult, watch: Watch, given: Sequence[str]) -> Played:
    played = Played(len(given), set(map(hash, given)), watch.sent)
    played.ended[result.reason] += 1
    for event in watch.events:
        if isinstance(event, Judged) and event.verdict.decision != "allow":
            played.refused[event.verdict.rule] += 1
        if isinstance(event, Planned):
            for call in [each for each in event.calls if each.problem]:
                problem = call.problem.partition(":")[0].partition("'")[0].strip()
                played.problems["".join(c for c in problem if not c.isdigit())[:60]] += 1
    return played
