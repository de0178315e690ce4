"""A planner on any model that can be talked to: one question a step, one repair at most.

Prevents: an answer that cannot be parsed from ending a run, or from passing in silence.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel

from handeye.actions import Action, Done, Wait, targets
from handeye.actions.errors import InstructionError
from handeye.agent.endings import step_failure
from handeye.agent.planner.aims import Aim, Unusable, aim_for
from handeye.agent.planner.answers import Answer, Reader
from handeye.agent.planner.listing import line_of, shown_on
from handeye.agent.planner.moves import moves_for
from handeye.agent.planner.past import tell_change, tell_dropped, tell_past
from handeye.agent.planner.prompt import (
    PAST_BUDGET,
    answer_schema,
    examples,
    instructions,
    situation,
    tell_screen,
)
from handeye.agent.planner.rest import Rest
from handeye.agent.types import Plan, Step
from handeye.envs import Observation
from handeye.grounding.calls import ModelCall
from handeye.grounding.chat import ChatModel, Heard, Message, Reply
from handeye.grounding.chat.limit import ask
from handeye.grounding.chat.profiles import Profile

ANSWER_TOKENS = 4096
"""The most tokens of one answer, thought included."""

ANSWER_SHOWN = 4000
"""The most characters of an answer that the model is shown again, to repair it."""

PATIENCE = 3
"""So many steps without a usable answer end the run."""

_SAID = 120  # characters of an answer that the reason for giving up quotes
_TURNS: tuple[Literal["plan"], Literal["repair"]] = ("plan", "repair")


class ModelPlanner:
    """Asks `model`, in the conventions of `profile`, what to do on each step.

    With eyes it is shown the last `screenshots` and describes targets in words, or gives places
    of its own; without, it is shown the elements, read from the pixels where none are listed, and
    gives their numbers. `action_space` has the
    kinds of action that are allowed. With `output`, the answer of a run is the JSON of such a
    model. `heard` hears the answers while they are written.

    Keeps the looks before, and what each step changed; raises BackendError when the model fails.
    """

    def __init__(
        self,
        model: ChatModel,
        profile: Profile,
        action_space: Collection[str],
        *,
        screenshots: int = 1,
        output: type[BaseModel] | None = None,
        heard: Heard | None = None,
    ) -> None:
        self.name = model.name
        self._model = model
        self._profile = profile
        self._screenshots = screenshots
        self._output = output
        self._heard = heard
        self._moves = moves_for(action_space)
        self._task = ""
        self._looks: list[Observation] = []
        self._changes: dict[int, str] = {}
        self._rest: Rest | None = None
        self._tried: Counter[tuple[Hashable, Action]] = Counter()

    def prepare(self, task: str) -> None:
        """Take the task as it is: a model reads it once there is a screen.

        Raises InstructionError for a task without words.
        """
        if not task.strip():
            raise InstructionError("There is no task.", "Say what to do.")
        self._task = task.strip()
        self._looks = []
        self._changes = {}
        self._rest = None
        self._tried = Counter()

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:
        """The next action of the last answer; else ask, once more when that cannot be used."""
        before = self._looks[-1] if self._looks else None
        if not self._profile.eyes and observation.elements is None:
            observation = observation.model_copy(update={"elements": shown_on(observation)})
        if before is not None and history:
            self._changes[history[-1].index] = tell_change(before, observation)
        self._looks = [*self._looks, observation][-self._screenshots :]
        plan = self._go_on(observation, history) or self._ask(observation, before, history)
        self._tried[_state(observation), plan.action] += 1
        return plan

    def _go_on(self, observation: Observation, history: Sequence[Step]) -> Plan | None:
        """What was decided before, as long as nothing went wrong and it still fits the screen."""
        rest, self._rest = self._rest, None
        if rest is None or not rest.actions:
            return None
        last = history[-1]
        went_on = not last.plan.by_person and step_failure(last) is None
        further = rest.next(observation) if went_on else None
        if further is None:
            told = (self._changes.get(last.index, ""), tell_dropped(rest.actions))
            self._changes[last.index] = "; ".join(filter(None, told))
            return None
        plan, self._rest = further
        return plan

    def _question(
        self,
        observation: Observation,
        before: Observation | None,
        history: Sequence[Step],
        aim: Aim,
    ) -> tuple[Message, ...]:
        profile = self._profile
        system = Message("system", (instructions(self._moves, aim, self._output),))
        past = tell_past(history, self._changes, PAST_BUDGET)
        words = situation(self._task, past, tell_screen(observation, before, eyes=profile.eyes))
        pictures = [profile.shown(look.screenshot) for look in self._looks] if profile.eyes else []
        first = profile.order == "picture-text"
        asked = Message("user", (*pictures, words) if first else (words, *pictures))
        return system, *examples(aim, self._output), asked

    def _ask(
        self, observation: Observation, before: Observation | None, history: Sequence[Step]
    ) -> Plan:
        aim = aim_for(self._profile, observation)
        reader = Reader(self._moves, aim, observation.screenshot.space, self._output)
        schema = answer_schema(self._moves, aim, self._output)
        asked = self._question(observation, before, history, aim)
        calls: list[ModelCall] = []
        for purpose in _TURNS:
            reply = ask(
                self._model, asked, schema=schema, max_tokens=ANSWER_TOKENS, heard=self._heard
            )
            try:
                answer = _read(reader, reply)
                self._refuse_repetition(answer.actions[0], observation, history)
            except Unusable as problem:
                calls.append(reply.call(purpose, self.name, str(problem)))
                asked = (*asked, *_complaint(reply, problem))
            else:
                calls.append(reply.call(purpose, self.name))
                self._rest = Rest(answer.actions[1:], observation, answer.named)
                return _plan(answer, reply.thought, tuple(calls))
        return _without_answer(tuple(calls), history)

    def _refuse_repetition(
        self, action: Action, observation: Observation, history: Sequence[Step]
    ) -> None:
        """What has changed nothing on this very screen would change nothing again.

        Where only the picture changed, which may be the focus, it may be done a second time.
        """
        often = self._tried[_state(observation), action]
        unchanged = bool(history) and history[-1].changed is False
        if often >= (1 if unchanged else 2) and not isinstance(action, Wait):
            raise Unusable("You did exactly this on this very screen already. Do something else.")


def _state(observation: Observation) -> Hashable:
    """What makes two screens the same for a model that goes round in circles: a short digest, as
    it is kept for each step of a run."""
    if observation.elements is None:
        return observation.screenshot.sha256
    told = "\n".join((observation.url, *map(line_of, observation.elements)))
    return sha256(told.encode("utf-8", "surrogatepass")).digest()


def _plan(answer: Answer, thought: str, calls: tuple[ModelCall, ...]) -> Plan:
    action = answer.actions[0]
    aimed = {target.phrase for target in targets(action)} & answer.named.keys()
    return Plan(
        thought=answer.thought or thought,
        action=action,
        groundings=tuple(answer.named[phrase] for phrase in sorted(aimed)),
        calls=calls,
    )


def _read(reader: Reader, reply: Reply) -> Answer:
    if reply.finish == "length":
        raise Unusable(f"It was cut off after {ANSWER_TOKENS} tokens. Be brief.")
    return reader.read(reply.text)


def _complaint(reply: Reply, problem: Unusable) -> tuple[Message, Message]:
    """The answer as it was, and what is wrong with it."""
    told = f"This answer cannot be used. {problem}\nAnswer again, with the JSON and nothing else."
    said = reply.text[:ANSWER_SHOWN] or "(nothing)"
    return Message("assistant", (said,)), Message("user", (told,))


def _without_answer(calls: tuple[ModelCall, ...], history: Sequence[Step]) -> Plan:
    """Spend the step in the open; after several such steps in a row, give up."""
    problem = calls[-1].problem
    before = history[-(PATIENCE - 1) :]
    if len(before) == PATIENCE - 1 and all(step.plan.unusable for step in before):
        said = " ".join(calls[-1].text.split())[:_SAID] or "nothing"
        told = (
            f"The model gave no usable answer {PATIENCE} times in a row. {problem} It wrote: {said}"
        )
        return Plan(thought=problem, action=Done(success=False, answer=told), calls=calls)
    return Plan(thought=problem, action=Wait(until="time", seconds=0), calls=calls)
