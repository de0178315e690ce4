"""The instructions that a task is compiled to: plain data, run by `handeye.agent.instructions.run`.

Targets are phrases. `source` is the part of the task that an instruction was made from.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from handeye.actions import Action, Value
from handeye.agent.instructions.looked import (
    ChooseAlike,
    Enter,
    InOrder,
    Locate,
    Mark,
    Message,
    Move,
    Note,
    Pick,
    ScrollInside,
    Through,
    Transcribe,
    Unfold,
)


class Do(Value):
    """Send one action. `controls`: its target is something to click, not any text;
    `sought`: it may be on a later page, in another tab or in a closed section."""

    kind: Literal["do"] = "do"
    source: str = ""
    action: Action
    controls: bool = False
    sought: bool = False


class Command(Value):
    """Click the control that is called like one of the labels, best first."""

    kind: Literal["command"] = "command"
    source: str = ""
    labels: tuple[str, ...] = Field(min_length=1)


class Submit(Value):
    """Click the form's submit button; press Enter where there is none."""

    kind: Literal["submit"] = "submit"
    source: str = ""


class Fill(Value):
    """Bring a field to a value, whatever kind of field it is. An empty text clears it."""

    kind: Literal["fill"] = "fill"
    source: str = ""
    field: str
    text: str


class Choose(Value):
    """Choose options: of a list, a group of boxes or buttons, or anything that can be clicked.

    `whole` is what was written before it was taken apart into options.
    """

    kind: Literal["choose"] = "choose"
    source: str = ""
    whole: str
    options: tuple[str, ...] = Field(min_length=1)
    field: str = ""


class Check(Value):
    """Bring boxes and switches to on or off."""

    kind: Literal["check"] = "check"
    source: str = ""
    phrases: tuple[str, ...] = Field(min_length=1)
    on: bool = True


class Search(Value):
    kind: Literal["search"] = "search"
    source: str = ""
    text: str
    field: str = ""


class ScrollTo(Value):
    """Scroll until a phrase is in view, or to an end of the page."""

    kind: Literal["scroll_to"] = "scroll_to"
    source: str = ""
    phrase: str = ""
    edge: Literal["", "top", "bottom"] = ""


class ToTab(Value):
    """Switch to a tab by number (from 1, or from -1 at the end), by a step, or by its title."""

    kind: Literal["to_tab"] = "to_tab"
    source: str = ""
    number: int = 0
    step: int = 0
    title: str = ""


class AnswerDialog(Value):
    """The dialog is answered in advance; where the page shows its own dialog, click in that."""

    kind: Literal["answer_dialog"] = "answer_dialog"
    source: str = ""
    accept: bool
    text: str = ""


class Read(Value):
    """Add what stands at a phrase to the answer."""

    kind: Literal["read"] = "read"
    source: str = ""
    phrase: str


class Stop(Value):
    kind: Literal["stop"] = "stop"
    source: str = ""


class Condition(Value):
    phrase: str
    state: Literal["visible", "checked", "enabled"] = "visible"
    negated: bool = False


class WaitFor(Value):
    kind: Literal["wait_for"] = "wait_for"
    source: str = ""
    condition: Condition


class If(Value):
    kind: Literal["if"] = "if"
    source: str = ""
    condition: Condition
    then: "Program"
    otherwise: "Program" = ()


class Until(Value):
    """Repeat the body until the condition holds; not once if it holds already."""

    kind: Literal["until"] = "until"
    source: str = ""
    condition: Condition
    body: "Program"


class Repeat(Value):
    kind: Literal["repeat"] = "repeat"
    source: str = ""
    count: int = Field(ge=0)
    body: "Program"


class ForEach(Value):
    """Run the body once for each repeated thing; its phrases are looked for inside that thing."""

    kind: Literal["for_each"] = "for_each"
    source: str = ""
    noun: str = "row"
    inside: str = ""
    containing: str = ""
    most: int = 0
    body: "Program"


Instruction = Annotated[
    Do | Command | Submit | Fill | Choose | Check | Search | ScrollTo | ToTab | AnswerDialog | Read
    | Stop | WaitFor | If | Until | Repeat | ForEach | ChooseAlike | Enter | InOrder | Locate
    | Mark | Message | Move | Note | Pick | ScrollInside | Through | Transcribe | Unfold,
    Field(discriminator="kind"),
]  # fmt: skip

Program = tuple[Instruction, ...]

for _block in (If, Until, Repeat, ForEach):
    _block.model_rebuild()


def actions_of(program: Program) -> Iterator[Do]:
    """Every step that sends an action as it stands, those inside blocks too."""
    for step in program:
        if isinstance(step, Do):
            yield step
        elif isinstance(step, If):
            yield from actions_of((*step.then, *step.otherwise))
        elif isinstance(step, Until | Repeat | ForEach):
            yield from actions_of(step.body)
