"""What a person has already said yes to: by the words of the task, or by doing it in a recording.

Such a yes takes the place of the question that a rule would ask; a rule that denies still denies.
Prevents: a question about what was just asked for, and a replay that presses “Pay £2,000” because
the recording has “Pay £20” pressed.
"""

from collections.abc import Mapping

from handeye.actions import Action, Batch, Value, targets
from handeye.agent.guard import task
from handeye.agent.guard.deeds import Deed, deed_of
from handeye.agent.guard.policy import Policy, Rule
from handeye.agent.guard.rules import fitting, holds
from handeye.envs import Element
from handeye.envs.reach import host_of, site_of
from handeye.grounding import Grounding


class Recorded(Value):
    """A recorded action: the page that it was done on, and what lay under its targets there."""

    action: Action
    page: str = ""
    elements: tuple[Element | None, ...] = ()
    listed: tuple[Element, ...] = ()

    def part(self, number: int) -> "Recorded":
        """The same for one action of a batch."""
        assert isinstance(self.action, Batch)
        before = sum(len(targets(part)) for part in self.action.actions[:number])
        part = self.action.actions[number]
        own = self.elements[before : before + len(targets(part))]
        return self.model_copy(update={"action": part, "elements": own})

    @property
    def deed(self) -> Deed:
        """What the recorded action touched then."""
        under = tuple(each for each in self.elements if each is not None)
        found: Mapping[str, Grounding] = {}
        deed = deed_of(self.action, self.page, self.listed, found)
        together = tuple(dict.fromkeys((*under, *deed.elements)))
        return deed.model_copy(update={"elements": together})


def granted(rule: Rule, deed: Deed, policy: Policy, recorded: Recorded | None) -> str:
    """Why a rule that holds need not ask: "" where it must."""
    if rule.unless_asked and (word := asked_for(rule, deed, policy)):
        return f"The task itself says “{word}”."
    if rule.decision == "ask" and done_before(rule, deed, policy, recorded):
        return "The recording has the same done on the same site."
    return ""


def asked_for(rule: Rule, deed: Deed, policy: Policy) -> str:
    """The words of the task that grant it."""
    said = task.commands(policy.task, rule.unless_asked)
    return said or task.names(policy.task, fitting(rule, deed))


def done_before(rule: Rule, deed: Deed, policy: Policy, recorded: Recorded | None) -> bool:
    """Whether the rule would have asked about the recorded action for the same words."""
    if recorded is None:
        return False
    then = recorded.deed
    if _site(then.page) != _site(deed.page) or not holds(rule, then, policy):
        return False
    known = {_plain(name) for name in fitting(rule, then)}
    frames = {_site(each.origin) for each in then.elements if each.origin}
    return {_plain(name) for name in fitting(rule, deed)} <= known and all(
        _site(each.origin) in frames for each in deed.elements if each.origin
    )


def _site(url: str) -> str:
    host = host_of(url)
    return site_of(host) if host is not None else url.partition("?")[0]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
