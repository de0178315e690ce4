"""Keysyms, the numbers that X11 has for keys and characters.

Source: X Window System Protocol, appendix A, and keysymdef.h. Prevents: a key without a number.
"""

import unicodedata

SHIFT, CONTROL, ALT, SUPER = 0xFFE1, 0xFFE3, 0xFFE9, 0xFFEB
LEVEL3 = 0xFE03
CAPS_LOCK, NUM_LOCK = 0xFFE5, 0xFF7F
_UNICODE = 0x01000000
_EURO = 0x20AC
KEYPAD = range(0xFF80, 0xFFBA)
"""Keys whose second level is reached with NumLock as well as with Shift."""

KEYS = {
    "Control": CONTROL, "Shift": SHIFT, "Alt": ALT, "Meta": SUPER,
    "Enter": 0xFF0D, "Tab": 0xFF09, "Escape": 0xFF1B, "Backspace": 0xFF08, "Delete": 0xFFFF,
    "Insert": 0xFF63, "Home": 0xFF50, "End": 0xFF57, "PageUp": 0xFF55, "PageDown": 0xFF56,
    "ArrowLeft": 0xFF51, "ArrowUp": 0xFF52, "ArrowRight": 0xFF53, "ArrowDown": 0xFF54,
    "CapsLock": CAPS_LOCK, "NumLock": NUM_LOCK, "ScrollLock": 0xFF14, "PrintScreen": 0xFF61,
    "Pause": 0xFF13, "ContextMenu": 0xFF67,
    **{f"F{number}": 0xFFBD + number for number in range(1, 25)},
    **{f"Numpad{digit}": 0xFFB0 + digit for digit in range(10)},
    "NumpadAdd": 0xFFAB, "NumpadSubtract": 0xFFAD, "NumpadMultiply": 0xFFAA,
    "NumpadDivide": 0xFFAF, "NumpadDecimal": 0xFFAE, "NumpadEnter": 0xFF8D,
}  # fmt: skip

LEFT_TAB = 0xFE20
"""What Shift and Tab give together."""

_ACCENTS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328"
DEAD = dict(zip(range(0xFE50, 0xFE5D), _ACCENTS, strict=True))
"""Accents that wait for a letter, as combining characters: grave, acute, circumflex, tilde, macron,
breve, dot, diaeresis, ring, double acute, caron, cedilla, ogonek."""

_OLD = {1: "iso8859-2", 2: "iso8859-3", 3: "iso8859-4", 5: "iso8859-6", 6: "koi8-r", 7: "iso8859-7",
        12: "iso8859-8", 13: "tis-620", 19: "iso8859-15"}  # fmt: skip
"""Keysyms of before Unicode: the high byte names a character set, the low byte is its code."""

_LINES = {"\n": KEYS["Enter"], "\t": KEYS["Tab"]}


def keysym_of(character: str) -> int:
    """The keysym that types a character; 0 for a control character that no key types."""
    code = ord(character)
    if character in _LINES:
        return _LINES[character]
    if unicodedata.category(character) == "Cc":
        return 0
    if code <= 0xFF or code == _EURO:
        return code
    return _UNICODE | code


def character_of(keysym: int) -> str:
    """The character that a keysym types; "" for keys that type none."""
    code = keysym & 0xFF
    if keysym <= 0xFF or keysym == _EURO:
        character = chr(keysym)
    elif keysym >= _UNICODE:
        character = chr(keysym - _UNICODE) if keysym - _UNICODE <= 0x10FFFF else ""
    elif code >= 0xA0 and keysym >> 8 in _OLD:
        character = bytes([code]).decode(_OLD[keysym >> 8], "ignore")
    elif keysym in KEYPAD:
        character = chr(keysym - 0xFF80) if 0xFFAA <= keysym <= 0xFFB9 else ""
    else:
        character = ""
    return character if character.isprintable() else ""
