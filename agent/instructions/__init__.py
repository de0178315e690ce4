"""The planner for explicit instructions: split, compiled to a program, run step by step."""

from handeye.agent.instructions.compile import compile_task
from handeye.agent.instructions.planner import InstructionPlanner

__all__ = ["InstructionPlanner", "compile_task"]
