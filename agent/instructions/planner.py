"""The default planner: follows explicit instructions in plain English, with no model.

Prevents: a half-understood task that has already clicked something; all of it is read first.
"""

from collections.abc import Collection, Sequence

from handeye.actions import Done, describe
from handeye.actions.errors import InstructionError
from handeye.agent.instructions.compile import compile_task
from handeye.agent.instructions.program import Program, actions_of
from handeye.agent.instructions.run import Stopped, run_program
from handeye.agent.instructions.stage import GaveUp, Script, Stage, Turn
from handeye.agent.types import Plan, Step, own_steps
from handeye.envs import Observation
from handeye.grounding import Grounder
from handeye.grounding.backends import make_grounder


class InstructionPlanner:
    """`grounder` decides what is on the screen where the program has to know before it acts."""

    name = "instructions"

    def __init__(self, grounder: Grounder | None = None) -> None:
        self._grounder = grounder
        self._moves: Collection[str] | None = None
        self._program: Program = ()
        self._running: tuple[Stage, Script[None]] | None = None

    def within(self, moves: Collection[str]) -> None:
        """The kinds of action that the environment has."""
        self._moves = moves

    def prepare(self, task: str) -> None:
        """Compile the task. Raises InstructionError and names the part that is not understood, or
        that the environment has no action for."""
        self._program = compile_task(task)
        self._running = None
        for step in actions_of(self._program):
            if self._moves is not None and step.action.kind not in self._moves:
                what = step.source or describe(step.action)
                raise InstructionError(
                    f"This cannot be done here: “{what}”.",
                    "It is for a page in a browser: use --env browser, or leave it out.",
                    part=what,
                )

    def plan(self, observation: Observation, history: Sequence[Step]) -> Plan:
        own = own_steps(history)
        turn = Turn(observation, own[-1] if own else None)
        if self._running is None:
            stage = Stage(self._grounder or make_grounder("elements"), turn)
            self._running = stage, run_program(stage, self._program)
            return _next(*self._running, None)
        return _next(*self._running, turn)


def _next(stage: Stage, script: Script[None], turn: Turn | None) -> Plan:
    try:
        return next(script) if turn is None else script.send(turn)
    except (StopIteration, Stopped):
        return Plan(action=Done(answer="\n".join(stage.answers)))
    except GaveUp as end:
        failed = Done(success=False, answer=end.message)
        return Plan(thought=stage.source, action=failed, groundings=end.groundings)
