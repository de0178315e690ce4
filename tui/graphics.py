"""How this terminal shows pictures: with Sixel, with Kitty's graphics, or with characters only.

Prevents: an empty place in a kitty older than 0.28. It says that it has graphics, but does not know
the placeholders that hold a picture's place among text
(https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders).
"""

import re
import sys
from enum import Enum

from textual_image._terminal import TerminalError, capture_terminal_response
from textual_image.renderable import Image as Automatic
from textual_image.renderable import SixelImage, TGPImage

_FIRST_WITH_PLACEHOLDERS = (0, 28)


class Graphics(Enum):
    SIXEL = "sixel"
    KITTY = "kitty"
    CHARACTERS = "characters"


def terminal_name() -> str:
    """What the terminal calls itself (XTVERSION), such as `kitty(0.26.5)`; "" where it does not
    say. To be asked before textual reads the keys."""
    if sys.__stdout__ is None:
        return ""
    try:
        with capture_terminal_response("\x1bP>|", "\x1b\\", 0.1) as answer:
            sys.__stdout__.write("\x1b[>q")
            sys.__stdout__.flush()
    except (TerminalError, TimeoutError):
        return ""
    return str(answer.sequence[len("\x1bP>|") : -len("\x1b\\")])


def lacks_placeholders(name: str) -> bool:
    """Whether a terminal of this name is a kitty from before placeholders."""
    version = re.match(r"kitty\((\d+)\.(\d+)", name)
    if version is None:
        return False
    return (int(version[1]), int(version[2])) < _FIRST_WITH_PLACEHOLDERS


def _found() -> Graphics:
    if Automatic is SixelImage:
        return Graphics.SIXEL
    if Automatic is TGPImage and not lacks_placeholders(terminal_name()):
        return Graphics.KITTY
    return Graphics.CHARACTERS


GRAPHICS = _found()
