"""How each action is carried out on a desktop: pointer, keyboard, waiting, batches.

A function here raises `Refused` for what cannot be done. Prevents: a scroll to the end that turns
the wheel ten thousand times, and a wait for a text that nobody can read.
"""

import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from handeye.actions import (
    Batch,
    Box,
    Click,
    Drag,
    Hold,
    Hover,
    MouseDown,
    MouseUp,
    Point,
    Press,
    Scroll,
    Target,
    Type,
    Wait,
)
from handeye.actions.union import Action
from handeye.envs.desktop.camera import Camera, Picture
from handeye.envs.desktop.hand import Corner, Hand
from handeye.envs.domains import window_called
from handeye.envs.refused import Refused
from handeye.envs.secrets import Vault
from handeye.envs.settle import changed_box, settle
from handeye.envs.types import ActionErrorKind, Screenshot

Reader = Callable[[Screenshot], str]
"""Reads the text on a picture."""

TICK = 100
"""Input units of scrolling that one tick of the wheel stands for."""
_BURST = 30
_MOST_BURSTS = 100
_POLL = 0.05
_FOCUS_SECONDS = 1.0


class Desk(NamedTuple):
    """What the functions below need."""

    hand: Hand
    camera: Camera
    corner: Corner
    read: Reader | None
    vault: Vault = Vault()
    title: Callable[[], str] = str
    typed: Callable[[Picture, Picture], None] = lambda _before, _after: None

    def filled(self, text: str) -> str:
        """A text with the secrets in it, for the window that has the keyboard. Raises Refused."""
        end = time.monotonic() + _FOCUS_SECONDS
        while True:
            try:
                return self.vault.fill(text, window_called(self.title()))
            except Refused:
                if time.monotonic() > end:
                    raise
            self.pause(_POLL)

    def at(self, target: Target) -> tuple[float, float]:
        """The target's point in input units."""
        assert target.point is not None
        spot = self.camera.space.to_input(target.point)
        return spot.x, spot.y

    def pause(self, seconds: float) -> None:
        """A moment of a poll, in which a person may move the pointer into a corner."""
        self.camera.pause(seconds)
        self.corner.check(self.camera.screen)


def perform(desk: Desk, action: Action) -> str:
    """Carry out a grounded action; the answer is a note for the record, often empty.

    Nothing is left down when it is interrupted, or the display goes away.
    """
    try:
        return _PERFORM[action.kind](desk, action) or ""
    except Refused:
        raise
    except BaseException:  # Ctrl-C may come while a key is being let go
        desk.hand.let_go()
        raise


def _click(desk: Desk, action: Click) -> None:
    x, y = desk.at(action.target)
    desk.hand.click(x, y, action.button, action.count, action.modifiers)


def _hover(desk: Desk, action: Hover) -> None:
    desk.hand.move(*desk.at(action.target))


def _drag(desk: Desk, action: Drag) -> None:
    desk.hand.drag([desk.at(target) for target in action.path], action.button)


def _mouse_down(desk: Desk, action: MouseDown) -> None:
    desk.hand.move(*desk.at(action.target))
    desk.hand.down(action.button)


def _mouse_up(desk: Desk, action: MouseUp) -> None:
    desk.hand.move(*desk.at(action.target))
    desk.hand.up(action.button)


def _scroll(desk: Desk, action: Scroll) -> None:
    size = desk.camera.space.size
    middle = Target(point=Point(x=size.width / 2, y=size.height / 2))
    desk.hand.move(*desk.at(action.target or middle))
    right, down = _ticks(action.dx), _ticks(action.dy)
    for _ in range(_MOST_BURSTS):
        burst = [max(-_BURST, min(_BURST, ticks)) for ticks in (right, down)]
        before = desk.camera.grab()
        desk.hand.wheel(*burst)
        right, down = right - burst[0], down - burst[1]
        if not (right or down):
            return
        desk.camera.touched(reaction=0.0)
        if not _differs(before, settle(desk.camera).frame):
            return  # the end is reached


