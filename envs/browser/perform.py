"""How each action is carried out on a Playwright page: pointer, keyboard, waiting, batches.

A function here raises `Refused` with an `ActionError` for what cannot be done; Playwright's own
errors pass through to the environment, which knows a crash from a timeout.
Prevents: x = 0 taken for missing, keys left held, wheel turns to the left or right dropped.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

from handeye.actions import (
    Action,
    Batch,
    Click,
    Drag,
    Hold,
    Hover,
    MouseDown,
    MouseUp,
    Point,
    Press,
    Scroll,
    SelectOption,
    Target,
    Type,
    Wait,
)
from handeye.actions.union import Button
from handeye.envs.browser.fields import FILLED, fill
from handeye.envs.browser.hand import POLL_MS, Hand
from handeye.envs.browser.pages import PERFORM as _PAGES
from handeye.envs.refused import Refused
from handeye.envs.types import ActionErrorKind

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Page

_FOCUSED_TYPE = """() => {
  const watch = window.__handeye_watch__;
  let element = document.activeElement;
  for (let root = element && watch && watch.shadowOf(element); root && root.activeElement;
       root = watch.shadowOf(element)) element = root.activeElement;
  return element && element.tagName === "INPUT" ? element.type : "";
}"""
_HAS_TEXT = "text => document.body && document.body.innerText.toLowerCase().includes(text)"


def perform(hand: Hand, action: Action) -> str:
    """Carry out a grounded action; the answer is a note for the record, often empty."""
    try:
        return _PERFORM[action.kind](hand, action) or ""
    finally:
        hand.let_go()


def _button(name: Button) -> Literal["left", "right", "middle"]:
    if name == "back" or name == "forward":
        message = f"A page has no {name} button of the mouse; use the action {name!r}."
        raise Refused(ActionErrorKind.INVALID, message)
    return name


def _click(hand: Hand, action: Click) -> None:
    spot = hand.at(action.target)
    button = _button(action.button)
    with _held(hand.page, action.modifiers):
        hand.page.mouse.click(spot.x, spot.y, button=button, click_count=action.count)


def _hover(hand: Hand, action: Hover) -> None:
    spot = hand.at(action.target)
    hand.page.mouse.move(spot.x, spot.y)


def _drag(hand: Hand, action: Drag) -> None:
    first, *rest = [hand.at(target) for target in action.path]
    mouse = hand.page.mouse
    mouse.move(first.x, first.y)
    mouse.down(button=_button(action.button))
    try:
        for spot in rest:
            mouse.move(spot.x, spot.y, steps=8)
        # Pages that sort by dragging look at the second move over the place of the drop.
        mouse.move(rest[-1].x, rest[-1].y)
    finally:
        mouse.up(button=_button(action.button))


def _mouse_down(hand: Hand, action: MouseDown) -> None:
    spot = hand.at(action.target)
    hand.page.mouse.move(spot.x, spot.y)
    hand.page.mouse.down(button=_button(action.button))


def _mouse_up(hand: Hand, action: MouseUp) -> None:
    spot = hand.at(action.target)
    hand.page.mouse.move(spot.x, spot.y)
    hand.page.mouse.up(button=_button(action.button))


def _scroll(hand: Hand, action: Scroll) -> None:
    size = hand.space.size
    middle = Target(point=Point(x=size.width / 2, y=size.height / 2))
    spot = hand.at(action.target or middle)
    hand.page.mouse.move(spot.x, spot.y)
    hand.page.mouse.wheel(action.dx, action.dy)


def _kind(handle: "ElementHandle | None") -> str:
    return str(handle.evaluate("element => element.type || ''")) if handle else ""


def _type(hand: Hand, action: Type) -> str:
    page = hand.page
    if action.target is not None:
        spot = hand.at(action.target)
        if _kind(hand.under(spot)).startswith("select-"):  # a click would open it over the page
            choice = SelectOption(target=action.target, options=(hand.typed(action.text),))
            _PERFORM[choice.kind](hand, choice)
            return f"chose {action.text}"
        page.mouse.click(spot.x, spot.y)
        handle = hand.under(spot)
        kind = _kind(handle)
        if handle is not None and kind in FILLED:
            return fill(handle, kind, hand.typed(action.text))
    elif (kind := page.evaluate(_FOCUSED_TYPE)) in FILLED:
        handle = page.locator(":focus").element_handle()
        hand.hold(handle)
        return fill(handle, kind, hand.typed(action.text))
    text = hand.typed(action.text)
    if action.clear:
        page.keyboard.press("Meta+A" if sys.platform == "darwin" else "Control+A")
        if not action.text:
            page.keyboard.press("Delete")
    page.keyboard.type(text)
    return ""


@contextmanager
def _held(page: "Page", keys: Sequence[str]) -> Iterator[None]:
    """Keys that are down within the block, and up after it whatever happens."""
    down: list[str] = []
    try:
        for key in keys:
            page.keyboard.down(_key(key))
            down.append(_key(key))
        yield
    finally:
        for key in reversed(down):
            page.keyboard.up(key)


def _press(hand: Hand, action: Press) -> None:
    *held, key = action.keys
    with _held(hand.page, held):
        hand.page.keyboard.press(_key(key))


def _hold(hand: Hand, action: Hold) -> None:
    with _held(hand.page, action.keys):
        hand.page.wait_for_timeout(action.seconds * 1000)


def _key(name: str) -> str:
    """Playwright's name: its keypad digits move the cursor, as if NumLock were off."""
    pad = name.removeprefix("Numpad")
    return {" ": "Space", "NumpadDecimal": "."}.get(name, pad if pad.isdigit() else name)


