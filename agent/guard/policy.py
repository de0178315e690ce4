"""What the agent may do, as data: an ordered list of rules. The first that fits decides.

What no rule fits is asked about, so that it is refused where nobody is there to answer.
Prevents: a page or a model that widens what may be done, as neither of them can write a rule.
"""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from handeye.actions import Value, action_adapter
from handeye.envs.reach import Reach, host_of

Decision = Literal["allow", "ask", "deny"]

Condition = Literal[
    "always",
    "odd_address",
    "other_domain",
    "leads_elsewhere",
    "other_frame",
    "password_field",
    "accepts_dialog",
    "in_folders",
    "outside_folders",
]

CONDITIONS: dict[Condition, str] = {
    "always": "always",
    "odd_address": "the address opened is none of the web, nor a local file that may be opened",
    "other_domain": "the address opened is of a domain that is not allowed",
    "leads_elsewhere": "the link or the form leads to a domain that is not allowed",
    "other_frame": "what it touches lies in a frame of another site",
    "password_field": "it writes into a password field",
    "accepts_dialog": "it says yes to a dialog of the page",
    "in_folders": "all files are in folders that uploads are allowed from",
    "outside_folders": "a file is not in a folder that uploads are allowed from",
}

KINDS = frozenset(
    action["properties"]["kind"]["const"]
    for action in action_adapter.json_schema()["$defs"].values()
    if "kind" in action.get("properties", {})
)


class Rule(Value):
    """Decides on actions of `kinds` ("*": every kind) for which all that is given holds.

    `pages`: the domain of the page acted on. `to`: the domain of the address that is opened, or
    that the link or form leads to. `role`, `name`: regular expressions for what lies under the
    pointer or has the focus; of what Enter submits, the button's name. `text`: one for what is
    typed. `unless_asked`: verbs; the rule does not hold where the user's own task commands one of
    them, or names the very element.
    """

    name: str = Field(min_length=1)
    kinds: tuple[str, ...] = ("*",)
    when: Condition = "always"
    pages: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    role: str = ""
    names: str = ""
    text: str = ""
    unless_asked: str = ""
    decision: Decision
    reason: str = ""

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [kind for kind in kinds if kind != "*" and kind not in KINDS]:
            raise ValueError(f"there is no action {unknown[0]!r}; there are {_listed(KINDS)}")
        if not kinds:
            raise ValueError('it names no kinds; "*" stands for all')
        return kinds

    @field_validator("pages", "to")
    @classmethod
    def _domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        return checked_domains(domains)

    @field_validator("role", "names", "text", "unless_asked")
    @classmethod
    def _pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.when in ("in_folders", "outside_folders") and self.kinds != ("upload",):
            raise ValueError(f'"{self.when}" is for uploads: write kinds = ["upload"]')
        return self


class Policy(Value):
    """The rules of one run. `folders` are those that files may be uploaded from, `reach` the
    addresses that may be opened, `task` the user's own words."""

    rules: tuple[Rule, ...]
    folders: tuple[Path, ...] = ()
    reach: Reach | None = None
    task: str = ""


ALLOW_ALL = Policy(rules=(Rule(name="everything", decision="allow"),))
"""For pages of one's own, such as those of a benchmark."""


def checked_domains(domains: tuple[str, ...]) -> tuple[str, ...]:
    """Raises ValueError for what can be no domain, and so would never fit one."""
    for each in domains:
        form = re.fullmatch(r"(?:[\w-]+\.)*[\w-]+(?::\d+)?|\[[\da-f:]+\](?::\d+)?", each)
        if each != "*" and not (form and host_of(f"http://{each}")):
            raise ValueError(f"{each!r} is no domain; write example.com or 127.0.0.1:8000")
    return domains


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