def _ticks(distance: float) -> int:
    """Whole ticks, at least one where there is any distance."""
    ticks = max(1, round(abs(distance) / TICK)) if distance else 0
    return ticks if distance > 0 else -ticks


def _differs(before: Picture, after: Picture) -> bool:
    return changed_box(before, after) is not None


def _type(desk: Desk, action: Type) -> str:
    if action.target is not None:
        x, y = desk.at(action.target)
        desk.hand.click(x, y, "left", 1, ())
    if action.clear:
        desk.hand.press(("Meta" if sys.platform == "darwin" else "Control", "a"))
        if not action.text:
            desk.hand.press(("Delete",))
    if not desk.vault.used_in(action.text):
        return desk.hand.type(action.text)
    _type_secret(desk, action.text)
    return ""


def _type_secret(desk: Desk, text: str) -> None:
    """The window that was clicked has the keyboard before it is asked for its title; what changes
    on the screen from then on shows the secret."""
    desk.camera.touched(reaction=0.0)
    before = settle(desk.camera).frame
    filled = desk.filled(text)
    try:
        desk.hand.type(filled)
    finally:
        desk.camera.touched()
        desk.typed(before, settle(desk.camera).frame)


def _press(desk: Desk, action: Press) -> None:
    desk.hand.press(action.keys)


def _hold(desk: Desk, action: Hold) -> None:
    end = time.monotonic() + action.seconds
    with desk.hand.held(action.keys):
        while (left := end - time.monotonic()) > 0:
            desk.pause(min(left, _POLL))


def _wait(desk: Desk, action: Wait) -> None:
    if action.until == "quiet":
        return  # the environment settles after every action
    end = time.monotonic() + action.seconds
    if action.until == "text":
        _wait_for_text(desk, action.text, end, action.seconds)
        return
    while (left := end - time.monotonic()) > 0:
        desk.pause(min(left, _POLL))


def _wait_for_text(desk: Desk, text: str, end: float, seconds: float) -> None:
    if desk.read is None:
        raise Refused(ActionErrorKind.UNSUPPORTED, "Nothing reads texts on this desktop.")
    last: Picture | None = None
    while True:
        picture = desk.camera.grab()
        if last is None or picture.data != last.data:
            if text.casefold() in desk.read(picture.screenshot).casefold():
                return
            last = picture
        if time.monotonic() > end:
            message = f"{text!r} did not appear within {seconds:g} s."
            raise Refused(ActionErrorKind.TIMEOUT, message)
        desk.pause(_POLL)


def _batch(desk: Desk, action: Batch) -> str:
    notes = []
    for number, part in enumerate(action.actions, 1):
        desk.corner.check(desk.camera.screen)
        try:
            with desk.corner.moving():
                notes.append(perform(desk, part))
        except Refused as refusal:
            kind, message = refusal.error.kind, refusal.error.message
            text = f"Part {number} of {len(action.actions)}: {message}"
            raise Refused(kind, text, maybe_done=number > 1) from refusal
    return " ".join(filter(None, notes))


def closer_look(picture: Picture, region: Box, factor: float) -> Screenshot:
    """A part of the screen, enlarged: a desktop has no more pixels than it shows."""
    from PIL import Image

    size = picture.space.size
    seen = region.intersection(Box(x1=0, y1=0, x2=size.width, y2=size.height))
    if seen is None or seen.width < 1 or seen.height < 1:
        raise Refused(ActionErrorKind.INVALID, "The region to look at is not on the screen.")
    box = tuple(map(int, (seen.x1, seen.y1, seen.x2, seen.y2)))
    part = picture.image.crop(box)  # type: ignore[arg-type]
    part = part.resize(
        (round(part.width * factor), round(part.height * factor)), Image.Resampling.LANCZOS
    )
    from handeye.actions import Size
    from handeye.envs.desktop.png import png

    real = Box(x1=box[0], y1=box[1], x2=box[2], y2=box[3])
    space = picture.space.part(real, Size(width=part.width, height=part.height))
    return Screenshot(data=png(part), space=space)


_PERFORM: dict[str, Callable[[Desk, Any], str | None]] = {
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
}

ACTION_SPACE = frozenset({*_PERFORM, "zoom"})