def _wait(hand: Hand, action: Wait) -> None:
    if action.until == "quiet":
        return  # the environment settles after every action
    end = time.monotonic() + action.seconds
    while (left := end - time.monotonic()) > 0:
        if action.until == "text" and _has_text(hand.page, action.text):
            return
        step = left * 1000 if action.until == "time" else min(left * 1000, POLL_MS)
        hand.page.wait_for_timeout(step)
    if action.until == "text" and not _has_text(hand.page, action.text):
        message = f"{action.text!r} did not appear within {action.seconds:g} s."
        raise Refused(ActionErrorKind.TIMEOUT, message)


def _has_text(page: "Page", text: str) -> bool:
    from playwright.sync_api import Error

    for frame in page.frames:
        with suppress(Error):  # a frame between two documents has no text yet
            if frame.evaluate(_HAS_TEXT, text.lower()):
                return True
    return False


def _batch(hand: Hand, action: Batch) -> str:
    for number, part in enumerate(action.actions, 1):
        try:
            perform(hand, part)
        except Refused as refusal:
            kind, message = refusal.error.kind, refusal.error.message
            text = f"Part {number} of {len(action.actions)}: {message}"
            raise Refused(kind, text, maybe_done=number > 1) from refusal
    return ""


_PERFORM: dict[str, Callable[[Hand, Any], str | None]] = {
    "click": _click,
    "hover": _hover,
    "drag": _drag,
    "mouse_down": _mouse_down,
    "mouse_up": _mouse_up,
    "scroll": _scroll,
    "type": _type,
    "press": _press,
    "hold": _hold,
    "wait": _wait,
    "batch": _batch,
    **_PAGES,
}

ACTION_SPACE = frozenset({*_PERFORM, "zoom"})

OPENING_SECONDS = 30.0
_OWN_SECONDS = {"download": 70.0, "goto": OPENING_SECONDS, "new_tab": OPENING_SECONDS}


def own_seconds(action: Action) -> float:
    """The time that an action may take by its own nature, settling included."""
    if isinstance(action, (Wait, Hold)):
        return action.seconds
    if action.kind == "batch":
        return sum(own_seconds(part) for part in action.actions)
    return _OWN_SECONDS.get(action.kind, 0.0)
