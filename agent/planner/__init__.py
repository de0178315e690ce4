"""The planner that asks a model: what it is shown, what it may answer, what becomes of that."""

from handeye.agent.planner.planner import ModelPlanner

__all__ = ["ModelPlanner"]
