"""Key names: the web's `KeyboardEvent.key` values, with the aliases that people and models write.

Source: https://www.w3.org/TR/uievents-key/. A single printable character names its own key.
Prevents: a chord lost because one tool says "ctrl", another "Control".
"""

MODIFIERS = ("Control", "Shift", "Alt", "Meta")

NAMED_KEYS = frozenset(
    {
        *MODIFIERS,
        "Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Home", "End",
        "PageUp", "PageDown", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight",
        "CapsLock", "NumLock", "ScrollLock", "PrintScreen", "Pause", "ContextMenu",
        *(f"F{number}" for number in range(1, 25)),
    }
)  # fmt: skip

ALIASES = {
    "ctrl": "Control", "ctl": "Control", "cmd": "Meta", "command": "Meta", "win": "Meta",
    "windows": "Meta", "super": "Meta", "os": "Meta", "option": "Alt", "opt": "Alt",
    "return": "Enter", "esc": "Escape", "del": "Delete", "ins": "Insert", "space": " ",
    "spacebar": " ", "up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft",
    "right": "ArrowRight", "pgup": "PageUp", "page up": "PageUp", "page_up": "PageUp",
    "pgdn": "PageDown", "pgdown": "PageDown", "page down": "PageDown", "page_down": "PageDown",
    "caps": "CapsLock", "print": "PrintScreen", "menu": "ContextMenu", "plus": "+", "minus": "-",
    "back space": "Backspace", "bksp": "Backspace",
}  # fmt: skip

_BY_LOWER = {name.lower(): name for name in NAMED_KEYS}


def normalise_key(name: str) -> str:
    """The `KeyboardEvent.key` value that `name` means.

    Raises ValueError when no key has that name.
    """
    if len(name) == 1:
        return name
    lowered = name.strip().lower()
    if len(lowered) == 1:
        return lowered
    key = _BY_LOWER.get(lowered) or ALIASES.get(lowered)
    if key is None:
        raise ValueError(f"no key is called {name!r}")
    return key


def parse_chord(text: str) -> tuple[str, ...]:
    """Split "ctrl+shift+t" into ("Control", "Shift", "t"); a final "+" is the plus key.

    Raises ValueError for an unknown key or an empty chord.
    """
    if not text.strip() and text != " ":
        raise ValueError("an empty chord")
    if len(text) == 1:
        return (text,)
    text = text.strip()
    last = []
    if text.endswith("++"):
        text, last = text[:-2], ["+"]
    return tuple(normalise_key(part) for part in [*text.split("+"), *last])
