"""Runs a program: one generator for each kind of instruction.

Prevents: control flow hidden in a table of jumps; a loop in the task is a loop here.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from handeye.actions import Click, Press, Scroll, SelectOption, SwitchTab, Target, Wait
from handeye.agent.instructions import (
    appearance,
    explore,
    fields,
    messages,
    moving,
    ordering,
    values,
)
from handeye.agent.instructions.program import (
    AnswerDialog,
    Command,
    Do,
    ForEach,
    If,
    Instruction,
    Program,
    Read,
    Repeat,
    ScrollTo,
    Submit,
    ToTab,
    Until,
    WaitFor,
)
from handeye.agent.instructions.reading import read
from handeye.agent.instructions.rows import is_cut, left_over, note, rows, visible_rows
from handeye.agent.instructions.seeing import holds, is_quoted_text, labelled, literal
from handeye.agent.instructions.stage import FAR, MOST_SCROLLS, GaveUp, Row, Script, Stage, at
from handeye.grounding import Grounding

_WAITS = (0.5, 0.5, 1.0, 2.0, 4.0, 8.0, 14.0)
_ACCEPT = ("OK", "Yes", "Confirm", "Accept", "Continue")
_DISMISS = ("Cancel", "No", "Dismiss", "Close")


class Stopped(Exception):
    """The task said "stop"."""


def run_program(stage: Stage, program: Program) -> Script[None]:
    """Run the instructions one after the other. Raises GaveUp and Stopped."""
    for instruction in program:
        stage.source = instruction.source
        yield from _RUN[instruction.kind](stage, instruction)


def _do(stage: Stage, step: Do) -> Script[None]:
    if step.action.kind == "dialog":
        stage.dialogs.clear()
    if isinstance(step.action, Click) and step.action.target.phrase:
        known = yield from _clicked(stage, step, step.action.target.phrase)
        if known is not None:
            yield from stage.send(step.action, known)
            return
    yield from stage.act(step.action, "controls" if step.controls else "all")


def _clicked(stage: Stage, step: Do, phrase: str) -> Script[Grounding | None]:
    """What a click is for, where more than a look at this screen is needed; else nothing."""
    found = stage.look(phrase, "controls" if step.controls else "all")
    if found.status == "missing":
        looks = appearance.alike(stage, phrase)
        if looks and (len(looks) == 1 or re.match(r"an? |any ", phrase)):
            return at(looks[0], phrase)
    if found.status == "missing" and (sign := literal(stage, phrase)) is not None:
        return at(sign, phrase)
    if found.status == "missing" and (step.sought or stage.through):
        found = yield from explore.sought(stage, phrase)
        return found if found.status == "found" else None
    if found.status == "missing" and stage.row is not None:
        found = yield from explore.in_menu(stage, phrase)
    if found.status != "found" or found.element is None:
        return None
    behind = labelled(stage, found.element)
    if behind is not None:
        return at(behind, phrase)
    return found if stage.row is not None else None


def _command(stage: Stage, step: Command) -> Script[None]:
    if len(step.labels) == 3 and (yield from _by_list(stage, step)):
        return
    for label in step.labels:
        found = stage.look(label, "controls")
        if found.status == "found":
            yield from stage.click(found)
            return
    yield from stage.click((yield from stage.find(step.labels[0], "controls")))


def _by_list(stage: Stage, step: Command) -> Script[bool]:
    """ "sort by price" where the page has a list "Sort by" with an option "Price: low to high"."""
    verb, what = step.labels[0].split()[0].lower(), step.labels[-1].casefold()
    for element in stage.elements:
        names = " ".join((element.name, *element.hints)).lower()
        options = [each for each in element.options if each.casefold().startswith(what)]
        if options and (verb in names or options[0].casefold() == what):
            found = at(element, element.name or step.labels[0])
            choice = SelectOption(target=Target(phrase=found.phrase), options=(options[0],))
            yield from stage.send(choice, found)
            return True
    return False


def _submit(stage: Stage, _: Submit) -> Script[None]:
    found = stage.look("submit", "controls")
    if found.status == "found":
        yield from stage.click(found)
    else:
        yield from stage.act(Press(keys=("Enter",)))


def _scroll_to(stage: Stage, step: ScrollTo) -> Script[None]:
    if step.phrase:
        found = yield from stage.find(step.phrase)
        if found.status == "missing":
            raise GaveUp(groundings=[found])
        return
    for _ in range(MOST_SCROLLS):
        done = yield from stage.act(Scroll(dy=-FAR if step.edge == "top" else FAR))
        if not done.changed:
            return


def _to_tab(stage: Stage, step: ToTab) -> Script[None]:
    tabs = stage.observation.tabs
    here = next((index for index, tab in enumerate(tabs) if tab.active), 0)
    named = [
        index for index, tab in enumerate(tabs) if step.title.casefold() in tab.title.casefold()
    ]
    if step.title and (len(named) != 1 or len(tabs) < 2):
        yield from stage.click((yield from stage.find(f"{step.title} tab")))
        return
    count = max(1, len(tabs))
    index = named[0] if step.title else (here + step.step) % count
    if step.number:
        index = step.number - 1 if step.number > 0 else count + step.number
    yield from stage.act(SwitchTab(index=max(0, index)))


def _answer_dialog(stage: Stage, step: AnswerDialog) -> Script[None]:
    """The browser's dialog is answered already; one that the page draws has buttons."""
    drawn = [each for each in stage.elements if each.region.split(" ")[0].endswith("dialog")]
    if stage.dialogs or not drawn:
        return
    for label in _ACCEPT if step.accept else _DISMISS:
        named = [each for each in drawn if each.name.casefold() == label.casefold()]
        if named:
            yield from stage.click(at(named[0], label))
            return


