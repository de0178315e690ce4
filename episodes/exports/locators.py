"""How a Playwright test finds an element: by role and name, by text, inside its row or card.

Prevents: a test that clicks the first of three buttons of the same name.
"""

from handeye.envs import Element
from handeye.episodes.exports.steps import Deed, elements_of
from handeye.episodes.reader import Episode

_ROLES = {
    "button", "cell", "checkbox", "columnheader", "combobox", "gridcell", "heading", "img", "link",
    "listbox", "menuitem", "menuitemcheckbox", "menuitemradio", "option", "progressbar", "radio",
    "rowheader", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "treeitem",
}  # fmt: skip


def locator(episode: Episode, deed: Deed, element: Element) -> str | None:
    """The Python expression that finds the element; None where it has no name to find it by.

    Lists and fields for files cannot be used by their place: without a name they are counted.
    """
    name = element.name or next(iter(element.hints), "")
    listed = elements_of(episode, deed.observed)
    if not name:
        return _counted(element, listed)
    call = _call(element, name)
    same = [other for other in listed if _call(other, other.name) == call]
    scope = _frame(element)
    if len(same) > 1:
        telling = _telling(element, listed)
        if telling is not None:
            row = f"locator(ROWS).filter(has_text={telling!r}).last"
            return f"{scope}.{row}.{call}"
        if element in same:
            return f"{scope}.{call}.nth({same.index(element)})"
    return f"{scope}.{call}"


def _counted(element: Element, listed: tuple[Element, ...]) -> str | None:
    if element.tag != "select" and element.role != "file":
        return None
    kind = "select" if element.tag == "select" else "input[type=file]"
    alike = [
        other
        for other in listed
        if (other.tag == "select" if kind == "select" else other.role == "file")
        and other.frame == element.frame
    ]
    at = alike.index(element) if element in alike else 0
    return f"{_frame(element)}.locator({kind!r}).nth({at})"


def _call(element: Element, name: str) -> str:
    secret = element.tag == "input" and set(element.value) == {"•"}
    if element.role in _ROLES and element.name and not secret:
        return f"get_by_role({element.role!r}, name={name!r}, exact=True)"
    if element.role in ("file", "color") or secret or element.editable:
        return f"get_by_label({name!r}, exact=True)"
    return f"get_by_text({name!r}, exact=True)"


def _frame(element: Element) -> str:
    if not element.frame:
        return "page"
    name = element.frame.split(" ")[-1]
    named = ", ".join(f'iframe[{kind}="{name}"]' for kind in ("name", "id", "title"))
    return f"page.frame_locator({named!r})"


def _telling(element: Element, listed: tuple[Element, ...]) -> str | None:
    """A text in the element's row or card that stands in no other one."""
    if element.item is None:
        return None
    others = {other.item_text for other in listed if other.item not in (None, element.item)}
    for other in listed:
        name = other.name
        if (
            other.item == element.item
            and len(name) > 2
            and other.role in ("text", "link", "heading")
        ) and not any(name.casefold() in text.casefold() for text in others):
            return name
    return None
