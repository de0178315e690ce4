"""The first rule that fits decides; a batch is as dangerous as its most dangerous part.

Prevents: a verdict that nobody can explain.
"""

from collections.abc import Mapping

from handeye.actions import Action, Batch
from handeye.agent.guard.deeds import deed_of
from handeye.agent.guard.granted import Recorded, granted
from handeye.agent.guard.policy import Policy
from handeye.agent.guard.rules import holds
from handeye.envs import Observation
from handeye.episodes.result import Verdict
from handeye.grounding import Grounding

NO_RULE = "no rule"
_ORDER = ("allow", "ask", "deny")


def judge(
    action: Action,
    observation: Observation,
    policy: Policy,
    found: Mapping[str, Grounding] | None = None,
    recorded: Recorded | None = None,
) -> Verdict:
    """Allow, ask or deny; `found` is where the phrases of the action were found.

    A rule that need not ask, as the task's words or a recording of the same action have said yes,
    is passed over; where the action is allowed in the end, the verdict has its name, and says why.
    """
    if isinstance(action, Batch):
        parts = [
            judge(part, observation, policy, found, recorded and recorded.part(number))
            for number, part in enumerate(action.actions)
        ]
        return max(parts, key=_weight)
    deed = deed_of(action, observation.url, observation.elements or (), found or {})
    yes: Verdict | None = None
    for rule in policy.rules:
        if not holds(rule, deed, policy):
            continue
        if why := granted(rule, deed, policy, recorded):
            yes = yes or Verdict(decision="allow", rule=rule.name, reason=why)
            continue
        if rule.decision == "allow" and yes is not None:
            return yes
        reason = rule.reason.replace("{where}", ", ".join(deed.leads_to) or deed.address or "")
        return Verdict(decision=rule.decision, rule=rule.name, reason=reason)
    return Verdict(decision="ask", rule=NO_RULE, reason="No rule allows this action.")


def _weight(verdict: Verdict) -> tuple[int, bool]:
    """Of two parts that are allowed, the one that a person has granted says more."""
    return _ORDER.index(verdict.decision), bool(verdict.reason)
