"""From the pixels of a screen to the elements that a page would list.

The order matters: texts first, then frames, then boxes and switches, then the signs that are
left. Each part of the screen is one thing only.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from handeye.actions import Box
from handeye.envs import Element, Screenshot
from handeye.grounding.elements.pixels.blobs import blobs_on
from handeye.grounding.elements.pixels.checks import checks_on, without_checks
from handeye.grounding.elements.pixels.controls import Control, controls_on
from handeye.grounding.elements.pixels.ink import Picture
from handeye.grounding.elements.pixels.labels import beside_check, field_labels, usual_height
from handeye.grounding.elements.pixels.lines import Text, texts_of, wrapped
from handeye.grounding.elements.pixels.rectangles import rectangles_on
from handeye.grounding.elements.pixels.rows import rows_of
from handeye.grounding.elements.pixels.sliders import sliders_on, underlined_on
from handeye.grounding.ocr import Line, read_text

if TYPE_CHECKING:
    pass

ROLE = "pixels"
_LARGE = 1.25  # lines of text: a text this high is a heading
_PALE = 0.8  # of the usual contrast: a placeholder has less


class Parsed(NamedTuple):
    """What was seen on a screen; `texts` are the texts of the elements that are texts."""

    elements: tuple[Element, ...]
    texts: dict[int, Text]
    picture: Picture


def parse(screenshot: Screenshot) -> tuple[Element, ...]:
    """Everything that can be named on `screenshot`, in reading order. Raises BackendError."""
    return parsed(screenshot).elements


def parsed(screenshot: Screenshot) -> Parsed:
    """As `parse`, with what is needed to look closer; asked again, it answers from memory."""
    return _parsed(screenshot.sha256, _Shot(screenshot))


class _Shot:
    """A screenshot that counts as the same whatever it is: the hash beside it is the key."""

    def __init__(self, screenshot: Screenshot) -> None:
        self.screenshot = screenshot

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shot)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _parsed(_sha: str, shot: _Shot) -> Parsed:
    import numpy as np

    lines = read_text(shot.screenshot)
    unit = min(80.0, max(14.0, usual_height([line.box for line in lines if len(line.text) > 2])))
    picture = Picture(np.asarray(shot.screenshot.image), unit)
    return _Scene(picture, lines).parsed()


class _Scene:
    """The parts of one screen while they are sorted out."""

    def __init__(self, picture: Picture, lines: Sequence[Line]) -> None:
        self.picture = picture
        self.unit = picture.unit
        rectangles = rectangles_on(picture)
        self.checks = checks_on(picture, rectangles, lines)
        boxes = [check.shape.box for check in self.checks]
        kept = [without_checks(line, self.checks) for line in lines]
        self.texts = texts_of(picture, [line for line in kept if line], boxes)
        controls = controls_on(picture, rectangles, self.texts)
        self.controls = [each for each in controls if not _is_check(each, boxes)]
        framed = [each for each in self.controls if each.kind == "icon"]
        self.checks = [
            check
            for check in self.checks
            if not any(
                each.shape.box.contains(check.shape.box.center)
                and each.shape.width > 1.15 * check.shape.width
                for each in framed
            )
        ]
        self.sliders = sliders_on(picture)
        self.elements: list[Element] = []
        self.known: dict[int, Text] = {}

    def parsed(self) -> Parsed:
        self._add_controls()
        self._add_checks()
        self._add_icons()
        self._add_texts()
        order = sorted(
            range(len(self.elements)),
            key=lambda n: (
                round(self.elements[n].box.center.y / self.unit),
                self.elements[n].box.x1,
            ),
        )
        numbers = self._rows(order)
        elements = tuple(self._in_row(self.elements[n], numbers, at) for at, n in enumerate(order))
        texts = {at: self.known[n] for at, n in enumerate(order) if n in self.known}
        return Parsed(elements, texts, self.picture)

    def _rows(self, order: Sequence[int]) -> tuple[list[int | None], list[str]]:
        panels = [c.shape.box for c in self.controls if c.kind == "panel"]
        boxes = [self.elements[n].box for n in order]
        numbers = rows_of(boxes, panels, self.unit)
        said: dict[int, list[str]] = {}
        for at, number in enumerate(numbers):
            element = self.elements[order[at]]
            if number is not None and element.role in (ROLE, "button"):
                said.setdefault(number, []).append(element.name)
        texts = [" ".join(said.get(n, [])) if n is not None else "" for n in numbers]
        return numbers, texts

    def _in_row(
        self, element: Element, rows: tuple[list[int | None], list[str]], at: int
    ) -> Element:
        number, text = rows[0][at], rows[1][at]
        if number is None:
            return element
        return element.model_copy(update={"item": number, "item_text": text})

    def _add_controls(self) -> None:
        fields = [c for c in self.controls if c.kind in ("field", "list", "area")]
        held = {
            n
            for c in self.controls
            if c.kind in ("field", "list", "area", "button")
            for n in c.texts
        }
        free = [n for n in range(len(self.texts)) if n not in held]
        plain = [c.shape.box for c in fields]
        taken = [c.shape.box for c in self.controls if c.kind != "panel"]
        ruled = underlined_on(self.picture, self.texts, taken)
        boxes = plain + [box for box, _ in ruled]
        inside = [c.texts for c in fields] + [() if n is None else (n,) for _, n in ruled]
        roles = ["combobox" if c.kind == "list" else "textbox" for c in fields]
        roles += ["textbox"] * len(ruled)
        on_rules = {n for _, n in ruled if n is not None}
        free = [n for n in free if n not in on_rules]
        labels = field_labels(boxes, self.texts, free, self.unit)
        for box, texts, role, names in zip(boxes, inside, roles, labels, strict=True):
            self.elements.append(self._field(box, texts, role, names))
        for control in self.controls:
            if control.kind == "button":
                name = " ".join(self.texts[n].text for n in control.texts)
                self.elements.append(
                    Element(role="button", name=name, box=control.shape.box, tag="frame")
                )
        for shape in self.sliders:
            label = beside_check(shape.box, self.texts, self.unit, ())
            name = self.texts[label].text if label is not None else ""
            self.elements.append(Element(role="slider", name=name, box=shape.box, tag="line"))
        self.buttoned = {n for c in self.controls if c.kind == "button" for n in c.texts}
        self.fielded = {n for texts in inside for n in texts}
        self.fields = boxes

    def _field(self, box: Box, inside: Sequence[int], role: str, names: tuple[str, ...]) -> Element:
        written = [self.texts[n] for n in inside]
        if not names and len(written) == 2 and written[0].box.y2 <= written[1].middle:
            names, written = (written[0].text,), written[1:]  # a label that floats inside
        text = " ".join(each.text for each in written)
        usual = max((each.contrast for each in self.texts), default=255.0)
        pale = bool(written) and max(each.contrast for each in written) < _PALE * usual
        value = "" if pale else text
        if pale and not names:
            names = (text,)
        hints = (*names[1:], text) if text and text not in names else names[1:]
        return Element(
            role=role,
            editable=True,
            name=names[0] if names else "",
            hints=hints,
            value=value,
            box=box,
            tag="frame",
        )

    def _add_checks(self) -> None:
        stops = [check.shape.box for check in self.checks]
        for check in self.checks:
            box = check.shape.box
            label = beside_check(box, self.texts, self.unit, stops)
            row = self._row_texts(box) if label is None else []
            hints: list[str] = []
            column = [b for b in stops if abs(b.center.x - box.center.x) < 1.5 * self.unit]
            if label is None or self.texts[label].box.x1 - box.x2 > 0.8 * self.unit:
                row = row or self._row_texts(box)
                hints = [*row, *(f"Select {each}" for each in row[:1])]
                if len(column) > 2 and all(box.y1 <= other.y1 for other in column):
                    hints += ["Select all", "all"]
            if label is None and not hints:
                continue
            name = self.texts[label].text if label is not None else ""
            self.elements.append(
                Element(
                    role=check.role,
                    name=name,
                    hints=tuple(hint for hint in hints if hint != name),
                    checked=check.checked,
                    box=box,
                    tag="check",
                )
            )

    def _row_texts(self, box: Box) -> list[str]:
        middle = box.center.y
        found = [
            text
            for text in self.texts
            if text.box.x1 > box.x2 and abs(text.middle - middle) < 0.7 * self.unit
        ]
        return [text.text for text in sorted(found, key=lambda each: each.box.x1)]

    def _add_icons(self) -> None:
        framed = [c.shape for c in self.controls if c.kind == "icon"]
        checks = [check.shape for check in self.checks]
        taken = [c.shape for c in self.controls if c.kind != "panel"]
        signs = blobs_on(self.picture, self.texts, (*checks, *taken, *self.sliders))
        filled = [shape.box for shape in (*framed, *checks, *self.sliders)]
        signs = [sign for sign in signs if not any(box.contains(sign.box.center) for box in filled)]
        for shape in (*framed, *signs):
            self.elements.append(Element(role="img", box=shape.box, tag="icon"))

    def _add_texts(self) -> None:
        for n, text in enumerate(self.texts):
            if n in self.buttoned:
                continue
            tag = "value" if n in self.fielded else "line"
            if text.box.height > _LARGE * self.unit and tag == "line":
                tag = "heading"
            self.known[len(self.elements)] = text
            self.elements.append(Element(role=ROLE, name=text.text, box=text.box, tag=tag))
        free = [t for n, t in enumerate(self.texts) if n not in self.buttoned | self.fielded]
        for pair in wrapped(free):
            self.elements.append(Element(role=ROLE, name=pair.text, box=pair.box, tag="wrapped"))


def _is_check(control: Control, checks: Sequence[Box]) -> bool:
    return any(
        box.contains(control.shape.box.center) and control.shape.width <= 1.3 * box.width
        for box in checks
    )
