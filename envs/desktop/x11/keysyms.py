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
