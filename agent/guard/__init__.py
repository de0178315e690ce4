"""What the agent may do: rules as data, judged by what an action really touches."""

from handeye.agent.guard.files import (
    PolicyFile,
    checked,
    default_policy,
    policy_of,
    read_policy,
    told,
)
from handeye.agent.guard.granted import Recorded
from handeye.agent.guard.judge import judge
from handeye.agent.guard.policy import ALLOW_ALL, Policy, Rule

__all__ = [
    "ALLOW_ALL",
    "Policy",
    "PolicyFile",
    "Recorded",
    "Rule",
    "checked",
    "default_policy",
    "judge",
    "policy_of",
    "read_policy",
    "told",
]
