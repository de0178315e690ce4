"""Answers a message and sends it on: opens it, takes the command, fills the form, sends it."""

from handeye.actions import Target, Type
from handeye.agent.instructions.looked import Message
from handeye.agent.instructions.stage import GaveUp, Script, Stage, at
from handeye.envs import Element
from handeye.grounding.elements.vocabulary import STATIC


def message(stage: Stage, step: Message) -> Script[None]:
    """Reply to, or forward, the message that was found before."""
    found = stage.look(step.how, "controls")
    if found.status != "found":
        yield from open_row(stage)
        found = yield from stage.find(step.how, "controls")
    yield from stage.click(found)
    stage.row = None
    if step.to:
        yield from _type(stage, _recipient(stage), step.to, "to")
    if step.text:
        yield from _type(stage, _body(stage), step.text, "text")
    yield from stage.click((yield from stage.find("send", "controls")))


def open_row(stage: Stage) -> Script[None]:
    """Click the row that the task is about, so that all of it is shown."""
    inside = stage.row.elements(stage.elements) if stage.row is not None else ()
    whole = [each for each in inside if each.role not in STATIC and each.name]
    whole += [each for each in inside if each.name]
    if whole:
        yield from stage.click(at(whole[0], whole[0].name))


def _type(stage: Stage, field: Element | None, text: str, name: str) -> Script[None]:
    if field is None:
        raise GaveUp(groundings=[(yield from stage.find(f"{name} field", "fields"))])
    yield from stage.send(
        Type(target=Target(phrase=name), text=text, clear=True), at(field, field.name or name)
    )


def _recipient(stage: Stage) -> Element | None:
    found = stage.look("to", "fields")
    if found.element is not None and found.element.editable:
        return found.element
    return next((each for each in stage.elements if each.editable), None)


def _body(stage: Stage) -> Element | None:
    """The largest field: that is where a text goes."""
    fields = [each for each in stage.elements if each.editable]
    return max(fields, key=lambda each: each.box.area, default=None)