def _read(stage: Stage, step: Read) -> Script[None]:
    value = yield from read(stage, step.phrase)
    stage.answers.append(value)


def _stop(_: Stage, __: Instruction) -> Script[None]:
    raise Stopped
    yield


def _wait_for(stage: Stage, step: WaitFor) -> Script[None]:
    condition = step.condition
    for seconds in _WAITS:
        if holds(stage, condition):
            return
        text = is_quoted_text(condition.phrase)
        if text and not condition.negated:
            wait = Wait(until="text", text=condition.phrase.strip('"'), seconds=sum(_WAITS))
            waited = yield from stage.perform(wait)
            if waited.outcome is not None and waited.outcome.error is None:
                return  # the environment has seen it
        else:
            yield from stage.perform(Wait(until="time", seconds=seconds))
    if not holds(stage, condition):
        message = f"“{stage.source}” did not come true within {sum(_WAITS):g} seconds."
        raise GaveUp(message, [stage.look(condition.phrase)])


def _if(stage: Stage, step: If) -> Script[None]:
    yield from run_program(stage, step.then if holds(stage, step.condition) else step.otherwise)


def _until(stage: Stage, step: Until) -> Script[None]:
    while not holds(stage, step.condition):
        before = stage.step
        yield from run_program(stage, step.body)
        if stage.step is before:
            yield from stage.perform(Wait(until="time", seconds=1.0))


def _repeat(stage: Stage, step: Repeat) -> Script[None]:
    for _ in range(step.count):
        before = stage.step
        yield from run_program(stage, step.body)
        if stage.step is before:
            return


def _for_each(stage: Stage, loop: ForEach) -> Script[None]:
    done: Counter[str] = Counter()
    turns = 0
    before = yield from rows(stage, loop)
    outer = stage.row
    while True:
        for text in left_over(before, done)[:1]:
            stage.row = Row(text, done[text], frozenset(before) - {text})
            yield from run_program(stage, loop.body)
            stage.row = outer
            turns += 1
            if turns == loop.most:
                return
            after = visible_rows(stage, loop)
            note(done, text, before, after, cut=is_cut(stage))
            before = after
        if left_over(before, done):
            continue
        stage.source = loop.source
        # Rows that were picked out by a text or a number may be in a list with its own scroll bar.
        picked = loop.most or loop.containing
        move = stage.scroll if picked else stage.scroll_page
        step = yield from move(stage.page_height())
        if not step.changed:
            return
        before = visible_rows(stage, loop)


_RUN: dict[str, Callable[[Stage, Any], Script[None]]] = {
    "do": _do,
    "note": values.note,
    "enter": values.enter,
    "transcribe": values.transcribe,
    "locate": explore.locate,
    "through": explore.through,
    "message": messages.message,
    "pick": ordering.pick,
    "in_order": ordering.in_order,
    "move": moving.move,
    "mark": moving.mark,
    "scroll_inside": moving.scroll_inside,
    "unfold": moving.unfold,
    "choose_alike": appearance.choose_alike,
    "command": _command,
    "submit": _submit,
    "fill": fields.fill,
    "choose": fields.choose,
    "check": fields.check,
    "search": fields.search,
    "scroll_to": _scroll_to,
    "to_tab": _to_tab,
    "answer_dialog": _answer_dialog,
    "read": _read,
    "stop": _stop,
    "wait_for": _wait_for,
    "if": _if,
    "until": _until,
    "repeat": _repeat,
    "for_each": _for_each,
}
