"""Key names: the web's `KeyboardEvent.key` values, with the aliases that people and models write.

Source: https://www.w3.org/TR/uievents-key/, and uievents-code for the keypad. A single printable
character names its own key.
Prevents: a chord lost because one tool says "ctrl", another "Control".
"""

import re

MODIFIERS = ("Control", "Shift", "Alt", "Meta")

NAMED_KEYS = frozenset(
    {
        *MODIFIERS,
        "Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Home", "End",
        "PageUp", "PageDown", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight",
        "CapsLock", "NumLock", "ScrollLock", "PrintScreen", "Pause", "ContextMenu",
        *(f"F{number}" for number in range(1, 25)),
        # Keys of the keypad go by their place (`KeyboardEvent.code`): their character is elsewhere.
        *(f"Numpad{digit}" for digit in range(10)),
        "NumpadAdd", "NumpadSubtract", "NumpadMultiply", "NumpadDivide", "NumpadDecimal",
        "NumpadEnter",
    }
)  # fmt: skip

# Looked up in lower case, without spaces, hyphens and underscores.
ALIASES = {
    "ctrl": "Control", "ctl": "Control", "cmd": "Meta", "command": "Meta", "win": "Meta",
    "windows": "Meta", "super": "Meta", "os": "Meta", "option": "Alt", "opt": "Alt",
    "return": "Enter", "esc": "Escape", "del": "Delete", "ins": "Insert", "space": " ",
    "spacebar": " ", "up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft",
    "right": "ArrowRight", "uparrow": "ArrowUp", "downarrow": "ArrowDown",
    "leftarrow": "ArrowLeft", "rightarrow": "ArrowRight", "pgup": "PageUp", "pgdn": "PageDown",
    "pgdown": "PageDown", "caps": "CapsLock", "print": "PrintScreen", "menu": "ContextMenu",
    "plus": "+", "minus": "-", "bksp": "Backspace",
    **{f"{pad}{digit}": f"Numpad{digit}" for pad in ("num", "kp") for digit in range(10)},
    **{
        f"kp{name.lower()}": f"Numpad{name}"
        for name in ("Add", "Subtract", "Multiply", "Divide", "Decimal", "Enter")
    },
}  # fmt: skip

_BY_LOWER = {name.lower(): name for name in NAMED_KEYS} | ALIASES


def normalise_key(name: str) -> str:
    """The `KeyboardEvent.key` value that `name` means.

    Raises ValueError when no key has that name.
    """
    character = name.strip() or name
    if len(character) == 1 and character.isprintable():
        return character
    key = _BY_LOWER.get(re.sub(r"[\s_-]", "", name.lower()))
    if key is None:
        raise ValueError(f"no key is called {name!r}")
    return key


def parse_chord(text: str) -> tuple[str, ...]:
    """Split "ctrl+shift+t" into ("Control", "Shift", "t"); a final "+" is the plus key.

    Raises ValueError for an unknown key or an empty chord.
    """
    text = text.strip() or text
    if len(text) == 1:
        return (normalise_key(text),)
    held = re.sub(r"\s*\+\s*\+$", "", text)
    last = ["+"] if held != text else []
    return tuple(normalise_key(part) for part in [*held.split("+"), *last])
