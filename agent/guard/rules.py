"""Whether a rule fits an action: all that it says must be true of what the action touches.

Prevents: an action judged by what a model says of it, instead of by what it touches.
"""

import re
from collections.abc import Callable

from handeye.actions import Dialog, Upload
from handeye.agent.guard.deeds import Deed
from handeye.agent.guard.policy import Condition, Policy, Rule
from handeye.envs.paths import real_path
from handeye.envs.reach import fits, host_of, scheme_of, site_of


def holds(rule: Rule, deed: Deed, policy: Policy) -> bool:
    """Whether all that the rule says is true of the deed."""
    if deed.action.kind not in rule.kinds and "*" not in rule.kinds:
        return False
    return (
        _HOLDS[rule.when](deed, policy)
        and (not rule.pages or _of(rule.pages, (deed.page,)))
        and (not rule.to or _of(rule.to, (deed.address or "", *deed.leads_to)))
        and (not rule.role or any(re.fullmatch(rule.role, each.role) for each in deed.elements))
        and (not rule.names or bool(fitting(rule, deed)))
        and (not rule.text or re.search(rule.text, deed.text) is not None)
    )


def fitting(rule: Rule, deed: Deed) -> tuple[str, ...]:
    """What stands on that which the action may set off, where the rule speaks of it."""
    return tuple(name for name in deed.names if not rule.names or _says(rule.names, name))


def _says(pattern: str, name: str) -> bool:
    return re.search(pattern, " ".join(name.casefold().split()), re.IGNORECASE) is not None


def _of(domains: tuple[str, ...], addresses: tuple[str, ...]) -> bool:
    hosts = [host for address in addresses if (host := host_of(address)) is not None]
    return any(fits(host, domain) for host in hosts for domain in domains)


def _allowed(address: str, deed: Deed, policy: Policy) -> bool:
    """Whether it is of an allowed domain, or of the site that the page is of."""
    if policy.reach is None or policy.reach.covers(address):
        return True
    host, here = host_of(address), host_of(deed.page)
    return host is not None and here is not None and site_of(host) == site_of(here)


def _odd_address(deed: Deed, policy: Policy) -> bool:
    address = deed.address
    if address is None or address.lower() == "about:blank":
        return False
    scheme = scheme_of(address)
    if scheme == "file":
        return policy.reach is None or not policy.reach.covers(address)
    return scheme not in ("http", "https")


def _other_domain(deed: Deed, policy: Policy) -> bool:
    web = deed.address is not None and scheme_of(deed.address) in ("http", "https")
    return web and not _allowed(deed.address or "", deed, policy)


def _leads_elsewhere(deed: Deed, policy: Policy) -> bool:
    leads = deed.presses or deed.writes
    return leads and any(not _allowed(address, deed, policy) for address in deed.leads_to)


def _other_frame(deed: Deed, policy: Policy) -> bool:
    frames = [each.origin for each in deed.elements if each.origin]
    return any(host_of(at) is None or not _allowed(at, deed, policy) for at in frames)


def _password_field(deed: Deed, _: Policy) -> bool:
    return deed.writes and any(element.private for element in deed.elements)


def _in_folders(deed: Deed, policy: Policy) -> bool:
    if not isinstance(deed.action, Upload):
        return False
    folders = [real_path(folder) for folder in policy.folders]
    paths = [real_path(path) for path in deed.action.paths]
    return all(
        path and any(each and path.is_relative_to(each) for each in folders) for path in paths
    )


def _outside_folders(deed: Deed, policy: Policy) -> bool:
    return isinstance(deed.action, Upload) and not _in_folders(deed, policy)


_HOLDS: dict[Condition, Callable[[Deed, Policy], bool]] = {
    "always": lambda *_: True,
    "odd_address": _odd_address,
    "other_domain": _other_domain,
    "leads_elsewhere": _leads_elsewhere,
    "other_frame": _other_frame,
    "password_field": _password_field,
    "accepts_dialog": lambda deed, _: isinstance(deed.action, Dialog) and deed.action.accept,
    "in_folders": _in_folders,
    "outside_folders": _outside_folders,
}
