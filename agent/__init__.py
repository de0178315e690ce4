"""The agent: the loop that plans, grounds, guards, acts, settles and records."""

from handeye.agent.types import Plan, Planner, Step

__all__ = ["Plan", "Planner", "Step"]
