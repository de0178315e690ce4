"""What the agent may do without asking: an ordered list of rules, and no match means no.

Prevents: a page or a model that talks the agent into `javascript:` addresses, local files, or
sending files that nobody meant to give away.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from handeye.actions import Action, Batch, Goto, NewTab, Upload, Value
from handeye.envs import Observation
from handeye.episodes.result import Verdict

Condition = Literal["always", "web_address", "file_address", "in_folders"]


class Rule(Value):
    """Decides on actions of these kinds when the condition holds. "*" stands for every kind."""

    name: str
    kinds: tuple[str, ...]
    when: Condition = "always"
    decision: Literal["allow", "ask", "deny"]
    reason: str = ""


class Policy(Value):
    """The first rule that fits decides. `folders` are those that files may be uploaded from."""

    rules: tuple[Rule, ...]
    folders: tuple[Path, ...] = ()


def default_policy(url: str = "", uploads: tuple[Path, ...] = ()) -> Policy:
    """Web addresses only (local files when the run starts on one); no other uploads."""
    going = ("goto", "new_tab")
    local: tuple[Rule, ...] = ()
    if _scheme(url) == "file":
        local = (Rule(name="local files", kinds=going, when="file_address", decision="allow"),)
    return Policy(
        folders=uploads,
        rules=(
            Rule(name="web addresses", kinds=going, when="web_address", decision="allow"),
            *local,
            Rule(
                name="other addresses",
                kinds=going,
                decision="deny",
                reason="Only http and https addresses are opened.",
            ),
            Rule(name="allowed folders", kinds=("upload",), when="in_folders", decision="allow"),
            Rule(
                name="other files",
                kinds=("upload",),
                decision="deny",
                reason="The file is not in a folder that uploads are allowed from.",
            ),
            Rule(name="everything else", kinds=("*",), decision="allow"),
        ),
    )


def judge(action: Action, observation: Observation, policy: Policy) -> Verdict:
    """Allow, ask or deny. A batch is as dangerous as its most dangerous part."""
    if isinstance(action, Batch):
        parts = [judge(part, observation, policy) for part in action.actions]
        return max(parts, key=lambda verdict: ("allow", "ask", "deny").index(verdict.decision))
    for rule in policy.rules:
        fits = action.kind in rule.kinds or "*" in rule.kinds
        if fits and _HOLDS[rule.when](action, observation, policy):
            return Verdict(decision=rule.decision, rule=rule.name, reason=rule.reason)
    return Verdict(decision="deny", rule="no rule", reason="No rule allows this action.")


def _scheme(url: str) -> str:
    try:
        return urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return "invalid"


def _address(action: Action) -> str:
    if not isinstance(action, (Goto, NewTab)):
        return ""
    return action.url.strip().lower() or "about:blank"


def _web_address(action: Action, *_: object) -> bool:
    address = _address(action)
    return address == "about:blank" or _scheme(address) in ("http", "https")


def _in_folders(action: Action, _: Observation, policy: Policy) -> bool:
    if not isinstance(action, Upload):
        return False
    folders = [folder.expanduser().resolve() for folder in policy.folders]
    paths = [Path(path).expanduser().resolve() for path in action.paths]
    return all(any(path.is_relative_to(folder) for folder in folders) for path in paths)


_HOLDS: dict[Condition, Callable[[Action, Observation, Policy], bool]] = {
    "always": lambda *_: True,
    "web_address": _web_address,
    "file_address": lambda action, *_: _scheme(_address(action)) == "file",
    "in_folders": _in_folders,
}
