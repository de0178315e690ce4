"""Rules in words, and those that can never decide because an earlier one fits all that they fit."""

from collections.abc import Sequence

from handeye.agent.guard.policy import CONDITIONS, Rule

_NARROWS = ("pages", "to", "role", "names", "text")


def in_words(rule: Rule) -> str:
    """One line on what a rule does."""
    kinds = "any action" if "*" in rule.kinds else ", ".join(rule.kinds)
    parts = [f"{rule.name}: {rule.decision} {kinds}"]
    if rule.when != "always":
        parts.append(f"when {CONDITIONS[rule.when]}")
    if rule.pages:
        parts.append(f"on pages of {', '.join(rule.pages)}")
    if rule.to:
        parts.append(f"leading to {', '.join(rule.to)}")
    if rule.role:
        parts.append(f"on a {rule.role}")
    if rule.names:
        parts.append(f"where it says /{_short(rule.names)}/")
    if rule.text:
        parts.append(f"with text like /{_short(rule.text)}/")
    if rule.unless_asked:
        parts.append(f"unless the task itself says to ({_short(rule.unless_asked)})")
    return ", ".join(parts)


def unreachable(rules: Sequence[Rule]) -> list[tuple[str, str]]:
    """(rule, earlier rule that fits whatever it fits)."""
    found = []
    for number, rule in enumerate(rules):
        before = next((each for each in rules[:number] if _covers(each, rule)), None)
        if before is not None:
            found.append((rule.name, before.name))
    return found


def _covers(first: Rule, later: Rule) -> bool:
    if first.unless_asked and first.unless_asked != later.unless_asked:
        return False
    if "*" not in first.kinds and not set(later.kinds) <= set(first.kinds):
        return False
    if first.when not in ("always", later.when):
        return False
    return all(getattr(first, part) in ((), "", getattr(later, part)) for part in _NARROWS)


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= 60 else f"{pattern[:59]}…"
