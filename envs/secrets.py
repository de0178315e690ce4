"""The values that stand as `{{name}}` in what is planned, and where they may be typed.

An environment that is given a `Vault` types the values itself, and shows the screen without them.
Prevents: a password that is read by a model, or typed on a site that only looks like the right one.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from pydantic import SecretStr

from handeye.actions import Action, Batch, Type, Value
from handeye.envs.domains import fits
from handeye.envs.redact import Redactor, placeholder
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_ELSEWHERE = ("url", "text", "options", "paths")
"""The fields of actions that hold words of their own. Only those of `Type` are typed."""


class Secret(Value):
    """Typed only where one of `domains` fits; `handeye.envs.domains.fits` reads them."""

    name: str
    value: SecretStr
    domains: tuple[str, ...]


class Vault(Value):
    """All secrets of a run. Its `repr` shows none of them."""

    secrets: tuple[Secret, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(secret.name for secret in self.secrets)

    @property
    def values(self) -> dict[str, str]:
        return {each.name: each.value.get_secret_value() for each in self.secrets}

    @cached_property
    def redactor(self) -> Redactor:
        return Redactor(self.values)

    def bound(self, domains: Iterable[str]) -> "Vault":
        """The same, those that were bound to nothing bound to these domains."""
        given = tuple(domains)
        bound = (
            each if each.domains else each.model_copy(update={"domains": given})
            for each in self.secrets
        )
        return Vault(secrets=tuple(bound))

    def used_in(self, text: str) -> tuple[str, ...]:
        """The names of secrets that stand in a text."""
        return tuple(name for name in _PLACE.findall(text) if name in self.names)

    def fill(self, text: str, url: str) -> str:
        """The text with the values in it, to be typed on `url`.

        Raises Refused where one of them is not meant for that site.
        """
        known = {secret.name: secret for secret in self.secrets}
        for name in self.used_in(text):
            domains = known[name].domains
            if not any(fits(pattern, url) for pattern in domains):
                where = ", ".join(domains) or "nowhere"
                raise Refused(
                    ActionErrorKind.REFUSED,
                    f"{placeholder(name)} is not typed on {self.redactor.text(url) or 'this page'}"
                    f": it is only for {where}.",
                )
        return _PLACE.sub(
            lambda match: (
                known[match[1]].value.get_secret_value() if match[1] in known else match[0]
            ),
            text,
        )

    def check(self, action: Action) -> None:
        """Raises Refused for an action that would take a secret elsewhere than into a field."""
        if isinstance(action, Batch):
            for part in action.actions:
                self.check(part)
        if isinstance(action, (Batch, Type)):
            return
        words = [getattr(action, field, "") for field in _ELSEWHERE]
        for each in words:
            for text in (each,) if isinstance(each, str) else each:
                if used := self.used_in(text):
                    raise Refused(
                        ActionErrorKind.REFUSED,
                        f"{placeholder(used[0])} can only be typed into a field.",
                    )
