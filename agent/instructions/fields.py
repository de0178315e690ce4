"""Brings fields, lists and boxes to a value, by what kind of field is on the screen.

Prevents: an option typed into a list, a box unchecked by a second click on it.
"""

import re

from handeye.actions import Click, Press, SelectOption, Target, Type
from handeye.agent.instructions import sliders
from handeye.agent.instructions.appearance import COLOURS
from handeye.agent.instructions.dates import date_of, pick_day
from handeye.agent.instructions.kinds import BOXES
from handeye.agent.instructions.program import Check, Choose, Fill, Search
from handeye.agent.instructions.stage import GaveUp, Script, Stage, at
from handeye.envs import Element
from handeye.grounding import Grounding

_EVERY = re.compile(
    r"(?:both|all|each|every)(?: one)?(?: of)?(?: the)?(?: \w+)?"
    r" (?:field|box|input|textbox)(?:es|s)?",
    re.I,
)
_HEX = re.compile(r"#?[0-9a-f]{6}", re.IGNORECASE)
_ON = ("on", "true", "yes", "checked", "ticked", "enabled", "selected", "1")
_OFF = ("off", "false", "no", "unchecked", "unticked", "disabled", "none", "0")


def is_list(element: Element) -> bool:
    """Whether the element is a native list, whose options can be chosen by name."""
    return element.tag == "select" or (bool(element.options) and not element.editable)


def fill(stage: Stage, wanted: Fill) -> Script[None]:
    """Bring a field, or each of those that are meant, to a text."""
    if sliders.means_slider(wanted.field) and sliders.numbers_in(wanted.text):
        yield from sliders.slide(stage, sliders.numbers_in(wanted.text))
        return
    if _EVERY.fullmatch(wanted.field):
        for each in [each for each in stage.elements if each.editable]:
            yield from fill_found(stage, at(each, each.name or wanted.field), wanted.text)
        return
    word = wanted.text.strip().lower()
    found = yield from stage.find(wanted.field, "fields", lambda each: _takes(each, word))
    yield from fill_found(stage, found, wanted.text)


def fill_found(stage: Stage, found: Grounding, text: str) -> Script[None]:
    """Bring a field that is known to a text."""
    element, word = found.element, text.strip().lower()
    target = Target(phrase=found.phrase)
    if element is not None and is_list(element) and text:
        yield from _select(stage, found, (text,))
    elif element is not None and element.role in BOXES and word in (*_ON, *_OFF):
        yield from _switch(stage, found, word in _ON)
    elif element is not None and _opens(element) and text:
        yield from stage.click(found)
        yield from stage.act(Click(target=Target(phrase=text)))
    else:
        if element is not None and _HEX.fullmatch(element.value) and word in COLOURS:
            text = "".join(f"{part:02X}" for part in COLOURS[word])
            text = "#" + text if element.value.startswith("#") else text
        lost = found.status == "missing" and not found.alternatives and stage.row is None
        own = () if lost else (found,)
        yield from stage.send(Type(target=target, text=text, clear=True), *own)
        if element is not None and element.role == "spinbutton":
            yield from sliders.count_to(stage, element, text)


def _takes(element: Element, word: str) -> bool:
    """Whether the element can be brought to this value, as far as is known."""
    if is_list(element):
        return any(word in option.casefold() for option in element.options)
    if element.role in BOXES:
        return word in (*_ON, *_OFF)
    return element.editable or element.role in ("combobox", "slider", "color")


def choose(stage: Stage, wanted: Choose) -> Script[None]:
    """Choose options, in a named field or wherever they are."""
    day = date_of(wanted.whole)
    if sliders.means_slider(wanted.field):
        yield from sliders.slide(stage, sliders.numbers_in(wanted.whole))
        return
    if wanted.field:
        found = yield from stage.find(wanted.field, "lists")
        element = found.element
        if element is not None and not is_list(element) and element.editable:
            yield from fill_found(stage, found, wanted.whole)
            return
        if element is not None and day is not None and not is_list(element):
            yield from pick_day(stage, found, day)
            return
        if element is not None and is_list(element):
            yield from _select(stage, found, _options(element, wanted))
            return
        if element is not None and _opens(element):
            yield from stage.click(found)
        elif found.status == "missing":
            raise GaveUp(groundings=[found])
    else:
        lists = [each for each in stage.elements if is_list(each) and _offers(each, wanted)]
        if len(lists) == 1:
            found = at(lists[0], lists[0].name or "the list")
            yield from _select(stage, found, _options(lists[0], wanted))
            return
    whole = _is_there(stage, wanted.whole)
    for option in (wanted.whole,) if whole else wanted.options:
        found = yield from stage.find(option, "controls")
        yield from _switch(stage, found, on=True)


def check(stage: Stage, wanted: Check) -> Script[None]:
    """Bring boxes and switches to on or off."""
    for phrase in wanted.phrases:
        found = yield from stage.find(phrase, "boxes")
        yield from _switch(stage, found, wanted.on)


def search(stage: Stage, wanted: Search) -> Script[None]:
    """Type into the search field and press Enter; where neither shows results, click its button."""
    field = wanted.field or "search field"
    found = stage.look(field, "fields")
    if found.status == "missing" and not wanted.field:
        opener = stage.look("search", "controls")
        if opener.status == "found":
            yield from stage.click(opener)
    before = {each.name for each in stage.elements}
    yield from stage.act(Type(target=Target(phrase=field), text=wanted.text, clear=True), "fields")
    shown = {each.name for each in stage.elements} - before
    step = yield from stage.act(Press(keys=("Enter",)))
    live = len(shown) > 1  # one may be a button that clears the field
    button = stage.look("search button", "controls") if not step.changed and not live else None
    if button is not None and button.status == "found":
        yield from stage.click(button)


def _switch(stage: Stage, found: Grounding, on: bool) -> Script[None]:
    element = found.element
    if element is None or element.checked is None or (element.checked is True) != on:
        yield from stage.click(found)


def _select(stage: Stage, found: Grounding, options: tuple[str, ...]) -> Script[None]:
    known = found.element.options if found.element is not None else ()
    real = tuple(_closest(option, known) for option in options)
    yield from stage.send(SelectOption(target=Target(phrase=found.phrase), options=real), found)


def _closest(option: str, known: tuple[str, ...]) -> str:
    """The list's own spelling of an option; the option as it is when that is not clear."""
    same = [each for each in known if each.casefold() == option.casefold()]
    begun = same or [each for each in known if each.casefold().startswith(option.casefold())]
    within = begun or [each for each in known if option.casefold() in each.casefold()]
    return within[0] if same or len(within) == 1 else option


def _options(element: Element, wanted: Choose) -> tuple[str, ...]:
    known = [each.casefold() for each in element.options]
    return (wanted.whole,) if wanted.whole.casefold() in known else wanted.options


def _offers(element: Element, wanted: Choose) -> bool:
    known = [each.casefold() for each in element.options]
    return all(option.casefold() in known for option in _options(element, wanted))


def _opens(element: Element) -> bool:
    """Whether the field is a list of the page's own making, which a click opens."""
    return element.role in ("combobox", "listbox", "button", "clickable") and not element.editable


def _is_there(stage: Stage, name: str) -> bool:
    return any(each.name.casefold() == name.casefold() for each in stage.elements)
