"""What an action really touches: the elements under it, the address it opens, what Enter submits.

Everything here is read from the screen as it is, nothing from the words of a planner.
Prevents: “the harmless link” of a model that is a button called Pay.
"""

import re
from collections.abc import Mapping, Sequence

from handeye.actions import Action, Goto, NewTab, Press, SelectOption, Target, Type, Value, targets
from handeye.envs import Element
from handeye.grounding import Grounding

_STRIKES = frozenset({"Enter", "NumpadEnter", " ", "Space"})
_PASTES = frozenset({"v", "V", "Insert"})


class Deed(Value):
    """One action that is no batch. `presses`: it may set off what it touches."""

    action: Action
    page: str = ""
    elements: tuple[Element, ...] = ()
    address: str | None = None
    text: str = ""
    presses: bool = False
    writes: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What stands on all that the action may set off."""
        if not self.presses:
            return ()
        return tuple(name for element in self.elements for name in _names(element, self.action))

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The addresses elsewhere that links and forms under it lead to."""
        found = (element.leads_to for element in self.elements)
        return tuple(address for address in found if address)


def deed_of(
    action: Action, page: str, listed: Sequence[Element], found: Mapping[str, Grounding]
) -> Deed:
    """What an action touches on a page where these elements are; `found`: where its phrases are."""
    under = [each for target in targets(action) for each in _under(target, listed, found)]
    if not targets(action) and isinstance(action, (Type, Press)):
        under = [each for each in listed if each.focused]
    return Deed(
        action=action,
        page=page,
        elements=tuple(under),
        address=_whole(action.url) if isinstance(action, (Goto, NewTab)) else None,
        text=_text(action),
        presses=_presses(action, under),
        writes=isinstance(action, Type) or (isinstance(action, Press) and _pastes(action)),
    )


def _under(
    target: Target, listed: Sequence[Element], found: Mapping[str, Grounding]
) -> tuple[Element, ...]:
    """What was grounded, and all that lies around the point: a click on an icon hits its button."""
    grounding = found.get(target.phrase)
    own = grounding.element if grounding is not None else None
    point = target.point or (grounding.point if grounding is not None else None)
    around = [each for each in listed if point and each.box.contains(point)]
    return tuple(dict.fromkeys(each for each in (own, *around) if each is not None))


def _whole(address: str) -> str:
    """The address with its scheme where a host stands alone, as people type it: example.com."""
    address = address.strip() or "about:blank"
    alone = re.fullmatch(r"[\w.-]+(:\d+)?(/\S*)?", address)
    return f"http://{address}" if alone else address


def _names(element: Element, action: Action) -> tuple[str, ...]:
    if element.editable:  # a click into a field sets off nothing
        return (element.submits,) if action.kind in ("type", "press", "hold") else ()
    hints = () if element.name else element.hints
    return (element.name, element.says, element.value, *hints)


def _text(action: Action) -> str:
    if isinstance(action, Type):
        return action.text
    if isinstance(action, SelectOption):
        return ", ".join(action.options)
    return "+".join(action.keys) if isinstance(action, Press) else ""


def _presses(action: Action, under: Sequence[Element]) -> bool:
    if isinstance(action, Type):  # which clicks its target first
        into = not action.target or any(each.editable for each in under)
        return "\n" in action.text or not into
    if action.kind == "upload":  # a field for files takes them, all else is clicked
        return not any(each.role == "file" for each in under)
    if action.kind in ("press", "hold"):
        return bool(_STRIKES.intersection(action.keys))
    return action.kind in ("click", "drag", "mouse_down", "mouse_up", "select_option", "download")


def _pastes(action: Press) -> bool:
    return len(action.keys) > 1 and bool(_PASTES.intersection(action.keys))
