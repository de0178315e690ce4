"""The guard of a replay: the same rules, and what the recording has done is granted there only.

Prevents: a recorded click that a changed page turns into a purchase, and a recording that leads out
of the sites that it was made on.
"""

from collections.abc import Callable, Sequence

from handeye.actions import targets
from handeye.agent.asking import Approver
from handeye.agent.guard.granted import Recorded
from handeye.agent.guard.judge import judge
from handeye.agent.guard.policy import Policy
from handeye.envs import Observation
from handeye.envs.reach import host_of, site_of
from handeye.episodes import Episode
from handeye.episodes.events import Intent
from handeye.episodes.replay import Judge, Recall
from handeye.episodes.result import Verdict
from handeye.grounding import Grounding


def judge_of(policy: Policy, approve: Approver, moved: Callable[[str], str]) -> Judge:
    """Decides on each step before it is sent; `moved` says where a recorded address is now."""

    def decide(recalled: Recall, intent: Intent, seen: Observation) -> Verdict:
        recorded = Recorded(
            action=recalled.intent.action,
            page=moved(recalled.observed.url),
            elements=recalled.intent.elements,
            listed=recalled.elements or (),
        )
        aimed = zip(targets(intent.action), intent.elements, strict=False)
        found = {
            target.phrase: Grounding(
                phrase=target.phrase, status="found", point=target.point, element=element
            )
            for target, element in aimed
            if target.phrase
        }
        verdict = judge(intent.action, seen, policy, found, recorded)
        if verdict.decision != "ask":
            return verdict
        said = "allow" if approve(intent.action, verdict) else "deny"
        return verdict.model_copy(update={"decision": said})

    return decide


def widened(policy: Policy, episode: Episode, moved: Callable[[str], str]) -> Policy:
    """The policy with the sites that the recording shows, where they are now."""
    if policy.reach is None:
        return policy
    looks = [step.observed for step in episode.steps if step.observed]
    pages = [url for look in looks for url in (look.url, *(tab.url for tab in look.tabs))]
    hosts = (host_of(moved(url)) for url in pages)
    sites = _new(policy.reach.domains, [site_of(host) for host in hosts if host is not None])
    reach = policy.reach
    wider = {"domains": (*reach.domains, *sites), "named": (*reach.named, *sites)}
    return policy.model_copy(update={"reach": reach.model_copy(update=wider)})


def _new(known: Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in found if each not in known))
