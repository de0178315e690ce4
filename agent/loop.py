"""The loop: plan, ground, guard, put the intent on disk, act, observe, record, until done.

What goes wrong inside a run is data in the history; the planner decides what to do about it, and
the budget ends what does not end by itself. Prevents: a run that stops without saying why, and an
action that was sent although the disk does not know of it.
"""

from dataclasses import dataclass, field
from typing import Any

from handeye.actions import Action, AskUser, map_targets, targets
from handeye.actions.errors import SpentError
from handeye.agent.aim import element_under, placed
from handeye.agent.asking import Approver, Asker
from handeye.agent.budget import Budget, Ending
from handeye.agent.change import changed
from handeye.agent.endings import ENDING, ending_after, ending_of
from handeye.agent.guard import Policy, judge
from handeye.agent.journal import Journal
from handeye.agent.steady import TRIES, anew, can_be_found_anew, slipped
from handeye.agent.steering import ALONE, Steering, edited
from handeye.agent.types import Plan, Planner, Step, over
from handeye.envs import Env, Observation
from handeye.episodes.events import Grounded, Intent, Judged, Nudged, Replied
from handeye.episodes.result import RunResult, StopReason, Verdict
from handeye.episodes.writer import end_run
from handeye.grounding import Grounder, Grounding
from handeye.grounding.chat.limit import limited


@dataclass
class Agent:
    """One run. The planner is prepared, the environment open, and `RunStarted` written.

    `first` is the number of steps that were recorded before the history begins.
    """

    env: Env
    planner: Planner
    grounder: Grounder
    journal: Journal
    budget: Budget
    policy: Policy
    approve: Approver
    ask: Asker
    steering: Steering = ALONE
    history: list[Step] = field(default_factory=list)
    first: int = 0
    seen: Observation | None = None

    def run(self) -> RunResult:
        """Take steps until something ends the run; the end is recorded whatever it is."""
        ending = Ending(reason=StopReason.INTERRUPTED, message="handeye itself failed.")
        try:
            with limited(self.budget):
                ending = self._until_ended()
        except SpentError as error:
            ending = self.budget.cut(error)
        except KeyboardInterrupt:
            ending = Ending(reason=StopReason.INTERRUPTED, message="The run was interrupted.")
        except ENDING as error:
            ending = ending_after(error)
        finally:
            result = self._finish(ending)
        return result

    def _until_ended(self) -> Ending:
        while True:
            index = self.first + len(self.history)
            observation = self._observe(index)
            ending = self.budget.spent(self.history)
            if ending is not None:
                return ending
            with self.budget.phase("plan"):
                plan = self.planner.plan(observation, tuple(self.history))
            self.budget.count(plan.calls)
            self.journal.planned(index, plan)
            ending = ending_of(plan, self.history)
            if ending is not None:
                return ending
            if isinstance(plan.action, AskUser):
                question = plan.action.question
                with self.budget.waiting():
                    reply = self.ask(question)
                if reply is None:
                    return Ending(reason=StopReason.NEEDS_USER, message=question)
                self.journal.emit(Replied(step=index, question=question, reply=reply))
                self.history.append(Step(index=index, plan=plan, reply=reply))
            else:
                self.history.append(self._step(index, plan, observation))

    def _look(self, index: int) -> Observation:
        with self.budget.phase("observe"):
            observation = self.env.observe()
        with self.budget.phase("record"):
            self.journal.observed(index, observation)
        return observation

    def _observe(self, index: int) -> Observation:
        observation = self._look(index)
        if self.seen is not None:
            differs = changed(self.seen, observation)
            self.history[-1] = self.history[-1].model_copy(update={"changed": differs})
            self.history[-2:-1] = map(over, self.history[-2:-1])
        self.seen = observation
        self.budget.rounds.saw(observation, self.history)
        if self.history and (nudge := self.budget.rounds.nudge()):
            self.history[-1] = self.history[-1].model_copy(update={"nudge": nudge})
            self.journal.emit(Nudged(step=index, message=nudge))
        return observation

    def _step(self, index: int, plan: Plan, observation: Observation, tries: int = TRIES) -> Step:
        with self.budget.phase("ground"):
            found = self._ground(index, plan, observation)
        step = Step(index=index, plan=plan, groundings=tuple(found.values()))
        if any(grounding.point is None for grounding in found.values()):
            return step
        with self.budget.waiting():
            said = self.steering.review(plan, step.groundings)
        if said.edited is not None:
            self.journal.planned(index, plan := edited(plan, said.edited))
            return self._step(index, plan, observation, tries)
        verdict = self._judge(index, plan.action, observation, found, said.rejected)
        step = step.model_copy(update={"verdict": verdict})
        if verdict.decision != "allow":
            return step
        self.budget.admit(plan.action, observation)
        action = map_targets(self.budget.clip(plan.action), lambda target: placed(target, found))
        with self.budget.phase("record"):
            under = tuple(element_under(target, found, observation) for target in targets(action))
            self.journal.emit(Intent(step=index, action=action, elements=under))
        with self.budget.phase("act"):
            outcome = self.env.act(action)
        with self.budget.phase("record"):
            self.journal.acted(index, outcome)
        if tries and slipped(outcome) and can_be_found_anew(plan):
            self.seen = self._look(index)
            return self._step(index, anew(plan, self.seen), self.seen, tries - 1)
        return step.model_copy(update={"outcome": outcome})

    def _ground(self, index: int, plan: Plan, observation: Observation) -> dict[str, Grounding]:
        """A grounding for each phrase that has no point yet."""
        known = {grounding.phrase: grounding for grounding in plan.groundings}
        found: dict[str, Grounding] = {}
        for target in targets(plan.action):
            phrase = target.phrase
            if target.point is None and phrase not in found:
                found[phrase] = known.get(phrase) or self.grounder.ground(observation, phrase)
                self.budget.count(found[phrase].calls)
                self.journal.emit(Grounded(step=index, grounding=found[phrase]))
        return found

    def _judge(
        self,
        index: int,
        action: Action,
        seen: Observation,
        found: dict[str, Grounding],
        no: Verdict | None,
    ) -> Verdict:
        verdict = no or judge(action, seen, self.policy, found)
        if verdict.decision == "ask":
            with self.budget.waiting():
                said = "allow" if self.approve(action, verdict) else "deny"
            verdict = verdict.model_copy(update={"decision": said})
        self.journal.emit(Judged(step=index, verdict=verdict))
        return verdict

    def _finish(self, ending: Ending) -> RunResult:
        spent: dict[str, Any] = {"timing": self.budget.timing(), "usage": self.budget.usage}
        result = RunResult(ok=ending.ok, **ending.model_dump(), steps=len(self.history), **spent)
        return end_run(self.journal, result)
