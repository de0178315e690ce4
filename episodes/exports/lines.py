"""One step of a recording as lines of a Playwright test. Prevents: lines that only nearly run."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from handeye.actions import Action, Batch, Type, describe, targets
from handeye.envs import Element
from handeye.episodes.exports.locators import locator
from handeye.episodes.exports.steps import Deed
from handeye.episodes.reader import Episode
from handeye.episodes.replay.parameters import parameters_of, template_of


def lines_of(episode: Episode, deed: Deed) -> Iterator[str]:
    """The statements of a step, without indentation."""
    said = list(_statements(episode, deed, deed.action, list(deed.intent.elements)))
    opened = deed.after is not None and len(deed.after.tabs) > len(deed.observed.tabs)
    if opened and deed.action.kind == "click":
        yield "with page.expect_popup() as opened:"
        yield from (f"    {line}" for line in said)
        yield "page = opened.value"
    elif deed.action.kind == "download":
        yield "with page.expect_download():"
        yield from (f"    {line}" for line in said)
    else:
        yield from said


def _statements(
    episode: Episode, deed: Deed, action: Action, elements: list[Element | None]
) -> Iterator[str]:
    if isinstance(action, Batch):
        for part in action.actions:
            count = len(targets(part))
            yield from _statements(episode, deed, part, elements[:count])
            elements = elements[count:]
        return
    found = [locator(episode, deed, element) if element else None for element in elements]
    write = _WRITE.get(action.kind)
    if write is not None:
        yield from write(_Line(episode, deed, action, found))
    elif action.kind not in ("zoom", "ask_user", "done"):
        yield f"# not in this test: {describe(action)}"


class _Line:
    """What a writer of lines needs: the action, and how its targets are found."""

    def __init__(self, episode: Episode, deed: Deed, action: Any, found: list[str | None]) -> None:
        self.episode, self.deed, self.action, self.found = episode, deed, action, found

    @property
    def at(self) -> str | None:
        return self.found[0] if self.found else None

    def spot(self, index: int = 0) -> str:
        """The recorded place in CSS pixels, for what has no name."""
        point = targets(self.action)[index].point
        if point is None:
            return "0, 0"
        there = self.deed.observed.space.to_input(point)
        return f"{there.x:g}, {there.y:g}"


def _click(line: _Line) -> Iterator[str]:
    action = line.action
    more = [f"button={action.button!r}"] if action.button != "left" else []
    more += [f"click_count={action.count}"] if action.count == 3 else []
    more += [f"modifiers={list(action.modifiers)!r}"] if action.modifiers else []
    verb = "dblclick" if action.count == 2 else "click"
    if line.at:
        yield f"{line.at}.{verb}({', '.join(more)})"
    else:
        yield f"page.mouse.{verb}({line.spot()})"


def _type(line: _Line) -> Iterator[str]:
    action: Type = line.action
    body, enters = action.text.rstrip("\n"), len(action.text) - len(action.text.rstrip("\n"))
    if action.target is not None and line.at:
        yield f"{line.at}.fill({_value(line, body)})"
    else:
        if action.target is not None:
            yield f"page.mouse.click({line.spot()})"
        yield f"page.keyboard.type({_value(line, body)})"
    yield from ["page.keyboard.press('Enter')"] * enters


def _value(line: _Line, text: str) -> str:
    """The typed text by its name in VALUES, or as it is where it has none."""
    template = template_of(line.deed.intent, parameters_of(line.episode))
    if not template or line.action.kind == "batch":
        return repr(text)
    parts = [repr(part) if not name else f"VALUES[{part!r}]" for part, name in template]
    return " + ".join(parts)


def _press(line: _Line) -> Iterator[str]:
    keys = "+".join("Space" if key == " " else key for key in line.action.keys)
    yield f"page.keyboard.press({keys!r})"


def _scroll(line: _Line) -> Iterator[str]:
    if line.action.target is not None:
        yield f"page.mouse.move({line.spot()})"
    yield f"page.mouse.wheel({line.action.dx:g}, {line.action.dy:g})"


def _drag(line: _Line) -> Iterator[str]:
    first, last = line.found[0], line.found[-1]
    if first and last and len(line.found) == 2:
        yield f"{first}.drag_to({last})"
        return
    for index in range(len(line.found)):
        yield f"page.mouse.move({line.spot(index)}, steps=8)"
        if index == 0:
            yield "page.mouse.down()"
    yield "page.mouse.up()"


def _hover(line: _Line) -> Iterator[str]:
    yield f"{line.at}.hover()" if line.at else f"page.mouse.move({line.spot()})"


def _select(line: _Line) -> Iterator[str]:
    options = list(line.action.options)
    told = _value(line, options[0]) if len(options) == 1 else repr(options)
    yield f"{line.at or _FOCUSED}.select_option({told})"


_FOCUSED = "page.locator(':focus')"


def _upload(line: _Line) -> Iterator[str]:
    yield f"{line.at or _FOCUSED}.set_input_files({list(line.action.paths)!r})"


def _address(line: _Line) -> str:
    """An address on the recorded site moves with START."""
    url, started = line.action.url, line.episode.started
    if started and urlsplit(url)[:2] == urlsplit(started.url)[:2]:
        parts = urlsplit(url)._replace(scheme="", netloc="")
        return f"urljoin(START, {parts.geturl() or '/'!r})"
    return repr(url)


def _goto(line: _Line) -> Iterator[str]:
    yield f"page.goto({_address(line)})"


def _new_tab(line: _Line) -> Iterator[str]:
    yield "page = page.context.new_page()"
    if line.action.url:
        yield from _goto(line)


def _close_tab(line: _Line) -> Iterator[str]:
    index = line.action.index
    yield "pages = page.context.pages" if index is not None else "context = page.context"
    yield f"pages[{index}].close()" if index is not None else "page.close()"
    yield "page = page.context.pages[-1]" if index is not None else "page = context.pages[-1]"


def _dialog(line: _Line) -> Iterator[str]:
    answer = f"accept({line.action.text!r})" if line.action.text else "accept()"
    verb = answer if line.action.accept else "dismiss()"
    yield f"page.once('dialog', lambda dialog: dialog.{verb})"


def _wait(line: _Line) -> Iterator[str]:
    if line.action.until == "text":
        yield f"expect(page.get_by_text({line.action.text!r}).first).to_be_visible()"


_WRITE: dict[str, Callable[[_Line], Iterator[str]]] = {
    "click": _click,
    "download": lambda line: iter(
        [f"{line.at}.click()" if line.at else f"page.mouse.click({line.spot()})"]
    ),
    "hover": _hover,
    "drag": _drag,
    "scroll": _scroll,
    "type": _type,
    "press": _press,
    "wait": _wait,
    "goto": _goto,
    "back": lambda _: iter(["page.go_back()"]),
    "forward": lambda _: iter(["page.go_forward()"]),
    "reload": lambda _: iter(["page.reload()"]),
    "new_tab": _new_tab,
    "switch_tab": lambda line: iter([f"page = page.context.pages[{line.action.index}]"]),
    "close_tab": _close_tab,
    "select_option": _select,
    "upload": _upload,
    "dialog": _dialog,
}
