"""The elements of a screen as lines of text, for models that cannot see.

    form "Login":
     [3] textbox "User name" = "bo", focused
    *[4] button "Sign in" (disabled)

`*` marks what was not there, or was different, on the look before.
Prevents: a screen of a thousand texts that leaves no room for the one button among them.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from handeye.agent.planner.untrusted import inert
from handeye.envs import Element, Observation

NAME, VALUE, OPTIONS, AROUND = 160, 120, 300, 80
"""The most characters of a name, a value, a list's options, and the text around an element."""

_STATIC = frozenset({"text", "heading", "label", "cell", "columnheader", "rowheader", "img"})


def shown_on(observation: Observation) -> tuple[Element, ...]:
    """What the pixels show, for an environment that lists no elements. Raises BackendError."""
    from handeye.grounding.elements.pixels import ROLE, parse

    return tuple(
        each.model_copy(update={"role": "text"}) if each.role == ROLE else each
        for each in parse(observation.screenshot)
    )


def worth_telling(elements: Sequence[Element]) -> tuple[Element, ...]:
    """All elements but those that only say what another one says.

    These are labels of a control that bears their name, and what lies in a control of the same
    name just before it: the link in a tab. A click on the outer one hits it.
    """
    named = {each.name for each in elements if each.role not in _STATIC}
    return tuple(
        each
        for place, each in enumerate(elements)
        if not (each.role == "label" and each.name in named)
        and not (place and _is_part(each, elements[place - 1]))
    )


def list_elements(
    elements: Sequence[Element], before: Sequence[Element] | None, budget: int
) -> str:
    """Every element on a line of its own, numbered from 1 by its place in `elements`.

    Over `budget` characters, texts are left out before controls, the last ones first, and the end
    says how many of each.
    """
    lines = [line_of(element) for element in elements]
    repeated = {line for line, count in Counter(lines).items() if count > 1}
    old = Counter(map(line_of, before)) if before is not None else None
    marks = [_mark(line, old) for line in lines]
    lines = [
        line + (_around(element) if line in repeated else "") + (", focused" * element.focused)
        for line, element in zip(lines, elements, strict=True)
    ]
    kept = _within(budget, elements, lines)
    told: list[str] = []
    region = ""
    for place in kept:
        if elements[place].region != region:
            region = elements[place].region
            told.append(f"{inert(region, AROUND)}:" if region else "elsewhere:")
        told.append(f"{marks[place]}[{place + 1}] {lines[place]}")
    told += _left_out([elements[place] for place in set(range(len(elements))) - set(kept)])
    return "\n".join(told) or "(nothing that has a name)"


def label_of(element: Element, number: int) -> str:
    """An element in words that no other element on the screen has: `button “Save” [4]`."""
    name = element.name or next(iter(element.hints), "")
    return " ".join([element.role, *([f"“{inert(name, AROUND)}”"] if name else []), f"[{number}]"])


def name_of(element: Element) -> str:
    """What an element is and is called: `checkbox "Agree"`."""
    name = element.name or next(iter(element.hints), "")
    return f'{element.role} "{inert(name, NAME)}"' if name else element.role


def line_of(element: Element) -> str:
    """What an element is, says and holds: `checkbox "Agree", checked`. Focus does not count."""
    words = [name_of(element)]
    if element.value and element.value != element.name:
        words.append(f'= "{inert(element.value, VALUE)}"')
    line = " ".join(words)
    states = [says for holds, says in _STATES if holds(element)]
    if element.options:
        states.append("options: " + inert(" | ".join(element.options), OPTIONS))
    return ", ".join([line, *states])


_STATES: tuple[tuple[Callable[[Element], bool], str], ...] = (
    (lambda element: element.editable and not element.value, "empty"),
    (lambda element: not element.enabled, "disabled"),
    (lambda element: element.checked is True, "checked"),
    (lambda element: element.checked is False, "not checked"),
    (lambda element: element.checked == "mixed", "partly checked"),
    (lambda element: element.selected is True, "selected"),
    (lambda element: element.expanded is True, "open"),
    (lambda element: element.expanded is False, "closed"),
)


def _mark(line: str, old: Counter[str] | None) -> str:
    """ "*" for a line that the look before did not have, or had less often."""
    if old is None or old[line] > 0:
        if old is not None:
            old[line] -= 1
        return " "
    return "*"


def _around(element: Element) -> str:
    """What tells an element from others of the same name: the text of its row or card."""
    return f', in "{inert(element.item_text, AROUND)}"' if element.item_text else ""


def _within(budget: int, elements: Sequence[Element], lines: Sequence[str]) -> list[int]:
    """The places of the lines that fit, in their order: controls are taken first."""
    order = sorted(range(len(elements)), key=lambda place: elements[place].role in _STATIC)
    kept = []
    for place in order:
        budget -= len(lines[place]) + 6
        if budget < 0:
            break
        kept.append(place)
    return sorted(kept)


def _is_part(inner: Element, outer: Element) -> bool:
    return (
        bool(inner.name)
        and inner.name == outer.name
        and not inner.editable
        and outer.role not in _STATIC
        and inner.box.intersection(outer.box) == inner.box
    )


def _left_out(elements: Sequence[Element]) -> list[str]:
    texts = sum(element.role in _STATIC for element in elements)
    counts = {"texts": texts, "controls": len(elements) - texts}
    told = " and ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    return [f"({told} left out: no room)"] if told else []
