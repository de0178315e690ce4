"""What a call of a model took and gave: kept in plans, groundings and episodes.

Prevents: money and minutes that nobody can account for, and answers of a model that are gone when
they turn out to be wrong.
"""

from typing import Literal

from pydantic import Field

from handeye.actions import Value


class Usage(Value):
    """Tokens of one or several calls. `cached_tokens` are those of the prompt that the model had
    worked through before. `cost` is in US dollars, None where the price is not known."""

    prompt_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        costs = [each.cost for each in (self, other) if each.cost is not None]
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=sum(costs) if costs else None,
        )


class ModelCall(Value):
    """One request to a model. `text` is its answer as it came, without the `thought`; `problem`
    says why the answer could not be used. `attempts` counts the requests that were sent."""

    purpose: Literal["plan", "ground", "repair", "check"]
    model: str
    text: str = ""
    thought: str = ""
    usage: Usage = Usage()
    seconds: float = 0.0
    attempts: int = 1
    finish: Literal["stop", "length"] = "stop"
    problem: str = ""
