"""What a person allows one run to take, as it is given and recorded.

Prevents: a limit on money where no prices are known, which nothing would ever reach.
"""

import threading
from math import isfinite
from typing import Annotated, Any

from pydantic import BeforeValidator

from handeye.actions import Value
from handeye.actions.errors import UsageError
from handeye.agent.budget import Budget


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        raise UsageError(f"{value} is no limit.", "Write a number: a large one ends nothing.")
    return value


Amount = Annotated[float, BeforeValidator(_finite)]
"""A limit that a person may write. Raises UsageError for infinity and NaN, which JSON lacks."""


class Limits(Value):
    """None: no limit. Tokens are those of prompts and answers, money is in US dollars."""

    max_steps: int = 100
    max_seconds: Amount = 600
    max_tokens: int | None = None
    max_cost: Amount | None = None
    max_actions_per_domain: int | None = None

    def check(self, *specs: str) -> None:
        """Raises UsageError for limits of nothing, and for one on money where one of the models
        and grounders named by `specs` is paid for at prices that are not known."""
        if self.max_steps < 1 or not self.max_seconds > 0:
            raise UsageError("A run needs at least one step and some seconds.", "Raise the limits.")
        more = (self.max_tokens, self.max_cost, self.max_actions_per_domain)
        if any(each is not None and not each > 0 for each in more):
            raise UsageError("A run cannot be limited to nothing.", "Raise the limits.")
        if self.max_cost is not None:
            for spec in specs:
                _check_price(spec)

    def budget(self, stop: threading.Event | None = None) -> Budget:
        """The limits, counted from now on."""
        return Budget(
            self.max_steps,
            self.max_seconds,
            stop,
            tokens=self.max_tokens,
            cost=self.max_cost,
            domain_actions=self.max_actions_per_domain,
        )

    def told(self) -> dict[str, Any]:
        """What is recorded of them."""
        return self.model_dump(exclude_none=True)


def _check_price(spec: str) -> None:
    from handeye.grounding.remote.server import find_server

    spec = spec.removeprefix("zoom:")
    if not spec.startswith("remote:"):
        return
    server = find_server(spec.removeprefix("remote:"))
    if server.price is None:
        raise UsageError(
            f"What {server.model} costs is not known, so that its money cannot be limited.",
            f'Set HANDEYE_PRICES="{server.model}=PROMPT/COMPLETION", in dollars for a million '
            "tokens, or use --max-tokens.",
        )
