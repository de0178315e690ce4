"""handeye as an agent of AgentLab: `HandeyeAgentArgs` goes where AgentLab's own agents go.

Importing this imports AgentLab, which lives in an environment of its own (docs/gymnasium.md).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handeye.actions.errors import BackendError
from handeye.agent.browsergym.agent import HandeyeAgent
from handeye.agent.browsergym.run import MOST_SECONDS, MOST_STEPS, Who

try:
    from agentlab.agents.agent_args import AgentArgs
except ImportError as missing:
    raise BackendError(
        "AgentLab is not installed here.", "See docs/gymnasium.md on how to."
    ) from missing


@dataclass
class HandeyeAgentArgs(AgentArgs):  # type: ignore[misc]
    """Who plays, as AgentLab keeps and compares it; the fields are those of `Who`."""

    agent_name: str = ""
    model: str = ""
    profile: str = ""
    planner: str = ""
    grounder: str = ""
    steps: int = MOST_STEPS
    seconds: float = MOST_SECONDS
    out: str = ""

    def __post_init__(self) -> None:
        self.agent_name = self.agent_name or f"handeye-{self._who().name}".replace("/", "-")

    def make_agent(self) -> HandeyeAgent:
        """One for each episode."""
        return HandeyeAgent(self._who())

    def set_reproducibility_mode(self) -> None:
        """Models are asked at temperature 0 anyway, the other planners decide nothing by chance."""

    def _who(self) -> Who:
        told: dict[str, Any] = {name: getattr(self, name) for name in Who.model_fields}
        return Who(**{**told, "out": Path(self.out) if self.out else None})
