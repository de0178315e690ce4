"""From the parts of a screen to its elements: roles, names, values, rows.

Prevents: what is on a picture being asked for in another way than what a page lists.
"""

from collections.abc import Sequence
from typing import NamedTuple

from handeye.actions import Box
from handeye.envs import Element
from handeye.grounding.elements.pixels.areas import placed
from handeye.grounding.elements.pixels.columns import headed
from handeye.grounding.elements.pixels.confirm import column_of, is_said
from handeye.grounding.elements.pixels.labels import beside_check, field_labels
from handeye.grounding.elements.pixels.lines import Text, wrapped
from handeye.grounding.elements.pixels.rows import rows_of
from handeye.grounding.elements.pixels.scene import Scene

ROLE = "pixels"
_LARGE = 1.25  # lines of text: a text this high is a heading
_PALE = 0.8  # of the highest contrast: a placeholder has less
_FEW = 0.5  # of the texts: links are fewer, else it is the look of the page
_FIELDS = ("field", "list", "area")


class Built(NamedTuple):
    """`texts` are those of the elements that are texts, by position in `elements`."""

    elements: tuple[Element, ...]
    texts: dict[int, Text]


def elements_of(scene: Scene) -> Built:
    """The elements in reading order."""
    unit = scene.picture.unit
    found: list[tuple[Element, Text | None]] = [
        *((each, None) for each in _fields(scene)),
        *((each, None) for each in _buttons(scene)),
        *((each, None) for each in _checks(scene)),
        *((each, None) for each in _icons(scene)),
        *_texts(scene),
    ]
    found.sort(key=lambda pair: (round(pair[0].box.center.y / unit), pair[0].box.x1))
    rows = _in_rows([element for element, _ in found], scene)
    elements = placed(headed(rows, unit), scene)
    return Built(elements, {n: text for n, (_, text) in enumerate(found) if text is not None})


def _in_rows(elements: Sequence[Element], scene: Scene) -> tuple[Element, ...]:
    panels = [each.shape.box for each in scene.controls if each.kind == "panel"]
    numbers = rows_of([each.box for each in elements], panels, scene.picture.unit)
    said: dict[int, list[str]] = {}
    for number, element in zip(numbers, elements, strict=True):
        if number is not None and element.role in (ROLE, "button"):
            said.setdefault(number, []).append(element.name)
    return tuple(
        element
        if number is None
        else element.model_copy(
            update={"item": number, "item_text": " ".join(said.get(number, ()))}
        )
        for number, element in zip(numbers, elements, strict=True)
    )


def _fields(scene: Scene) -> list[Element]:
    framed = [each for each in scene.controls if each.kind in _FIELDS]
    boxes = [each.shape.box for each in framed] + [each.box for each in scene.ruled]
    inside = [each.texts for each in framed]
    inside += [() if each.text is None else (each.text,) for each in scene.ruled]
    roles = ["combobox" if each.kind == "list" else "textbox" for each in framed]
    roles += ["combobox" if each.arrow else "textbox" for each in scene.ruled]
    held = {n for texts in inside for n in texts} | _pressed(scene)
    free = [n for n in range(len(scene.texts)) if n not in held]
    labels = field_labels(boxes, scene.texts, free, scene.picture.unit)
    usual = max((each.contrast for each in scene.texts), default=255.0)
    found = []
    for box, texts, role, names in zip(boxes, inside, roles, labels, strict=True):
        written = [scene.texts[n] for n in texts]
        if role == "combobox":
            written = [text for text in written if not _is_arrow(text, box)]
        found.append(_field(box, written, role, names, usual))
    return found


def _is_arrow(text: Text, box: Box) -> bool:
    return len(text.text) == 1 and box.x2 - text.box.x2 < box.height


def _field(
    box: Box, written: list[Text], role: str, names: tuple[str, ...], usual: float
) -> Element:
    if not names and len(written) == 2 and written[0].box.y2 <= written[1].middle:
        names, written = (written[0].text,), written[1:]  # a label that floats inside
    text = " ".join(each.text for each in written)
    pale = bool(written) and max(each.contrast for each in written) < _PALE * usual
    if pale and not names:
        names = (text,)
    hints = (*names[1:], text) if text and text not in names else names[1:]
    return Element(
        role=role,
        editable=True,
        name=names[0] if names else "",
        hints=hints,
        value="" if pale else text,
        box=box,
        tag="frame",
    )


