"""Policies in TOML files: the shipped defaults, and a user's own rules before them.

Prevents: a typing error in a policy that silently allows what it was to forbid.
"""

import json
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator

from handeye.actions import Value
from handeye.actions.errors import UsageError
from handeye.agent.guard.policy import Policy, Rule, checked_domains
from handeye.envs.reach import reach_from

_FIX = "Mend it, and run: handeye policy check FILE."
_WORDS = {
    "extra_forbidden": "there is no such key",
    "tuple_type": "it must be a list, in brackets",
    "string_type": "it must be one text, in quotes",
    "missing": "it is missing",
}
"""What pydantic says in words of Python's, by the type of its errors."""


class PolicyFile(Value):
    """`defaults`: the shipped rules follow after these. `domains` may be opened besides the
    start's own."""

    defaults: bool = True
    domains: tuple[str, ...] = ()
    rule: tuple[Rule, ...] = Field(default=())

    @field_validator("domains")
    @classmethod
    def _domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        return checked_domains(domains)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.rule, *(default_rules() if self.defaults else ()))


def checked(domains: Sequence[str]) -> tuple[str, ...]:
    """The domains that a person named. Raises UsageError for what can be none."""
    try:
        return checked_domains(tuple(domains))
    except ValueError as error:
        raise UsageError(f"{error}.", "Check --allow-domain.") from error


def read_policy(path: str | Path) -> PolicyFile:
    """Raises UsageError, with the line, for a file that is no policy."""
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")  # some editors begin files with a mark
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no text.", "Save it as UTF-8.") from error
    return parse_policy(text, str(path))


def parse_policy(text: str, name: str) -> PolicyFile:
    """Raises UsageError, with the line, for text that is no policy."""
    try:
        return PolicyFile(**tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        line = re.search(r"line (\d+)", said)
        at = f", line {line[1]}" if line else ""
        reason = re.sub(r"\s*\(at .*\)$", "", said)
        raise UsageError(f"{name}{at} is no TOML: {reason}.", _FIX) from error
    except (ValidationError, TypeError) as error:
        first: Any = error.errors()[0] if isinstance(error, ValidationError) else {"loc": ()}
        line_number = line_of(text, tuple(first["loc"]))
        reason = _WORDS.get(first.get("type", "")) or first.get("msg", str(error))
        reason = reason.removeprefix("Value error, ")
        key = next((part for part in reversed(first["loc"]) if isinstance(part, str)), "")
        raise UsageError(f"{name}, line {line_number}: {key}: {reason}.", _FIX) from error


def line_of(text: str, where: tuple[int | str, ...]) -> int:
    """The line that a path such as ("rule", 2, "kinds") stands in, as near as can be said."""
    lines = text.splitlines()
    first = 0
    if len(where) > 1 and isinstance(where[1], int):
        heads = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]
        if where[1] < len(heads):
            first = heads[where[1]]
    key = next((part for part in reversed(where) if isinstance(part, str)), "")
    for number in range(first, len(lines)):
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", lines[number]):
            return number + 1
        if number > first and re.match(r"\s*\[", lines[number]):
            break
    return first + 1


@cache
def default_rules() -> tuple[Rule, ...]:
    text = files("handeye.agent.guard").joinpath("defaults.toml").read_text("utf-8")
    return PolicyFile(**{**tomllib.loads(text), "defaults": False}).rule


def default_policy(
    url: str = "",
    uploads: tuple[Path, ...] = (),
    *,
    task: str = "",
    domains: tuple[str, ...] = (),
    file: PolicyFile | None = None,
) -> Policy:
    """The rules of a run that starts at `url`: those of `file`, then the defaults.

    Raises UsageError for what can be no domain.
    """
    extra = checked(domains)
    own = file or PolicyFile()
    reach = reach_from(url, (*own.domains, *extra)) if url else None
    return Policy(rules=own.rules, folders=uploads, reach=reach, task=task)


def told(policy: Policy) -> dict[str, str]:
    """What a recording keeps of the rules that it was made under: the domains that could be opened,
    and the rules besides the shipped ones, in JSON."""
    shipped = default_rules()
    own = [rule for rule in policy.rules if rule not in shipped]
    domains = policy.reach.domains if policy.reach is not None else ()
    kept = {"domains": ", ".join(domains)}
    if own:
        data = [rule.model_dump(mode="json", exclude_defaults=True) for rule in own]
        kept["rules"] = json.dumps(data, ensure_ascii=False)
    if not set(shipped) <= set(policy.rules):
        kept["shipped_rules"] = "left out"
    return {name: value for name, value in kept.items() if value}


def policy_of(
    policy: Policy | PolicyFile | str | Path | None,
    start: str,
    uploads: tuple[Path, ...],
    task: str,
    domains: Sequence[str] = (),
) -> Policy:
    """The policy of a run, for what its caller gives: a file, one that is read already, a whole
    policy, or nothing.

    Raises UsageError for a file that is no policy, and for what can be no domain.
    """
    if isinstance(policy, Policy):
        if domains:
            raise UsageError("A whole policy has its domains.", "Give them in its reach.")
        return policy.model_copy(update={"task": task})
    file = read_policy(policy) if isinstance(policy, (str, Path)) else policy
    return default_policy(start, uploads, task=task, domains=tuple(domains), file=file)