def _pressed(scene: Scene) -> set[int]:
    return {n for each in scene.controls if each.kind == "button" for n in each.texts}


def _buttons(scene: Scene) -> list[Element]:
    found = [
        Element(
            role="button",
            name=" ".join(scene.texts[n].text for n in each.texts),
            box=each.shape.box,
            tag="frame",
        )
        for each in scene.controls
        if each.kind == "button"
    ]
    for shape in scene.sliders:
        label = beside_check(shape.box, scene.texts, scene.picture.unit, ())
        name = scene.texts[label].text if label is not None else ""
        found.append(Element(role="slider", name=name, box=shape.box, tag="track"))
    return found


def _checks(scene: Scene) -> list[Element]:
    unit = scene.picture.unit
    pressed = _pressed(scene)
    texts = [t for n, t in enumerate(scene.texts) if n not in pressed and is_said(t)]
    stops = [check.shape.box for check in scene.checks]
    found = []
    for check in scene.checks:
        box = check.shape.box
        label = beside_check(box, texts, unit, stops)
        row = _row_texts(box, texts, unit)
        hints: list[str] = []
        if label is None or texts[label].box.x1 - box.x2 > 0.8 * unit:
            hints = [*row, *(f"Select {each}" for each in row[:1])]
            column = column_of(box, stops, unit)
            if len(column) > 2 and all(box.y1 <= stops[n].y1 for n in column):
                hints += ["Select all", "all"]
        name = texts[label].text if label is not None else ""
        if name and check.role == "checkbox":
            hints.append(f"Select {name}")
        found.append(
            Element(
                role=check.role,
                name=name,
                hints=tuple(dict.fromkeys(hint for hint in hints if hint != name)),
                checked=check.checked,
                box=box,
                tag="check" if name else "row",
            )
        )
    return found


def _row_texts(box: Box, texts: Sequence[Text], unit: float) -> list[str]:
    middle = box.center.y
    row = [text for text in texts if abs(text.middle - middle) < 0.7 * unit]
    right = [text for text in row if text.box.x1 > box.x2]
    return [text.text for text in sorted(right or row, key=lambda each: each.box.x1)]


def _icons(scene: Scene) -> list[Element]:
    framed = [each.shape for each in scene.controls if each.kind == "icon"]
    return [Element(role="img", box=shape.box, tag="icon") for shape in (*framed, *scene.signs)]


def _texts(scene: Scene) -> list[tuple[Element, Text | None]]:
    """Every text that is not a button's; a field's own, and one over two lines, count less."""
    pressed = _pressed(scene)
    fielded = {n for each in scene.controls if each.kind in _FIELDS for n in each.texts}
    fielded |= {each.text for each in scene.ruled if each.text is not None}
    links = _links(scene.texts)
    found: list[tuple[Element, Text | None]] = []
    for n, text in enumerate(scene.texts):
        if n in pressed:
            continue
        large = text.box.height > _LARGE * scene.picture.unit
        look = "heading" if large else "link" if n in links else "line"
        tag = "value" if n in fielded else look
        found.append((Element(role=ROLE, name=text.text, box=text.box, tag=tag), text))
    free = [t for n, t in enumerate(scene.texts) if n not in pressed | fielded]
    for pair in wrapped(free):
        found.append((Element(role=ROLE, name=pair.text, box=pair.box, tag="wrapped"), None))
    return found


def _links(texts: Sequence[Text]) -> set[int]:
    """Texts with a line under them, or in a colour that few others have."""
    lined = {n for n, text in enumerate(texts) if text.underlined and _has_letters(text)}
    vivid = {n for n, text in enumerate(texts) if text.vivid and _has_letters(text)}
    return {n for some in (lined, vivid) if len(some) < _FEW * len(texts) for n in some}


def _has_letters(text: Text) -> bool:
    return sum(map(str.isalpha, text.text)) > 1
